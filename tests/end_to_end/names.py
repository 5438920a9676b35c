# SPDX-License-Identifier: Apache-2.0
"""What the window's controls are called in another language. It knows no control.

The table is the one that the window uses, so that a test in another language says what it means
in English.
"""

import xml.etree.ElementTree as ET
from functools import cached_property
from pathlib import Path

_FOLDER = Path(__file__).parent.parent.parent / "resources" / "i18n"


class Names:
    """The names of one language.

    Args:
        language: code of a translation, such as "de"; "en" for the words of the source.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def __call__(self, english: str) -> str:
        """Return the words for these; what is not translated is shown in English."""
        return self._table.get(english, english)

    @property
    def is_there(self) -> bool:
        """Whether the window can speak this language."""
        return self.language == "en" or self._path.exists()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program speak it: as on a computer that is set up in this language."""
        if self.language == "en":
            return {}
        return {"LANGUAGE": self.language, "LANG": f"{self.language}.UTF-8"}

    @property
    def _path(self) -> Path:
        return _FOLDER / f"nemodesk_{self.language}.ts"

    @cached_property
    def _table(self) -> dict[str, str]:
        if self.language == "en":
            return {}
        table: dict[str, str] = {}
        for message in ET.parse(self._path).iter("message"):  # noqa: S314 - our own file
            source, translation = message.findtext("source"), message.find("translation")
            is_done = translation is not None and translation.get("type") is None
            if source and is_done and translation.text:
                table.setdefault(source, translation.text)
        return table

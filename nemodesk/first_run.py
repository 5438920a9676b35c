# SPDX-License-Identifier: Apache-2.0
"""Remembers whether the person has made their choice on the first page. It shows no page."""

import json
import logging
from pathlib import Path

_log = logging.getLogger(__name__)

FILE_NAME = "first_run.json"


class FirstRun:
    """A small file in the data folder.

    Args:
        data_folder: need not be there yet.
    """

    def __init__(self, data_folder: Path) -> None:
        self._path = data_folder / FILE_NAME

    def is_finished(self) -> bool:
        """Return whether a choice was made; a file that makes no sense counts as none."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(kept, dict) and kept.get("finished") is True  # pyright: ignore[reportUnknownMemberType]

    def finish(self) -> None:
        """Remember that a choice was made; where the disk refuses, the page comes again."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text('{"finished": true}\n', encoding="utf-8")
        except OSError as error:
            _log.info("the end of the first run is not remembered: %r", error)

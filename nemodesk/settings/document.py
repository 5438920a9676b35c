# SPDX-License-Identifier: Apache-2.0
"""The settings as one document: what is written and read. It knows no place to keep it in.

A document holds what the person has chosen and nothing else. In the file, which stands in for
the keyring, a value of None says that a choice was taken back there.
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from nemodesk import structs

VERSION = 1


class DocumentError(Exception):
    """What was read is no document of ours."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept.

    Attributes:
        version: of this layout; one of a newer program is kept as it is.
        values: by key, also keys that only a newer program knows.
        origin: of a file, a random name that tells it from the next one; empty in the keyring.
        revision: counts the changes of a file.
        taken: origin and revision of the file that the keyring has taken in last.
    """

    version: int = VERSION
    values: Mapping[str, Any] = {}
    origin: str = ""
    revision: int = 0
    taken: tuple[str, int] = ("", 0)

    def changed(self, changes: Mapping[str, Any], *, keep_gaps: bool = False) -> "Document":
        """Return the document with other values; None takes a value away.

        Args:
            changes: new values by key.
            keep_gaps: write down what was taken away, for a file.
        """
        values = {**self.values, **changes}
        if not keep_gaps:
            values = {key: value for key, value in values.items() if value is not None}
        return msgspec.structs.replace(self, values=values)

    def has_taken(self, file: "Document") -> bool:
        """Whether all of a file is in here already."""
        origin, revision = self.taken
        return origin == file.origin and revision >= file.revision

    def with_file(self, file: "Document") -> "Document":
        """Return the document with all that a file says, which is newer."""
        merged = self.changed(file.values)
        return msgspec.structs.replace(merged, taken=(file.origin, file.revision))


def encode(document: Document) -> str:
    """Return the document as JSON text."""
    return msgspec.json.encode(document).decode()


def decode(text: str | bytes) -> Document:
    """Read what `encode` wrote.

    Raises:
        DocumentError: it is something else.
    """
    try:
        document = structs.decode(text, Document)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise DocumentError(str(error)) from error
    if not all(isinstance(cast("object", key), str) for key in document.values):
        raise DocumentError("a key is no text")
    return document

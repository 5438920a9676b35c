# SPDX-License-Identifier: Apache-2.0
"""Keeps settings in a file while there is no keyring. No secret is ever given to it."""

import logging
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from nemodesk.settings.document import Document, DocumentError, decode, encode
from nemodesk.whole_file import replace_file

_log = logging.getLogger(__name__)

FILE_NAME = "settings.json"

_ORIGIN_BYTES = 8


class FileStore:
    """The file settings.json, readable only by its owner.

    Args:
        folder: the data folder; need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def read(self) -> Document | None:
        """Return what is kept; None if there is no file, or one that cannot be read."""
        try:
            return self._read()
        except (OSError, DocumentError) as error:
            _log.warning("%s cannot be read: %r", self.path, error)
            return None

    def change(self, changes: Mapping[str, Any]) -> Document:
        """Write some values to what is kept and return all of it.

        Raises:
            OSError: the disk refuses; what was kept still is.
        """
        try:
            kept = self._read()
        except DocumentError:
            # What makes no sense to us may make sense to somebody.
            self.path.replace(self.path.with_suffix(".damaged.json"))
            kept = None
        kept = kept or Document(origin=secrets.token_hex(_ORIGIN_BYTES))
        changed = kept.changed(changes, keep_gaps=True)
        changed = msgspec.structs.replace(changed, revision=kept.revision + 1)
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(self.path, encode(changed).encode())
        return changed

    def remove(self) -> None:
        """Take the file away, since all of it is in the keyring.

        Raises:
            OSError: the disk refuses.
        """
        self.path.unlink(missing_ok=True)

    def _read(self) -> Document | None:
        try:
            return decode(self.path.read_bytes())
        except FileNotFoundError:
            return None

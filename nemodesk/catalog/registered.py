# SPDX-License-Identifier: Apache-2.0
"""Remembers model files that lie outside the models folder, in one JSON file. It opens no model."""

import contextlib
import logging
import os
import tempfile
from pathlib import Path

import msgspec

from nemodesk.errors import StorageError

_log = logging.getLogger(__name__)


class _Document(msgspec.Struct, frozen=True):
    version: int
    files: list[str]


class RegisteredFiles:
    """The list of files; each change replaces the JSON file as a whole.

    Args:
        path: the JSON file; need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def paths(self) -> list[Path]:
        """Return the registered files, also those that are not there at the moment."""
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _refused(self._path, error) from error
        try:
            document = msgspec.json.decode(text, type=_Document)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # The models are still where they are; only their list is lost.
            damaged = self._path.with_suffix(".damaged.json")
            _log.warning("%s is damaged; it is kept as %s", self._path, damaged)
            with contextlib.suppress(OSError):
                self._path.replace(damaged)
            return []
        return [Path(file) for file in document.files]

    def add(self, path: Path) -> None:
        """Remember a file that is not known yet."""
        self._write([*self.paths(), path])

    def remove(self, path: Path) -> bool:
        """Forget a file; return whether it was known."""
        paths = self.paths()
        if path not in paths:
            return False
        self._write([known for known in paths if known != path])
        return True

    def _write(self, paths: list[Path]) -> None:
        document = _Document(version=1, files=[str(path) for path in paths])
        text = msgspec.json.format(msgspec.json.encode(document), indent=2)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(
                dir=self._path.parent, prefix=".library-", delete=False
            ) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self._path)
        except OSError as error:
            raise _refused(self._path, error) from error


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"NemoDesk cannot use the list of your models in {path.parent}. Check the disk and the "
        "folder's permissions.",
        detail=str(error),
    )

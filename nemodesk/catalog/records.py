# SPDX-License-Identifier: Apache-2.0
"""Remembers what a model file itself does not say, in one JSON file. It opens no model.

That is where the file came from, what its content must be, and which files outside the models
folder belong to the library. Several processes may have the list open.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import msgspec

from nemodesk.errors import StorageError
from nemodesk.file_lock import FileLock
from nemodesk.structs import decode
from nemodesk.whole_file import replace_file

FILE_NAME = "library.json"

_VERSION = 2
_LOCK_NAME = ".library.lock"
_PATIENCE_S = 10.0
"""How long another process may write (a guess; it takes milliseconds)."""

_log = logging.getLogger(__name__)


class FileRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one file.

    Attributes:
        path: below the models folder, with "/"; absolute for a file that lies elsewhere.
        source: "hub:OWNER/REPO@REVISION", "file", "lm-studio", "ollama" or "hf-cache".
        sha256: of the whole content, in lower case; empty if nobody has said it.
        size_bytes, modified_ns: the file when the SHA-256 was known to be right.
        added_at, verified_at: seconds since 1970; 0 for never.
        alias: how its own program calls the model, where the file's name says nothing.
    """

    path: str
    source: str = "file"
    sha256: str = ""
    size_bytes: int = 0
    modified_ns: int = 0
    added_at: float = 0.0
    verified_at: float = 0.0
    alias: str = ""


class _Document(msgspec.Struct, frozen=True):
    version: int
    files: list[FileRecord]


class _FirstDocument(msgspec.Struct, frozen=True):
    """Version 1: only the paths of files that lie elsewhere."""

    version: int
    files: list[str]


class Records:
    """The list of what is known; each change replaces the JSON file as a whole.

    Args:
        folder: the models folder; need not be there yet.
        patience_s: how long another process may write.
    """

    def __init__(self, folder: Path, *, patience_s: float = _PATIENCE_S) -> None:
        self._folder = folder
        self._patience_s = patience_s
        self._path = folder / FILE_NAME
        self._lock = threading.Lock()

    def all(self) -> dict[str, FileRecord]:
        """Return the records by their path, also of files that are not there at the moment.

        Raises:
            StorageError: the disk refuses.
        """
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._refused(error) from error
        records = _decoded(text)
        if records is None:
            # The models are still where they are; only what was known of them is lost.
            damaged = self._path.with_suffix(".damaged.json")
            _log.warning("%s is damaged; it is kept as %s", self._path, damaged)
            with contextlib.suppress(OSError):
                self._path.replace(damaged)
            return {}
        return {record.path: record for record in records}

    def key(self, path: Path) -> str:
        """Return under which path a file is remembered."""
        with contextlib.suppress(ValueError):
            return path.absolute().relative_to(self._folder.absolute()).as_posix()
        return str(path.absolute())

    def path(self, record: FileRecord) -> Path:
        """Return where a remembered file lies."""
        return self._folder / record.path

    def add(self, *records: FileRecord) -> None:
        """Remember files, in place of what was known of them."""
        with self._changing() as known:
            known.update({record.path: record for record in records})

    def remove(self, keys: Iterable[str]) -> list[FileRecord]:
        """Forget files; return what was known of them."""
        with self._changing() as known:
            return [known.pop(key) for key in keys if key in known]

    def update(self, key: str, change: Callable[[FileRecord], FileRecord]) -> None:
        """Change what is known of one file; from an empty record if that is nothing."""
        with self._changing() as known:
            known[key] = change(known.get(key) or FileRecord(path=key))

    @contextmanager
    def _changing(self) -> Generator[dict[str, FileRecord]]:
        """Give the newest records to change, and write them if they were changed."""
        with self._lock, self._alone():
            known = self.all()
            before = dict(known)
            yield known
            if known != before:
                self._write(known.values())

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Keep other processes from changing the list at the same time."""
        try:
            lock = FileLock.wait_for(self._folder / _LOCK_NAME, timeout_s=self._patience_s)
            if lock is None:
                raise TimeoutError(_LOCK_NAME)
            try:
                yield
            finally:
                lock.release()
        except OSError as error:
            raise self._refused(error) from error

    def _write(self, records: Iterable[FileRecord]) -> None:
        document = _Document(
            version=_VERSION, files=sorted(records, key=lambda record: record.path)
        )
        text = msgspec.json.format(msgspec.json.encode(document), indent=2)
        replace_file(self._path, text)

    def _refused(self, error: Exception) -> StorageError:
        return StorageError(
            f"NemoDesk cannot use the list of your models in {self._folder}. Check the disk and "
            "the folder's permissions.",
            detail=str(error),
        )


def _decoded(text: bytes) -> list[FileRecord] | None:
    """Return the records; None if this is no such list, or one of a later version."""
    try:
        document = decode(text, _Document)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decoded_first(text)
    return document.files if document.version == _VERSION else None


def _decoded_first(text: bytes) -> list[FileRecord] | None:
    try:
        document = decode(text, _FirstDocument)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return [FileRecord(path=path) for path in document.files] if document.version == 1 else None

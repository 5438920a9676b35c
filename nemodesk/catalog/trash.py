# SPDX-License-Identifier: Apache-2.0
"""Keeps removed models for a while, so that removing can be undone. It follows no link.

A removed model lies in models/.trash/ID: a receipt and its files, which are called 1, 2, … there,
so that nothing in the trash looks like a model. The receipt is written before the first file
moves: wherever it is interrupted, each file is either at its place or named by a receipt.
"""

import contextlib
import logging
import secrets
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from nemodesk.catalog.copying import refused, tidy_folders
from nemodesk.catalog.records import FileRecord
from nemodesk.errors import NotFoundError, StorageError, UsageError
from nemodesk.structs import decode
from nemodesk.whole_file import replace_file

KEPT_S = 30 * 24 * 3600.0

_FOLDER = ".trash"
_SHARING_VIOLATION = 32  # winerror.h
_RECEIPT = "receipt.json"
_log = logging.getLogger(__name__)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What removing a model has done, and what undoes it.

    Attributes:
        id: the folder's name in the trash.
        model_id, name: of the model.
        removed_at: seconds since 1970.
        size_bytes: of the files in the trash; 0 for a model that was only left out of the list.
        files: where they were, below the models folder and with "/".
        records: what was known of them.
    """

    id: str
    model_id: str
    name: str
    removed_at: float
    size_bytes: int
    files: tuple[str, ...]
    records: tuple[FileRecord, ...]


class Trash:
    """The trash of one models folder.

    Args:
        folder: the models folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._trash = folder / _FOLDER

    def put(
        self,
        paths: Sequence[Path],
        *,
        model_id: str,
        name: str,
        records: Iterable[FileRecord],
        now_s: float,
    ) -> Receipt:
        """Move files below the models folder into the trash; none, if one cannot be moved.

        Raises:
            StorageError: the disk refuses, or a program uses a file.
        """
        receipt_id = f"{now_s:.0f}-{secrets.token_hex(4)}"
        place = self._trash / receipt_id
        moved: list[tuple[Path, Path]] = []
        try:
            receipt = Receipt(
                id=receipt_id,
                model_id=model_id,
                name=name,
                removed_at=now_s,
                size_bytes=sum(path.lstat().st_size for path in paths),
                files=tuple(path.relative_to(self._folder).as_posix() for path in paths),
                records=tuple(records),
            )
            self._check()
            place.mkdir(parents=True, mode=0o700)
            replace_file(place / _RECEIPT, msgspec.json.encode(receipt))
            for number, path in enumerate(paths, start=1):
                # This renames a link itself, never what it leads to.
                path.rename(place / str(number))
                moved.append((path, place / str(number)))
        except OSError as error:
            with contextlib.suppress(OSError):
                for path, kept in reversed(moved):
                    kept.rename(path)
                shutil.rmtree(place)
            self._tidy()
            raise _refused(name, paths[0] if paths else self._folder, error) from error
        for path in paths:
            tidy_folders(path.parent, within=self._folder)
        return receipt

    def receipts(self) -> list[Receipt]:
        """Return what is in the trash, the last removed first."""
        found = [receipt for place in self._places() if (receipt := _read(place)) is not None]
        return sorted(found, key=lambda receipt: receipt.removed_at, reverse=True)

    def size_bytes(self) -> int:
        """Return the size of everything in the trash."""
        files = (file for place in self._places() for file in place.iterdir())
        with contextlib.suppress(OSError):
            return sum(file.lstat().st_size for file in files if file.name != _RECEIPT)
        return 0

    def take_back(self, receipt: Receipt) -> None:
        """Put the files where they were.

        Raises:
            NotFoundError: the trash has been emptied meanwhile.
            UsageError: something else is there now.
            StorageError: the disk refuses.
        """
        place = self._trash / PurePosixPath(receipt.id).name
        if _read(place) is None:
            raise NotFoundError(f"{receipt.name} is not in the trash any more. Download it again.")
        moves = [
            (place / str(number), self._target(file))
            for number, file in enumerate(receipt.files, start=1)
            if (place / str(number)).exists() or (place / str(number)).is_symlink()
        ]
        for _, target in moves:
            if target.exists() or target.is_symlink():
                raise UsageError(
                    f"There is a new file {target}. Remove it first if you want {receipt.name} "
                    "from the trash."
                )
        try:
            for kept, target in moves:
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                kept.rename(target)
            shutil.rmtree(place)
        except OSError as error:
            raise refused(place, error) from error
        self._tidy()

    def empty(self, *, removed_before_s: float | None = None) -> int:
        """Delete what is in the trash and return its size.

        Args:
            removed_before_s: spares what was removed later; None deletes all.

        Raises:
            StorageError: the disk refuses.
        """
        freed_bytes = 0
        for place in self._places():
            if removed_before_s is not None and _removed_at(place) >= removed_before_s:
                continue
            try:
                size_bytes = sum(file.lstat().st_size for file in place.iterdir())
                shutil.rmtree(place)  # which deletes links, not what they lead to
            except OSError as error:
                raise refused(place, error) from error
            freed_bytes += size_bytes
        self._tidy()
        return freed_bytes

    def _places(self) -> list[Path]:
        try:
            self._check()
            return [place for place in self._trash.iterdir() if place.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise refused(self._trash, error) from error

    def _check(self) -> None:
        if self._trash.is_symlink():
            raise StorageError(
                f"The trash {self._trash} is a link to another place, which NemoDesk does not "
                "follow. Remove the link."
            )

    def _target(self, file: str) -> Path:
        """Return where a file was. A receipt that somebody has written may say anything."""
        path = self._folder / file
        is_below = bool(file) and "\0" not in file and path.is_relative_to(self._folder)
        if not is_below or ".." in path.relative_to(self._folder).parts:
            raise StorageError(
                "This entry of the trash is damaged: it names a place outside the models folder. "
                "Empty the trash."
            )
        if not path.parent.resolve().is_relative_to(self._folder.resolve()):
            raise StorageError(
                f"The folder {path.parent} is now a link to another place, which NemoDesk does "
                "not follow. Remove the link."
            )
        return path

    def _tidy(self) -> None:
        with contextlib.suppress(OSError):
            self._trash.rmdir()


def _read(place: Path) -> Receipt | None:
    try:
        return decode((place / _RECEIPT).read_bytes(), Receipt)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.info("The receipt in %s cannot be read: %s", place, error)
        return None


def _removed_at(place: Path) -> float:
    receipt = _read(place)
    if receipt is not None:
        return receipt.removed_at
    with contextlib.suppress(OSError):
        return place.stat().st_mtime
    return 0.0


def _refused(name: str, path: Path, error: OSError) -> StorageError:
    if getattr(error, "winerror", 0) == _SHARING_VIOLATION:
        return StorageError(
            f"{name} is in use, and Windows does not let go of it. Close the chats and programs "
            "that use it, then remove it.",
            detail=repr(error),
        )
    return refused(path, error)

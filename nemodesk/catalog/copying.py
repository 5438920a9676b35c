# SPDX-License-Identifier: Apache-2.0
"""Reads and copies large files, with progress, and can be stopped. It knows no models."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from io import FileIO
from pathlib import Path

from nemodesk.errors import CancelledError, NotFoundError, StorageError
from nemodesk.sizes import in_words

OnProgress = Callable[[int, int], None]
"""Takes the bytes that are done and the bytes in all."""

_BLOCK_BYTES = 4 * 1024 * 1024
_MARGIN_BYTES = 256 * 1024 * 1024
"""What a disk keeps free beside a copy, for chats and the system (a guess)."""

COARSEST_TIME_NS = 2 * 10**9
"""FAT keeps times in steps of two seconds, so a file's time changes when it is moved there."""

_COPYING = ".copying"
"""Ends the name of a copy that is not complete."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class Work:
    """Counts what is done of a long piece of work, and notices that it shall stop.

    Args:
        total_bytes: of all files.
        on_progress: called after each block, in the thread that works.
        stop: set when the person does not want it any more; may be None.
    """

    def __init__(
        self,
        total_bytes: int,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._on_progress = on_progress
        self._stop = stop

    def advance(self, size_bytes: int) -> None:
        """Say that so many bytes more are done. Raises CancelledError when it shall stop."""
        self._done_bytes += size_bytes
        if self._on_progress is not None:
            self._on_progress(self._done_bytes, self._total_bytes)
        self.check()

    def check(self) -> None:
        """Raise CancelledError when it shall stop."""
        if self._stop is not None and self._stop.is_set():
            raise CancelledError("Stopped. Nothing was changed.")


def hash_file(path: Path, work: Work) -> str:
    """Return the SHA-256 of a file.

    Raises:
        NotFoundError: there is no such file.
        StorageError: the disk refuses.
        CancelledError: it was stopped.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            for block in _blocks(file, work):
                digest.update(block)
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no model file {path}.", detail=str(error)) from error
    except OSError as error:
        raise refused(path, error) from error
    return digest.hexdigest()


def copy_file(source: Path, target: Path, work: Work) -> str:
    """Copy a file with its time onto the disk, and return its SHA-256.

    The target is complete or not there. Its folder must be there.

    Raises:
        NotFoundError: there is no such file.
        StorageError: there is no room, the disk refuses, or the file was written to meanwhile.
        CancelledError: it was stopped.
    """
    part = target.with_name(f".{secrets.token_hex(8)}{_COPYING}")
    try:
        before = source.stat()
        digest = hashlib.sha256()
        with source.open("rb", buffering=0) as file, part.open("wb", buffering=0) as copy:
            for block in _blocks(file, work):
                digest.update(block)
                _write_all(copy, block)
            os.fsync(copy.fileno())
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise StorageError(
                f"{source.name} is being written at the moment. Wait until that has ended."
            )
        os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))
        part.replace(target)
    except FileNotFoundError as error:
        raise NotFoundError(f"The file {source} is gone.", detail=str(error)) from error
    except OSError as error:
        raise refused(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return digest.hexdigest()


def remove_half_copies(folder: Path, *, older_than_s: float) -> None:
    """Remove what a copy has left whose process was killed.

    Args:
        older_than_s: in seconds since 1970; what was written later may still be growing.
    """
    half: list[Path] = []
    with contextlib.suppress(OSError):
        half += folder.rglob(f".*{_COPYING}")
    for path in half:
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < older_than_s:
                path.unlink()
                tidy_folders(path.parent, within=folder)


def link_file(source: Path, target: Path) -> bool:
    """Give a file a second name on the same disk; return whether that was possible."""
    try:
        os.link(source.resolve(), target)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        return False
    return True


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raise StorageError when a folder's disk has no room for so much.

    Args:
        folder: need not be there yet.
    """
    try:
        free_bytes = shutil.disk_usage(_nearest(folder)).free
    except OSError as error:
        raise refused(folder, error) from error
    missing_bytes = needed_bytes + _MARGIN_BYTES - free_bytes
    if needed_bytes and missing_bytes > 0:
        raise StorageError(
            f"There is no room in {folder}: {in_words(needed_bytes)} are needed and "
            f"{in_words(free_bytes)} are free. Free {in_words(missing_bytes)} or choose another "
            "disk."
        )


def sync_folder(folder: Path) -> None:
    """Bring new names in a folder onto the disk, where the system lets programs do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_same_disk(path: Path, folder: Path) -> bool:
    """Tell whether a file or folder lies on the disk where a folder is, or would be."""
    try:
        return path.stat().st_dev == _nearest(folder).stat().st_dev
    except OSError:
        return False


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def tidy_folders(folder: Path, *, within: Path) -> None:
    """Remove a folder and those above it that are empty, up to `within`, which stays."""
    while folder != within and within in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def refused(path: Path, error: OSError) -> StorageError:
    """Return the error for a disk that does not do what it was asked."""
    if error.errno in _NO_ROOM:
        sentence = f"The disk with {path.parent} is full. Make room there and try again."
    elif isinstance(error, PermissionError):
        sentence = (
            f"{path} may not be read or changed, or another program uses it. Check the "
            "permissions, or close that program."
        )
    else:
        sentence = f"The disk refuses {path}: {error.strerror}. Check the disk."
    return StorageError(sentence, detail=repr(error))


def is_unchanged(one: os.stat_result, other: os.stat_result) -> bool:
    """Tell whether two files, or two looks at one, have the same size and time."""
    difference_ns = abs(one.st_mtime_ns - other.st_mtime_ns)
    return one.st_size == other.st_size and difference_ns <= COARSEST_TIME_NS


def total_bytes(paths: Iterable[Path]) -> int:
    """Return the size of those files that are there."""
    total = 0
    for path in paths:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def _blocks(file: FileIO, work: Work) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_BLOCK_BYTES))
    work.check()
    while count := file.readinto(buffer):
        yield buffer[:count]
        work.advance(count)


def _write_all(file: FileIO, block: memoryview) -> None:
    """Write a block; without a buffer, one call may take a part of it only."""
    while len(block):
        block = block[file.write(block) :]

# SPDX-License-Identifier: Apache-2.0
"""Moves the whole models folder to another place, so that it is whole at any moment.

Everything is first copied (on the same disk: given a second name), then the new place is
remembered, then the old files go. Where it is interrupted before that, the old folder is as it
was and moving again goes on; after that, `finish` removes what was left behind.
"""

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from nemodesk.catalog import summaries
from nemodesk.catalog.copying import (
    OnProgress,
    Work,
    check_room,
    copy_file,
    is_same_disk,
    is_unchanged,
    link_file,
    refused,
    sync_folder,
    tidy_folders,
)
from nemodesk.errors import NemodeskError, StorageError, UsageError
from nemodesk.structs import decode
from nemodesk.whole_file import replace_file

_MARK = ".moving.json"
"""Lies in the new folder until the old one is empty."""

_OWN_NAME = "NemoDesk models"
_LOCK_ENDING = ".lock"
_LEFT_OUT = {summaries.FILE_NAME, _MARK}
_log = logging.getLogger(__name__)


class _Mark(msgspec.Struct, frozen=True):
    """Where the files come from, and which of them were copied in the end."""

    old_folder: str
    files: tuple[str, ...] = ()


def place_in(folder: Path, old: Path) -> Path:
    """Return this folder, or one of the models' own in it where there are other things already."""
    try:
        is_taken = folder.is_dir() and any(folder.iterdir())
    except OSError as error:
        raise refused(folder, error) from error
    is_ours = folder.resolve() == old.resolve() or _read_mark(folder) is not None
    return folder / _OWN_NAME if is_taken and not is_ours else folder


def move_folder(
    old: Path,
    new: Path,
    *,
    remember: Callable[[Path], None],
    on_progress: OnProgress | None,
    stop: threading.Event | None,
) -> None:
    """Move all files of one folder to another, which must be empty or not there.

    Args:
        remember: called once, when everything is at the new place.

    Raises:
        UsageError: the new folder is not fit for it.
        StorageError: there is no room, the disk refuses, or a file is being written.
        CancelledError: it was stopped; the old folder is as it was.
    """
    old, new = old.absolute(), new.expanduser().absolute()
    _check_target(old, new)
    files = sorted(_files(old))
    missing = [file for file in files if not _is_same(old / file, new / file)]
    if not is_same_disk(old, new):
        check_room(new, _size_bytes(old, missing))
    work = Work(_size_bytes(old, files), on_progress=on_progress, stop=stop)
    _mark(new, _Mark(str(old)))
    try:
        work.advance(_size_bytes(old, set(files) - set(missing)))
        for file in missing:
            _copy(old / file, new / file, old, work)
        _check_complete(old, new, files)
        # A power cut must not take the new names away once the old ones are gone.
        for folder in {(new / file).parent for file in files} | {new, new.parent}:
            sync_folder(folder)
        _mark(new, _Mark(str(old), tuple(files)))
        remember(new)
    except NemodeskError:
        _take_away(new, files)
        raise
    finish(new)


def finish(folder: Path) -> None:
    """Remove what a move to this folder has left at the old place, if there is anything."""
    mark = _read_mark(folder)
    if mark is None or not mark.files:
        return
    old = Path(mark.old_folder)
    is_done = True
    for file in mark.files:
        if ".." in PurePosixPath(file).parts or not _is_same(old / file, folder / file):
            continue
        try:
            (old / file).unlink(missing_ok=True)
        except OSError as error:
            is_done = False
            _log.warning("%s is left behind: %s", old / file, error)
        tidy_folders((old / file).parent, within=old)
    if is_done:
        with contextlib.suppress(OSError):
            (folder / _MARK).unlink(missing_ok=True)
            locks = (*old.glob(f".*{_LOCK_ENDING}"), *old.glob(f".*/*{_LOCK_ENDING}"))
            for rest in (*locks, old / summaries.FILE_NAME):
                rest.unlink(missing_ok=True)
                tidy_folders(rest.parent, within=old)
            old.rmdir()


def _check_target(old: Path, new: Path) -> None:
    if new.resolve() == old.resolve():
        raise UsageError(f"Your models are in {new} already.")
    if new.resolve().is_relative_to(old.resolve()):
        raise UsageError(
            f"{new} lies inside the models folder itself. Choose a folder outside {old}."
        )
    try:
        if not new.exists() or not any(new.iterdir()):
            return
    except NotADirectoryError as error:
        raise UsageError(f"{new} is a file. Choose a folder.") from error
    except OSError as error:
        raise refused(new, error) from error
    mark = _read_mark(new)
    if mark is None or Path(mark.old_folder) != old:
        raise UsageError(f"{new} is not empty. Choose a new or an empty folder for your models.")


def _files(folder: Path) -> Iterator[str]:
    """Yield everything that is no folder, also links and hidden files, with "/"."""
    for place, folders, files in os.walk(folder):
        names = files + [name for name in folders if Path(place, name).is_symlink()]
        for name in names:
            if not name.endswith(_LOCK_ENDING) and name not in _LEFT_OUT:
                yield Path(place, name).relative_to(folder).as_posix()


def _copy(source: Path, target: Path, old: Path, work: Work) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.unlink(missing_ok=True)  # of an earlier try, and another file by now
        if source.is_symlink():
            # The link moves, not what it leads to.
            target.symlink_to(_link_text(source, old))
            work.advance(source.lstat().st_size)
            return
        if link_file(source, target):
            work.advance(source.lstat().st_size)
            return
    except OSError as error:
        raise refused(target, error) from error
    copy_file(source, target, work)


def _link_text(link: Path, old: Path) -> Path:
    """Return where a link leads: as it says if that moves along, else the full path."""
    text = link.readlink()
    leads_to = Path(os.path.normpath(link.parent.resolve() / text))
    is_inside = leads_to.is_relative_to(old.resolve())
    return text if is_inside and not text.is_absolute() else leads_to


def _check_complete(old: Path, new: Path, files: list[str]) -> None:
    """Look once more whether all is there, and nothing was written meanwhile."""
    changed = [file for file in files if not _is_same(old / file, new / file)]
    added = set(_files(old)) - set(files)
    if changed or added:
        first = min([*changed, *added])
        raise StorageError(
            f"{first} was written while the models were moved. Pause the downloads and try again; "
            f"your models are still in {old}."
        )


def _take_away(new: Path, files: list[str]) -> None:
    """Remove the copies of a move that does not come to its end."""
    with contextlib.suppress(OSError):
        for file in files:
            (new / file).unlink(missing_ok=True)
            tidy_folders((new / file).parent, within=new)
        (new / _MARK).unlink(missing_ok=True)
        new.rmdir()


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two files have the same size and time, or two links are there."""
    try:
        first, second = one.lstat(), other.lstat()
        is_link = one.is_symlink()
    except OSError:
        return False
    return is_link == other.is_symlink() and (is_link or is_unchanged(first, second))


def _size_bytes(folder: Path, files: Iterable[str]) -> int:
    total = 0
    for file in files:
        with contextlib.suppress(OSError):
            total += (folder / file).lstat().st_size
    return total


def _mark(folder: Path, mark: _Mark) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(folder / _MARK, msgspec.json.encode(mark))
    except OSError as error:
        raise refused(folder / _MARK, error) from error


def _read_mark(folder: Path) -> _Mark | None:
    try:
        return decode((folder / _MARK).read_bytes(), _Mark)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None

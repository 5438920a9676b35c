# SPDX-License-Identifier: Apache-2.0
"""Brings model files into the models folder: as a second name, a copy, or by moving them.

It decides nothing about the library, and never changes a file that belongs to another program.
"""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.copying import (
    Work,
    check_room,
    copy_file,
    is_same_disk,
    link_file,
    refused,
    sync_folder,
    tidy_folders,
    total_bytes,
)
from nemodesk.catalog.foreign import hugging_face
from nemodesk.catalog.foreign.found import SOURCES, FoundModel
from nemodesk.catalog.gguf.header import split_parts
from nemodesk.catalog.listing import is_model_name
from nemodesk.catalog.safe_paths import safe_relative_path
from nemodesk.errors import NemodeskError, StorageError, UsageError

_FOLDER = "imported"
_UNSAFE = re.compile(r"[^\w. +-]+")
_SUFFIX = ".gguf"
_MOST = 1000
_LONGEST_NAME = 200  # bytes; file systems take 255, and copies have a longer name meanwhile


class ImportWay(StrEnum):
    """What happens to the file of an imported model."""

    IN_PLACE = "in place"
    COPY = "copy"
    MOVE = "move"


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A file that is in the models folder now; its SHA-256 is empty if it was not read."""

    path: Path
    sha256: str


def check_room_for(found: Iterable[FoundModel], folder: Path) -> None:
    """Raise StorageError if the models from other disks do not all fit into the folder."""
    parts = (part for model in found for part in split_parts(model.path))
    check_room(folder, total_bytes(part for part in parts if not is_same_disk(part, folder)))


def bring(found: FoundModel, folder: Path, way: ImportWay, work: Work) -> list[Arrived]:
    """Put all parts of a model into the models folder.

    A copy on the same disk is a second name for the same content, which takes no room.

    Raises:
        UsageError: a file of another program, or a link, shall be moved.
        StorageError: there is no room, or the disk refuses.
        CancelledError: it was stopped; nothing has changed.
    """
    parts = split_parts(found.path)
    if way is ImportWay.MOVE:
        _check_movable(found, parts)
    place = _free_place(found, folder)
    arrived: list[Arrived] = []
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number, part in enumerate(parts):
            target = place / _file_name(found, part)
            if link_file(part, target):
                sha256 = found.sha256 if len(parts) == 1 else ""
                arrived.append(Arrived(path=target, sha256=sha256))
                work.advance(target.stat().st_size)
            else:
                check_room(place, total_bytes(parts[number:]))
                sha256 = copy_file(part.resolve(), target, work)
                arrived.append(Arrived(path=target, sha256=sha256))
    except (OSError, NemodeskError) as error:
        take_away(arrived, folder)
        tidy_folders(place, within=folder)
        if isinstance(error, OSError):
            raise refused(place, error) from error
        raise
    sync_folder(place)
    return arrived


def take_away(arrived: list[Arrived], folder: Path) -> None:
    """Remove copies that are not wanted after all."""
    for file in arrived:
        with contextlib.suppress(OSError):
            file.path.unlink(missing_ok=True)
        tidy_folders(file.path.parent, within=folder)


def end_move(found: FoundModel) -> None:
    """Remove the old names of a model that has been brought. Raises StorageError."""
    for part in split_parts(found.path):
        try:
            part.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"{found.name} is in your library now, but {part} could not be removed. Remove it "
                "yourself.",
                detail=repr(error),
            ) from error


def _check_movable(found: FoundModel, parts: list[Path]) -> None:
    if found.source in SOURCES:
        raise UsageError(
            f"{found.name} belongs to {SOURCES[found.source]}, which would miss it. Use it where "
            "it is, or copy it."
        )
    link = next((part for part in parts if part.is_symlink()), None)
    if link is not None:
        raise UsageError(f"{link} is a link to another file. Use it where it is, or copy it.")


def _free_place(found: FoundModel, folder: Path) -> Path:
    """Return a folder for it without such files: OWNER/REPO if that is known, else a new one."""
    names = [_file_name(found, part) for part in split_parts(found.path)]
    repo = safe_relative_path(hugging_face.repo_of(found.path))
    stem = naming.bare_stem(Path(names[0]).stem)
    places = [folder / repo] if repo else []
    places += [folder / _FOLDER / (stem if n == 1 else f"{stem} {n}") for n in range(1, _MOST + 1)]
    return next(place for place in places if not any(_is_there(place / name) for name in names))


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _file_name(found: FoundModel, part: Path) -> str:
    """Return a name that the library lists: as it was, or for a file without one its alias."""
    stem = found.alias.rpartition("/")[2] or part.name.removesuffix(_SUFFIX)
    tame = _UNSAFE.sub("-", stem).strip("-. ").encode()[:_LONGEST_NAME].decode(errors="ignore")
    wanted = [f"{tame.strip()}{_SUFFIX}"]
    if not found.alias and part.name.lower().endswith(_SUFFIX):
        wanted.insert(0, part.name)
    listed = (name for name in wanted if safe_relative_path(name) and is_model_name(name))
    return next(listed, f"model{_SUFFIX}")

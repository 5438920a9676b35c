# SPDX-License-Identifier: Apache-2.0
"""Where NemoDesk keeps its files, and where the person wants the models. It keeps nothing else.

The models may lie on another disk: then models_folder.json in the data folder names it.
"""

import json
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

import platformdirs

from nemodesk.errors import StorageError
from nemodesk.whole_file import replace_file

_CHOICE = "models_folder.json"


class Place(StrEnum):
    """What decided where the files are."""

    SYSTEM = "system"
    """The operating system's own folders."""
    HOME = "home"
    """NEMODESK_HOME."""
    PORTABLE = "portable"
    """A file named portable beside the program."""


@dataclass(frozen=True)
class Paths:
    """The folders of one installation.

    Attributes:
        data: chats and everything that must not be lost.
        models: downloaded and imported model files; where the person has chosen.
        cache: what can be made again.
        logs: log files.
        place: what decided it.
    """

    data: Path
    models: Path
    cache: Path
    logs: Path
    place: Place = Place.HOME

    @property
    def database(self) -> Path:
        """The SQLite file with all chats."""
        return self.data / "chats.sqlite3"

    @property
    def are_models_away(self) -> bool:
        """Whether the person has chosen a models folder that is not there now."""
        return _chosen_models(self.data) is not None and not self.models.is_dir()

    def create(self) -> None:
        """Make the folders, readable only by their owner.

        A models folder that the person has chosen is not made again: its disk may be away, and
        the window opens without it.

        Raises:
            StorageError: the disk refuses.
        """
        own_models = [] if _chosen_models(self.data) else [self.models]
        for folder in (self.data, *own_models, self.cache, self.logs):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise StorageError(
                    f"NemoDesk cannot keep its files in {folder}: {error.strerror}. Make room or "
                    "allow writing there, or choose another folder with NEMODESK_HOME.",
                    detail=repr(error),
                ) from error


def find_paths() -> Paths:
    """Return the folders: NEMODESK_HOME, a portable folder beside the program, or the OS's own."""
    home = os.environ.get("NEMODESK_HOME")
    if home:
        return _under(Path(home).expanduser().absolute())
    program_folder = _program_folder()
    if (program_folder / "portable").is_file():
        return _under(program_folder / "NemoDesk data", Place.PORTABLE)
    dirs = platformdirs.PlatformDirs("NemoDesk", appauthor=False)
    data = Path(dirs.user_data_dir)
    return Paths(
        data=data,
        models=_chosen_models(data) or data / "models",
        cache=Path(dirs.user_cache_dir),
        logs=Path(dirs.user_log_dir),
        place=Place.SYSTEM,
    )


def remember_models_folder(data: Path, folder: Path) -> None:
    """Keep models in this folder from the next `find_paths` on.

    Args:
        data: the data folder.

    Raises:
        StorageError: the disk refuses.
    """
    # A portable installation may have another drive letter tomorrow.
    inside = folder.is_relative_to(data)
    kept = folder.relative_to(data).as_posix() if inside else str(folder)
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        choice = {"version": 1, "models_folder": kept}
        replace_file(data / _CHOICE, json.dumps(choice).encode("utf-8"))
    except OSError as error:
        raise StorageError(
            f"NemoDesk cannot keep its files in {data}: {error.strerror}. Make room or allow "
            "writing there.",
            detail=repr(error),
        ) from error


def resources() -> Path:
    """Return the folder with themes, icons and data files that ship with the program."""
    inside_package = Path(__file__).parent / "resources"
    if inside_package.is_dir():
        return inside_package
    return Path(__file__).parent.parent / "resources"


def _program_folder() -> Path:
    """Return the folder of the bundle's program, or that of a checkout with its README."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).parent
    return Path(__file__).parent.parent


def _under(home: Path, place: Place = Place.HOME) -> Paths:
    return Paths(
        data=home,
        models=_chosen_models(home) or home / "models",
        cache=home / "cache",
        logs=home / "logs",
        place=place,
    )


def _chosen_models(data: Path) -> Path | None:
    """Return the folder that the person has chosen; None if there is no such choice."""
    try:
        choice: object = json.loads((data / _CHOICE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(choice, dict):
        return None
    folder = cast("dict[str, object]", choice).get("models_folder")
    return data / folder if isinstance(folder, str) and folder else None

# SPDX-License-Identifier: Apache-2.0
"""Where NemoDesk keeps its files. It creates no files itself, only folders when asked."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from nemodesk.errors import StorageError


@dataclass(frozen=True)
class Paths:
    """The folders of one installation.

    Attributes:
        data: chats and everything that must not be lost.
        models: downloaded and imported model files.
        cache: what can be made again.
        logs: log files.
    """

    data: Path
    models: Path
    cache: Path
    logs: Path

    @property
    def database(self) -> Path:
        """The SQLite file with all chats."""
        return self.data / "chats.sqlite3"

    def create(self) -> None:
        """Make the folders, readable only by their owner.

        Raises:
            StorageError: the disk refuses.
        """
        for folder in (self.data, self.models, self.cache, self.logs):
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
    program_folder = Path(sys.executable).parent
    if getattr(sys, "frozen", False) and (program_folder / "portable").exists():
        return _under(program_folder / "NemoDesk data")
    dirs = platformdirs.PlatformDirs("NemoDesk", appauthor=False)
    data = Path(dirs.user_data_dir)
    return Paths(
        data=data,
        models=data / "models",
        cache=Path(dirs.user_cache_dir),
        logs=Path(dirs.user_log_dir),
    )


def resources() -> Path:
    """Return the folder with themes, icons and data files that ship with the program."""
    inside_package = Path(__file__).parent / "resources"
    if inside_package.is_dir():
        return inside_package
    return Path(__file__).parent.parent / "resources"


def _under(home: Path) -> Paths:
    return Paths(data=home, models=home / "models", cache=home / "cache", logs=home / "logs")

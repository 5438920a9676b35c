# SPDX-License-Identifier: Apache-2.0
"""What NemoDesk keeps on this computer, and erasing all of it but the models. It asks nobody."""

import shutil
from pathlib import Path

from nemodesk.chats.database import plain_os_error
from nemodesk.paths import Paths
from nemodesk.settings.declared import SECRETS
from nemodesk.settings.settings import Settings
from nemodesk.vault.erasing import erase

_STORED_WITHIN_S = 5.0


def kept_sizes(paths: Paths) -> dict[str, tuple[Path, int]]:
    """Return place and size in bytes of chats, copies, models, cache and logs."""
    database = paths.database
    copies = [path for path in _chat_files(paths) if not path.name.startswith(database.name)]
    own = [path for path in _chat_files(paths) if path.name.startswith(database.name)]
    return {
        "chats": (database, sum(_size(path) for path in own)),
        "copies": (paths.data, sum(_size(path) for path in copies)),
        "models": (paths.models, _size(paths.models)),
        "cache": (paths.cache, _size(paths.cache)),
        "logs": (paths.logs, _size(paths.logs)),
    }


def erase_everything(paths: Paths, settings: Settings) -> None:
    """Erase chats and their copies, settings, secrets, cache and logs.

    Nothing in this process may have the chats open.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        for path in _chat_files(paths):
            erase(path)
        for name in ("vault.json", "first_run.json"):
            (paths.data / name).unlink(missing_ok=True)
        for folder in (paths.cache, paths.logs):
            for path in folder.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    _empty(path)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise plain_os_error(error, paths.database) from error
    settings.choose(dict.fromkeys(settings.everything()))
    for name in SECRETS:
        settings.set_secret(name, None)
    settings.flush(_STORED_WITHIN_S)


def _chat_files(paths: Paths) -> list[Path]:
    stem = paths.database.stem
    found = [*paths.data.glob(f"{stem}.*"), *paths.data.glob(f".{stem}.*")]
    # Backups that were made before a restoration took the place of everything.
    found += (paths.data / "backups").glob("*")
    return sorted(path for path in found if path.is_file())


def _empty(path: Path) -> None:
    # The log is still open, and goes on in the same file until the program ends.
    with path.open("r+b") as file:
        file.truncate(0)


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())

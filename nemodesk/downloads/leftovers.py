# SPDX-License-Identifier: Apache-2.0
"""Deletes what has come of downloads that nobody goes on with. It touches no model."""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nemodesk.downloads.part import INCOMPLETE_FOLDER, part_path
from nemodesk.downloads.saved_list import SavedDownload
from nemodesk.file_lock import FileLock

_log = logging.getLogger(__name__)

_KEPT_S = 30 * 24 * 3600.0
"""As long as the trash keeps a model."""
_SUFFIXES = (".journal", ".part")
"""In this order: a part without a journal would be nobody's."""


def remove_leftovers(models_folder: Path, listed: Iterable[SavedDownload]) -> None:
    """Delete the parts that were not written to for 30 days and are in no list.

    Each is locked while it is deleted, as it is while it is fetched. What the disk refuses is
    logged.

    Args:
        listed: the downloads whose parts stay, however old.
    """
    kept = {
        part_path(models_folder, download.repo_id, file.path, "").name
        for download in listed
        for file in download.files
    }
    try:
        for stem in sorted(_stems(models_folder) - kept):
            _remove(models_folder / INCOMPLETE_FOLDER / stem)
    except OSError as error:
        _log.warning("What is left of old downloads cannot be deleted: %r", error)


def _stems(models_folder: Path) -> set[str]:
    """Return the names of all parts, without endings."""
    with suppress(FileNotFoundError):
        files = (models_folder / INCOMPLETE_FOLDER).iterdir()
        return {file.stem for file in files if file.suffix in _SUFFIXES}
    return set()


def _remove(part: Path) -> None:
    lock = FileLock.try_lock(part.with_suffix(".lock"))
    if lock is None:
        return  # it is being fetched
    try:
        files = [file for suffix in _SUFFIXES if (file := part.with_suffix(suffix)).exists()]
        oldest_s = time.time() - _KEPT_S
        if all(file.stat().st_mtime < oldest_s for file in files):
            _log.info("Deleting a download that was given up: %s", part.name)
            for file in files:
                file.unlink()
    finally:
        lock.release()

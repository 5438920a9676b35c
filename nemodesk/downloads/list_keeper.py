# SPDX-License-Identifier: Apache-2.0
"""Keeps the list of downloads on the disk without letting the event loop wait for it."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nemodesk.downloads.item import Item
from nemodesk.downloads.leftovers import remove_leftovers
from nemodesk.downloads.part import part_path, received_bytes, remove_part
from nemodesk.downloads.saved_list import SavedDownload, SavedList
from nemodesk.file_lock import FileLock

_log = logging.getLogger(__name__)


class ListKeeper:
    """Loads the list, writes its newest state, and deletes parts that nobody wants any longer.

    A disk that refuses is no reason not to download: the list then does not survive the program.
    """

    def __init__(self, models_folder: Path, *, is_kept: bool) -> None:
        self._models_folder = models_folder
        self._list = SavedList(models_folder)
        self._is_kept = is_kept
        self._lock: FileLock | None = None
        self._newest: tuple[SavedDownload, ...] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> list[Item]:
        """Return what an earlier program has left to do."""
        return await asyncio.to_thread(self._load) if self._is_kept else []

    def save(self, items: Sequence[Item]) -> None:
        """Write the list soon."""
        if self._lock is None:
            return
        self._newest = tuple(saved for item in items if (saved := item.saved()) is not None)
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def close(self, items: Sequence[Item]) -> None:
        """Write the list now and let another program have it."""
        self.save(items)
        if self._writing is not None:
            await self._writing
        if self._lock is not None:
            await asyncio.to_thread(self._lock.release)
            self._lock = None
        if not self._is_kept:
            # Now, because it may have been an old one that has just been gone on with.
            await asyncio.to_thread(self._tidy)

    async def remove_parts(self, item: Item) -> None:
        """Delete what has come of a download."""
        await asyncio.to_thread(self._remove_parts, item)

    def _load(self) -> list[Item]:
        try:
            self._lock = FileLock.try_lock(self._list.lock_path)
            if self._lock is None:
                _log.info("Another NemoDesk keeps the list of downloads")
                return []
            listed = self._list.load()
            remove_leftovers(self._models_folder, listed)
            return [Item.restored(saved, self._received(saved)) for saved in listed]
        except OSError as error:
            _log.warning("The list of downloads cannot be read: %r", error)
            return []

    def _tidy(self) -> None:
        """Look at another program's list, whose lock it does not need: it takes nothing over."""
        # Where the list cannot be read, nobody knows which parts are wanted.
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            remove_leftovers(self._models_folder, self._list.read())

    def _received(self, saved: SavedDownload) -> int:
        return sum(
            received_bytes(self._models_folder, saved.repo_id, file.path) for file in saved.files
        )

    async def _write(self) -> None:
        while self._newest is not None:
            newest, self._newest = self._newest, None
            try:
                await asyncio.to_thread(self._list.save, newest)
            except OSError as error:
                _log.warning("The list of downloads cannot be kept: %r", error)
        self._writing = None

    def _remove_parts(self, item: Item) -> None:
        for file in item.files:
            repo_id = item.download.repo_id
            lock_path = part_path(self._models_folder, repo_id, file.path, ".lock")
            try:
                lock = FileLock.try_lock(lock_path)
                if lock is None:
                    continue  # another program fetches the same file
                try:
                    remove_part(self._models_folder, repo_id, file.path)
                finally:
                    lock.release()
            except OSError as error:
                _log.warning("What has come of %s cannot be deleted: %r", item.id, error)

# SPDX-License-Identifier: Apache-2.0
"""The way to the chat store from asyncio: one thread works off one call after the other.

It adds nothing to what the store does. `await archive(ChatStore.rename_chat, 3, "Garden")` is
`store.rename_chat(3, "Garden")` without waiting on the disk in the event loop. Calls about a
temporary chat, whose id shows it, go to a store in memory.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from nemodesk.chats.message import TEMPORARY_FROM_ID
from nemodesk.chats.store import ChatStore, open_temporary_store
from nemodesk.errors import StorageError

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)


class ChatArchive:
    """A store in a thread of its own, opened there by the first call.

    A call that fails to open the store raises the store's error, and the next one tries again.
    Calls are done in the order in which they were made, also when the task that awaits one is
    cancelled: text that was handed over is stored. Between them the store does its idle work.

    Args:
        path: the SQLite file.
        open_store: makes the store; runs in the archive's thread.
    """

    def __init__(self, path: Path, *, open_store: Callable[[Path], ChatStore] = ChatStore) -> None:
        self._path = path
        self._open_store = open_store
        self._store: ChatStore | None = None
        self._memory: ChatStore | None = None
        self._is_closed = False
        self._has_idle_work = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chats")

    async def __call__(
        self, work: Callable[Concatenate[ChatStore, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do the work with the store and return what it returns; its errors pass through.

        A call about a temporary chat, or about a message or an attachment of one, is known by
        its id, which has to be the first argument.
        """
        if args and isinstance(args[0], int) and args[0] >= TEMPORARY_FROM_ID:
            return await self.in_memory(work, *args, **kwargs)
        return await self._submit(lambda: work(self._opened(), *args, **kwargs))

    async def in_memory(
        self, work: Callable[Concatenate[ChatStore, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do the work with the store of temporary chats, for instance `ChatStore.create_chat`."""
        return await self._submit(lambda: work(self._opened_memory(), *args, **kwargs))

    async def rest(self, work: Callable[[], R]) -> R:
        """Do work that needs the file for itself: the store is closed, and opened when next asked.

        Calls that are made meanwhile wait for their turn. Thread: the archive's.
        """

        def work_alone() -> R:
            if self._store is not None:
                self._store.close()
                self._store = None
            return work()

        return await self._submit(work_alone)

    async def close(self) -> None:
        """Finish what has been handed over, then close the store. May be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        future = self._thread.submit(self._close_stores)
        await asyncio.shield(asyncio.wrap_future(future))
        self._thread.shutdown()

    async def _submit(self, call: Callable[[], R]) -> R:
        if self._is_closed:
            raise StorageError("The chats are already closed. Start NemoDesk again.")
        # Not loop.run_in_executor: cancelling its future takes the call out of the queue.
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._run, call)))

    def _run(self, call: Callable[[], R]) -> R:
        try:
            return call()
        finally:
            if self._store is not None and not self._has_idle_work:
                self._has_idle_work = True
                self._thread.submit(self._do_idle_work)

    def _do_idle_work(self) -> None:
        """Do a little of it, then let the calls that wait go first."""
        self._has_idle_work = False
        if self._store is None or self._is_closed:
            return
        try:
            self._has_idle_work = self._store.do_idle_work()
        except StorageError as error:
            # The person hears of it when something of theirs cannot be stored.
            _log.info("idle work on the chats has failed: %s", error.detail)
        if self._has_idle_work:
            self._thread.submit(self._do_idle_work)

    def _opened(self) -> ChatStore:
        if self._store is None:
            self._store = self._open_store(self._path)
        return self._store

    def _opened_memory(self) -> ChatStore:
        if self._memory is None:
            self._memory = open_temporary_store()
        return self._memory

    def _close_stores(self) -> None:
        for store in (self._store, self._memory):
            if store is not None:
                store.close()
        self._store = self._memory = None

# SPDX-License-Identifier: Apache-2.0
"""The way to the chat store from asyncio: one thread works off one call after the other.

It adds nothing to what the store does. `await archive(ChatStore.rename_chat, 3, "Garden")` is
`store.rename_chat(3, "Garden")` without waiting on the disk in the event loop.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from nemodesk.chats.store import ChatStore
from nemodesk.errors import StorageError

P = ParamSpec("P")
R = TypeVar("R")


class ChatArchive:
    """A store in a thread of its own, opened there by the first call.

    A call that fails to open the store raises the store's error, and the next one tries again.
    Calls are done in the order in which they were made, also when the task that awaits one is
    cancelled: text that was handed over is stored.

    Args:
        path: the SQLite file.
        open_store: makes the store; runs in the archive's thread.
    """

    def __init__(self, path: Path, *, open_store: Callable[[Path], ChatStore] = ChatStore) -> None:
        self._path = path
        self._open_store = open_store
        self._store: ChatStore | None = None
        self._is_closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chats")

    async def __call__(
        self, work: Callable[Concatenate[ChatStore, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do the work with the store and return what it returns; its errors pass through."""
        if self._is_closed:
            raise StorageError("The chats are already closed. Start NemoDesk again.")
        # Not loop.run_in_executor: cancelling its future takes the call out of the queue.
        future = self._thread.submit(self._run, lambda store: work(store, *args, **kwargs))
        return await asyncio.shield(asyncio.wrap_future(future))

    async def rest(self, work: Callable[[], R]) -> R:
        """Do work that needs the file for itself: the store is closed, and opened when next asked.

        Calls that are made meanwhile wait for their turn. Thread: the archive's.
        """
        if self._is_closed:
            raise StorageError("The chats are already closed. Start NemoDesk again.")

        def work_alone() -> R:
            self._close_store()
            return work()

        future = self._thread.submit(work_alone)
        return await asyncio.shield(asyncio.wrap_future(future))

    async def close(self) -> None:
        """Finish what has been handed over, then close the store. May be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        future = self._thread.submit(self._close_store)
        await asyncio.shield(asyncio.wrap_future(future))
        self._thread.shutdown()

    def _run(self, work: Callable[[ChatStore], R]) -> R:
        if self._store is None:
            self._store = self._open_store(self._path)
        return work(self._store)

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

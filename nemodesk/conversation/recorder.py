# SPDX-License-Identifier: Apache-2.0
"""Stores an answer while it is written, so that at most half a second of it can be lost.

A disk that refuses does not stop the answer: the text waits and is tried again.
"""

import asyncio
from contextlib import suppress

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatistics, MessageStatus
from nemodesk.chats.store import ChatStore
from nemodesk.errors import NemodeskError

_FLUSH_AFTER_S = 0.5


class Recorder:
    """Gathers the text of one answer and stores it."""

    def __init__(self, archive: ChatArchive, answer: Message) -> None:
        self._archive = archive
        self._message_id = answer.id
        self._content = ""
        self._reasoning = ""
        self._ending = asyncio.Event()
        self._flushing: asyncio.Task[None] | None = None

    def add(self, content: str, reasoning: str) -> None:
        """Take new text; it is on the disk half a second later."""
        self._content += content
        self._reasoning += reasoning
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.ensure_future(self._flush_later())

    async def finish(
        self, status: MessageStatus, failure: str, statistics: MessageStatistics | None
    ) -> Message:
        """Store the rest and how the answer ended.

        Raises:
            StorageError: the disk still refuses; the stored answer lacks its end.
            NotFoundError: the message is gone.
        """
        # A write under way is waited for, not cancelled: its text would be lost if it failed.
        self._ending.set()
        if self._flushing is not None:
            await self._flushing
        await self._flush()
        return await self._archive(
            ChatStore.finish,
            self._message_id,
            status=status,
            failure=failure,
            statistics=statistics,
        )

    async def _flush_later(self) -> None:
        while (self._content or self._reasoning) and not self._ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _FLUSH_AFTER_S)
            # What stays unwritten is tried again, and reported when the answer ends.
            with suppress(NemodeskError):
                await self._flush()

    async def _flush(self) -> None:
        content, reasoning = self._content, self._reasoning
        if not content and not reasoning:
            return
        # Taken out first: a cancelled wait does not undo what the archive does.
        self._content = self._reasoning = ""
        try:
            await self._archive(
                ChatStore.append_text, self._message_id, content=content, reasoning=reasoning
            )
        except NemodeskError:
            self._content = content + self._content
            self._reasoning = reasoning + self._reasoning
            raise

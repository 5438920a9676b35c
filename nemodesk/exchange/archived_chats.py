# SPDX-License-Identifier: Apache-2.0
"""The chats of a running window, for work in a thread: each call takes its turn in the archive.

The file is not opened a second time: closing that would take away the locks that the first one
holds (POSIX), and between two calls an answer that is being written is stored as ever.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYetError
from typing import Concatenate, ParamSpec, TypeVar

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.imported import ImportedChat
from nemodesk.chats.message import Attachment, Chat, Folder, Message
from nemodesk.chats.store import ChatStore
from nemodesk.errors import StorageError

P = ParamSpec("P")
R = TypeVar("R")

_LOOK_EVERY_S = 1.0


class ArchivedChats:
    """The store's methods that `exchange` needs. Thread: any but the loop's.

    Args:
        loop: the one that the archive is awaited on.
    """

    def __init__(self, archive: ChatArchive, loop: asyncio.AbstractEventLoop) -> None:
        self._archive = archive
        self._loop = loop

    def chat(self, chat_id: int) -> Chat:
        """See ChatStore."""
        return self._do(ChatStore.chat, chat_id)

    def list_chats(self, *, archived: bool = False) -> list[Chat]:
        """See ChatStore."""
        return self._do(ChatStore.list_chats, archived=archived)

    def folders(self) -> list[Folder]:
        """See ChatStore."""
        return self._do(ChatStore.folders)

    def whole(self, chat_id: int) -> list[Message]:
        """See ChatStore."""
        return self._do(ChatStore.whole, chat_id)

    def draft_attachments(self, chat_id: int) -> tuple[Attachment, ...]:
        """See ChatStore."""
        return self._do(ChatStore.draft_attachments, chat_id)

    def attachment_content(self, attachment_id: int) -> bytes | None:
        """See ChatStore."""
        return self._do(ChatStore.attachment_content, attachment_id)

    def import_chat(self, imported: ImportedChat) -> Chat:
        """See ChatStore."""
        return self._do(ChatStore.import_chat, imported)

    def delete_chat(self, chat_id: int) -> None:
        """See ChatStore."""
        self._do(ChatStore.delete_chat, chat_id)

    def _do(
        self, work: Callable[Concatenate[ChatStore, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        call = self._archive(work, *args, **kwargs)
        try:
            future = asyncio.run_coroutine_threadsafe(call, self._loop)
        except RuntimeError as error:
            call.close()
            raise _closed(error) from error
        while True:
            try:
                return future.result(_LOOK_EVERY_S)
            except NotYetError as error:
                # A loop that has ended never answers, and this thread would keep the program.
                if self._loop.is_closed():
                    raise _closed(error) from error


def _closed(error: Exception) -> StorageError:
    return StorageError("The chats are already closed. Start NemoDesk again.", detail=repr(error))

# SPDX-License-Identifier: Apache-2.0
"""Joins the sidebar to the stored chats: lists, finds, renames, deletes and brings back.

It draws nothing and answers nothing; what happens in the open chat is `chat_session.py`'s.
"""

from PySide6.QtCore import QObject

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.store import ChatStore
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.window import MainWindow


class ChatListSession(QObject):
    """The list of chats as one window shows it."""

    def __init__(
        self, window: MainWindow, *, bridge: Bridge, archive: ChatArchive, chats: ChatSession
    ) -> None:
        super().__init__(window)
        self._room = window.chat
        self._bridge = bridge
        self._archive = archive
        self._chats = chats
        self._search = ""
        self._connect()

    async def open(self) -> None:
        """Show what the last session left."""
        await self._archive(ChatStore.mark_interrupted)
        await self._refresh()

    def _connect(self) -> None:
        sidebar, does = self._room.sidebar, self._bridge.does
        sidebar.search_changed.connect(does(self._find))
        sidebar.chats.rename_requested.connect(does(self._rename))
        sidebar.chats.deletion_requested.connect(does(self._delete))
        self._room.undo_bar.undo_requested.connect(does(self._restore))
        self._chats.chats_changed.connect(does(self._refresh))

    async def _find(self, text: str) -> None:
        self._search = text
        await self._refresh()

    async def _rename(self, chat_id: int, title: str) -> None:
        await self._archive(ChatStore.rename_chat, chat_id, title)
        await self._refresh()

    async def _delete(self, chat_id: int) -> None:
        title = (await self._archive(ChatStore.chat, chat_id)).title
        await self._archive(ChatStore.delete_chat, chat_id)
        self._chats.leave_chat(chat_id)
        await self._refresh()
        sentence = self.tr("“%1” was deleted.").replace("%1", title or self.tr("New chat"))
        self._room.offer_undo(sentence, chat_id)

    async def _restore(self, chat_id: int) -> None:
        await self._archive(ChatStore.restore_chat, chat_id)
        self._chats.open_chat(chat_id)

    async def _refresh(self) -> None:
        if self._search:
            chats = await self._archive(ChatStore.search_chats, self._search)
        else:
            chats = await self._archive(ChatStore.list_chats)
        self._room.show_chats(chats, self._chats.chat_id)

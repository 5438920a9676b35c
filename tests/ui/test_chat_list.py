# SPDX-License-Identifier: Apache-2.0
"""The sidebar joined to real chats in a real database; no engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from nemodesk.catalog.foreign.places import Places
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Chat, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.ui.chat_list_session import ChatListSession
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.window import MainWindow
from tests.ui.answers import make_answers
from tests.ui.desk import Desk


class Sessions:
    """The sessions of the room Chat over one database."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.archive = ChatArchive(folder / "chats.sqlite3")
        self.chats = ChatSession(
            desk.window,
            bridge=desk.bridge,
            archive=self.archive,
            conversation=Conversation(self.archive, desk.pool),
            models=desk.models,
            answers=make_answers(desk.bridge, self.archive, desk.models),
        )
        self.list = ChatListSession(
            desk.window, bridge=desk.bridge, archive=self.archive, chats=self.chats
        )

    async def add_chat(self, *texts: str) -> Chat:
        """Store a chat with these messages of the person."""
        chat = await self.archive(ChatStore.create_chat)
        parent_id = None
        for text in texts:
            message = await self.archive(
                ChatStore.add_message, chat.id, parent_id=parent_id, role=Role.USER, content=text
            )
            parent_id = message.id
        return await self.archive(ChatStore.chat, chat.id)

    def titles(self) -> list[str]:
        """Return what the list shows."""
        items = self.desk.window.chat.sidebar.chats.model()
        rows = [items.index(row, 0) for row in range(items.rowCount())]
        return [row.data() for row in rows]

    async def until_listed(self, *titles: str) -> None:
        """Wait until the list shows these rows."""
        await self.desk.until(
            lambda: self.titles() == list(titles), f"{titles}, but {self.titles()}"
        )


@pytest_asyncio.fixture
async def sessions(window: MainWindow, tmp_path: Path) -> AsyncIterator[Sessions]:
    """Open the room Chat with no chats."""
    desk = Desk(window, tmp_path / "home", places=Places())
    made = Sessions(desk, tmp_path)
    yield made
    await desk.close()
    await made.archive.close()
    assert not desk.failures
    assert not desk.broken


async def test_the_list_is_shown_searched_and_renamed(sessions: Sessions) -> None:
    """What was stored is listed; a search keeps what contains the text; a title is changed."""
    first = await sessions.add_chat("Apples in May", "and quinces")
    await sessions.add_chat("Bread")
    await sessions.list.open()
    await sessions.until_listed("Today", "Bread", "Apples in May")
    sidebar = sessions.desk.window.chat.sidebar
    sidebar.chats.rename_requested.emit(first.id, "Fruit")
    await sessions.until_listed("Today", "Bread", "Fruit")
    sidebar.search_changed.emit("QUINCE")
    await sessions.until_listed("Today", "Fruit")
    sidebar.search_changed.emit("")
    await sessions.until_listed("Today", "Bread", "Fruit")


async def test_a_deleted_chat_is_brought_back(sessions: Sessions) -> None:
    """Deleting the open chat shows an empty one; Undo lists it again and opens it."""
    chat = await sessions.add_chat("Apples")
    await sessions.list.open()
    room = sessions.desk.window.chat
    room.sidebar.chats.open_first()
    await sessions.desk.until(lambda: room.chat_id == chat.id, "open chat")
    room.sidebar.chats.deletion_requested.emit(chat.id)
    await sessions.desk.until(room.undo_bar.isVisible, "offer to undo")
    assert room.chat_id is None
    assert sessions.titles() == []
    room.undo_bar._undo.click()
    await sessions.until_listed("Today", "Apples")
    await sessions.desk.until(lambda: room.chat_id == chat.id, "the chat again")

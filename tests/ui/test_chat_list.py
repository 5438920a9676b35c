# SPDX-License-Identifier: Apache-2.0
"""The sidebar joined to real chats in a real database; no engine."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from nemodesk.catalog.foreign.places import Places
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Chat, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.errors import NotFoundError
from nemodesk.ui.chat_list_session import ChatListSession
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.window import MainWindow
from tests.ui.answers import make_answers
from tests.ui.desk import Desk


class Sessions:
    """The sessions of the room Chat over one database."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.clock_s = time.time()
        self.archive = ChatArchive(folder / "chats.sqlite3", open_store=self._open_store)
        self.chats = ChatSession(
            desk.window,
            bridge=desk.bridge,
            archive=self.archive,
            conversation=Conversation(self.archive, desk.pool),
            models=desk.models,
            answers=make_answers(desk.bridge, self.archive, desk.models),
        )
        self.list = ChatListSession(
            desk.window,
            bridge=desk.bridge,
            archive=self.archive,
            chats=self.chats,
            trash_days=lambda: 30,
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

    def _open_store(self, path: Path) -> ChatStore:
        # Always some time later, so that the newest is first.
        return ChatStore(path, clock=self._tick)

    def _tick(self) -> float:
        self.clock_s += 1
        return self.clock_s

    async def undo(self) -> None:
        """Press Undo as soon as it is offered."""
        bar = self.desk.window.chat.undo_bar
        await self.desk.until(bar.isVisible, "offer to undo")
        bar._undo.click()

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
    sidebar.wishes.renamed.emit(first.id, "Fruit")
    await sessions.until_listed("Today", "Bread", "Fruit")
    sidebar.search_changed.emit("QUINCE")
    await sessions.until_listed("Fruit")
    sidebar.search_changed.emit("")
    await sessions.until_listed("Today", "Bread", "Fruit")


async def test_what_was_found_can_be_moved_to_a_folder(sessions: Sessions) -> None:
    """The menu of a chat offers the folders also while a search is shown."""
    await sessions.add_chat("Apples")
    folder = await sessions.archive(ChatStore.add_folder, "Fruit")
    await sessions.list.open()
    await sessions.until_listed("Fruit", "Today", "Apples")
    sidebar = sessions.desk.window.chat.sidebar
    sidebar.search_changed.emit("apple")
    await sessions.until_listed("Apples", "Apples")  # the title and the message
    assert sidebar._listing.folders == (folder,)


async def test_a_deleted_chat_is_brought_back(sessions: Sessions) -> None:
    """Deleting the open chat shows an empty one; Undo lists it again and opens it."""
    chat = await sessions.add_chat("Apples")
    await sessions.list.open()
    room = sessions.desk.window.chat
    room.sidebar.chats.open_first()
    await sessions.desk.until(lambda: room.chat_id == chat.id, "open chat")
    room.sidebar.wishes.deleted.emit((chat.id,))
    await sessions.desk.until(room.undo_bar.isVisible, "offer to undo")
    assert room.chat_id is None
    assert sessions.titles() == []
    room.undo_bar._undo.click()
    await sessions.until_listed("Today", "Apples")
    await sessions.desk.until(lambda: room.chat_id == chat.id, "the chat again")


async def test_pinned_chats_and_folders_have_headings(sessions: Sessions) -> None:
    """Pins come first, then folders with their chats, then the rest by day."""
    apples, bread, cheese = [
        await sessions.add_chat(text) for text in ("Apples", "Bread", "Cheese")
    ]
    await sessions.list.open()
    wishes = sessions.desk.window.chat.sidebar.wishes
    wishes.pinned.emit((bread.id,), True)
    await sessions.until_listed("Pinned", "Bread", "Today", "Cheese", "Apples")
    folder = await sessions.archive(ChatStore.add_folder, "Work")
    wishes.moved.emit((apples.id, bread.id), folder.id)
    await sessions.until_listed("Work", "Bread", "Apples", "Today", "Cheese")
    wishes.folder_renamed.emit(folder.id, "Home")
    await sessions.until_listed("Home", "Bread", "Apples", "Today", "Cheese")
    wishes.moved.emit((bread.id,), None)
    await sessions.until_listed("Home", "Apples", "Today", "Cheese", "Bread")
    wishes.folder_deleted.emit(folder.id)
    await sessions.until_listed("Today", "Cheese", "Bread", "Apples")
    await sessions.undo()
    await sessions.until_listed("Home", "Apples", "Today", "Cheese", "Bread")
    assert cheese.id


async def test_a_new_folder_is_named_at_once(sessions: Sessions) -> None:
    """New folder… puts the chat into a folder whose name waits to be typed."""
    chat = await sessions.add_chat("Apples")
    await sessions.list.open()
    sidebar = sessions.desk.window.chat.sidebar
    sidebar.wishes.moved_to_new_folder.emit((chat.id,))
    editors: list[QLineEdit] = []

    def is_typed() -> bool:
        editors[:] = sidebar.chats.findChildren(QLineEdit, "folder_name_editor")
        return bool(editors)

    await sessions.desk.until(is_typed, "field for the name")
    editors[0].setText("Fruit & more")
    QTest.keyClick(editors[0], Qt.Key.Key_Return)
    await sessions.until_listed("Fruit & more", "Apples")


async def test_the_archive_keeps_chats_out_of_the_way(sessions: Sessions) -> None:
    """An archived chat is in the archive, is found, opens there, and comes back."""
    chat = await sessions.add_chat("Apples")
    await sessions.add_chat("Bread")
    await sessions.list.open()
    room = sessions.desk.window.chat
    sidebar = room.sidebar
    sidebar.wishes.archived.emit((chat.id,), True)
    await sessions.until_listed("Today", "Bread")
    await sessions.undo()
    await sessions.until_listed("Today", "Bread", "Apples")
    sidebar.wishes.archived.emit((chat.id,), True)
    await sessions.until_listed("Today", "Bread")
    sidebar.foot.archive_button.click()
    await sessions.until_listed("Today", "Apples")
    assert not sidebar.search_field.isVisible()
    sidebar.chats.open_first()
    await sessions.desk.until(lambda: room.chat_id == chat.id, "the archived chat")
    sidebar.foot.unarchive_button.click()
    await sessions.until_listed()
    sidebar.head.back_button.click()
    await sessions.until_listed("Today", "Bread", "Apples")


async def test_the_trash_gives_back_and_forgets(sessions: Sessions) -> None:
    """From the trash a chat is restored; another is erased once the person has agreed."""
    apples, bread = [await sessions.add_chat(text) for text in ("Apples", "Bread")]
    await sessions.list.open()
    sidebar = sessions.desk.window.chat.sidebar
    sidebar.wishes.deleted.emit((apples.id, bread.id))
    await sessions.until_listed()
    sidebar.foot.trash_button.click()
    await sessions.until_listed("Today", "Bread", "Apples")
    assert not sidebar.foot.restore_button.isEnabled()
    sidebar.chats.setCurrentIndex(sidebar.chats._items.index_of(apples.id))
    sidebar.foot.restore_button.click()
    await sessions.until_listed("Today", "Bread")
    sidebar.chats.setCurrentIndex(sidebar.chats._items.index_of(bread.id))
    question = sidebar.ask_to_erase()
    assert question is not None
    assert "Bread" in question.accessibleDescription()
    question.yes_button.click()
    await sessions.until_listed()
    assert not sessions.desk.window.chat.undo_bar.isVisible()
    sessions.desk.window.new_chat_requested.emit()
    await sessions.until_listed("Today", "Apples")
    with pytest.raises(NotFoundError):
        await sessions.archive(ChatStore.restore_chat, bread.id)


async def test_what_was_asked_for_last_is_shown(sessions: Sessions) -> None:
    """A slow listing does not replace the quick one that was asked for after it."""
    await sessions.add_chat("Apples")
    await sessions.add_chat("Bread")
    await sessions.list.open()
    sessions.chats.chats_changed.emit()
    sessions.desk.window.chat.sidebar.search_changed.emit("apple")
    await sessions.desk.bridge.finish(5.0)
    assert sessions.titles() == ["Apples", "Apples"]  # the title and the message


async def test_a_place_that_was_found_is_opened(sessions: Sessions) -> None:
    """A result opens its chat at the message, also where another version was shown."""
    texts = ["Apple\n\n" * 9] * 30
    texts[4] = "Zebra\n\n" * 9
    chat = await sessions.add_chat("Fruit", *texts)
    path = await sessions.archive(ChatStore.path, chat.id)
    hidden = path[5]
    await sessions.archive(
        ChatStore.add_message,
        chat.id,
        parent_id=hidden.parent_id,
        role=Role.USER,
        content="In other words",
    )
    await sessions.list.open()
    room = sessions.desk.window.chat
    room.sidebar.search_field.setText("zebra")
    await sessions.until_listed("Fruit")
    room.sidebar.chats.open_first()
    column = room.transcript._column
    await sessions.desk.until(lambda: column._marked_id == hidden.id, "mark on the message")
    row = column.rows[column.number_of(hidden.id)]
    assert 0 <= row.top_px - room.transcript._bar.value() < 40
    await sessions.desk.until(lambda: column._marked_id is None, "end of the mark")


async def test_a_temporary_chat_is_never_written(sessions: Sessions) -> None:
    """It is listed, opened and deleted like any chat, and no byte of it is in a file."""
    room = sessions.desk.window.chat
    await sessions.list.open()
    room.composer.message.setPlainText("for the other chat")
    room.sidebar.temporary_chat_button.click()
    assert room.temporary_line.isVisible()
    assert room.composer.message.toPlainText() == ""
    chat = await sessions.archive.in_memory(ChatStore.create_chat)
    sessions.chats.has_temporary = True
    await sessions.archive(
        ChatStore.add_message, chat.id, parent_id=None, role=Role.USER, content="whispered"
    )
    await sessions.list.refresh()
    await sessions.until_listed("Temporary", "whispered")
    room.sidebar.chats.open_first()
    await sessions.desk.until(lambda: room.chat_id == chat.id, "temporary chat")
    assert room.temporary_line.isVisible()
    room.composer.message.setPlainText("muttered")
    room.sidebar.new_chat_button.click()
    assert not room.temporary_line.isVisible()
    assert room.composer.message.toPlainText() == "for the other chat"
    room.sidebar.search_changed.emit("whisper")
    await sessions.until_listed("whispered", "whispered")  # the title and the message
    await sessions.desk.bridge.finish(5.0)
    assert (await sessions.archive(ChatStore.chat, chat.id)).draft == "muttered"
    for file in sessions.folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert b"whispered" not in content, file
        assert b"muttered" not in content, file


async def test_an_answer_is_gone_on_from_elsewhere(sessions: Sessions) -> None:
    """Continue in a new chat from here opens a chat that ends with that message."""
    chat = await sessions.add_chat("Apples", "Bread", "Cheese")
    await sessions.list.open()
    room = sessions.desk.window.chat
    room.sidebar.chats.open_first()
    await sessions.desk.until(lambda: room.chat_id == chat.id, "chat")
    second = (await sessions.archive(ChatStore.path, chat.id))[1]
    room.transcript.branch_requested.emit(second.id)
    await sessions.desk.until(lambda: room.chat_id not in (None, chat.id), "new chat")
    shown = [row.message.content for row in room.transcript._column.rows]
    assert shown == ["Apples", "Bread"]
    assert len(await sessions.archive(ChatStore.path, chat.id)) == 3

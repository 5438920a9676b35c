# SPDX-License-Identifier: Apache-2.0
"""Titles, pins, folders, the archive, choices for a chat, and chats that are never written."""

from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import TEMPORARY_FROM_ID, Folder, NewAttachment, Role
from nemodesk.chats.store import ChatStore, open_temporary_store
from nemodesk.errors import NotFoundError
from tests.fakes.clock import FakeClock


def test_a_title_tells_who_gave_it(store: ChatStore) -> None:
    """A beginning of the first question is no title of its own; a name from person or model is."""
    chat = store.create_chat()
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="How do I sow?")
    assert not store.chat(chat.id).has_own_title
    assert store.set_title(chat.id, "Sowing", is_own=True, keep_own=True)
    assert store.chat(chat.id).has_own_title
    store.rename_chat(chat.id, "  My \n garden ")
    assert not store.set_title(chat.id, "Sowing", is_own=True, keep_own=True)
    assert store.chat(chat.id).title == "My garden"
    store.set_title(chat.id, "Back to the beginning", is_own=False)
    assert not store.chat(chat.id).has_own_title
    assert store.create_chat(title="Named").has_own_title


def test_pins_archive_and_choices_are_kept(
    store: ChatStore, database: Path, clock: FakeClock
) -> None:
    """What was chosen for a chat is there after a restart, and the archive is a list of its own."""
    chosen = AnswerSettings(system_prompt="Be brief. \ud800", temperature=0.2, tools=("clock",))
    chat, other = store.create_chat(), store.create_chat()
    store.pin_chat(chat.id, is_pinned=True)
    store.archive_chat(chat.id, is_archived=True)
    store.set_answer_settings(chat.id, chosen)
    store.close()
    again = ChatStore(database, clock=clock)
    (archived,) = again.list_chats(archived=True)
    assert (archived.id, archived.is_pinned) == (chat.id, True)
    assert archived.archived_at is not None
    assert archived.answer_settings.temperature == 0.2
    assert archived.answer_settings.tools == ("clock",)
    assert archived.answer_settings.system_prompt == "Be brief. \ufffd"
    assert [listed.id for listed in again.list_chats()] == [other.id]
    again.archive_chat(chat.id, is_archived=False)
    again.pin_chat(chat.id, is_pinned=False)
    again.set_answer_settings(chat.id, AnswerSettings())
    assert again.chat(chat.id).answer_settings.is_empty
    assert again.list_chats(archived=True) == []
    again.close()


def test_folders_come_and_go_and_their_chats_stay(store: ChatStore) -> None:
    """A folder holds chats; without it they are outside of all folders."""
    work, home = store.add_folder(" Work  things "), store.add_folder("Home")
    assert work.name == "Work things"
    store.rename_folder(home.id, "House")
    assert store.folders() == [work, Folder(id=home.id, name="House", position=home.position)]
    chat = store.create_chat()
    store.move_to_folder(chat.id, work.id)
    assert store.chat(chat.id).folder_id == work.id
    store.delete_folder(work.id)
    assert store.chat(chat.id).folder_id is None
    store.move_to_folder(chat.id, home.id)
    store.move_to_folder(chat.id, None)
    assert store.chat(chat.id).folder_id is None
    assert [folder.name for folder in store.folders()] == ["House"]


def test_what_is_not_there_is_said_to_be_missing(store: ChatStore) -> None:
    """Chats, folders and messages that are not there raise a sentence, and nothing changes."""
    chat = store.create_chat()
    for call in (
        lambda: store.pin_chat(99, is_pinned=True),
        lambda: store.archive_chat(99, is_archived=True),
        lambda: store.set_title(99, "x", is_own=True),
        lambda: store.set_answer_settings(99, AnswerSettings()),
        lambda: store.erase_chat(99),
        lambda: store.move_to_folder(chat.id, 99),
        lambda: store.move_to_folder(99, None),
        lambda: store.rename_folder(99, "x"),
        lambda: store.delete_folder(99),
        lambda: store.set_summary(99, "x"),
        lambda: store.branch(99),
    ):
        with pytest.raises(NotFoundError, match="99"):
            call()
    assert store.list_chats() == [chat]


def test_a_chat_can_be_erased_at_once(store: ChatStore) -> None:
    """Erasing needs no trash, and takes messages along."""
    chat = store.create_chat()
    message = store.add_message(chat.id, parent_id=None, role=Role.USER, content="q")
    store.erase_chat(chat.id)
    assert store.list_chats() == store.list_trash() == []
    with pytest.raises(NotFoundError):
        store.message(message.id)


def test_the_trash_tells_when_a_chat_was_thrown_away(store: ChatStore, clock: FakeClock) -> None:
    """A chat in the trash says since when it is there."""
    chat = store.create_chat()
    store.delete_chat(chat.id)
    assert store.list_trash()[0].deleted_at == clock.now


def test_a_summary_belongs_to_its_message(store: ChatStore) -> None:
    """A summary is kept with the message that it goes up to, and can be replaced or forgotten."""
    chat = store.create_chat()
    first = store.add_message(chat.id, parent_id=None, role=Role.USER, content="q")
    store.add_message(chat.id, parent_id=first.id, role=Role.ASSISTANT, content="a")
    store.set_summary(first.id, "In short: q.")
    assert [message.summary for message in store.path(chat.id)] == ["In short: q.", ""]
    store.set_summary(first.id, "q")
    assert store.message(first.id).summary == "q"
    store.set_summary(first.id, "")
    assert store.message(first.id).summary == ""


def test_a_temporary_chat_is_known_by_its_id() -> None:
    """Everything that a store in memory makes has an id that no file would give."""
    store = open_temporary_store()
    chat = store.create_chat()
    assert chat.is_temporary
    attached = store.add_draft_attachment(
        chat.id, NewAttachment(name="a", media_type="text/plain", text="x")
    )
    message = store.add_message(chat.id, parent_id=None, role=Role.USER, content="q")
    assert min(chat.id, message.id, attached.id, store.add_folder("f").id) >= TEMPORARY_FROM_ID
    assert [hit.message_id for hit in store.search("q")] == [None, message.id]
    store.close()


async def test_a_temporary_chat_is_never_written(database: Path) -> None:
    """The archive leads calls about temporary chats to memory, and no file has a word of them."""
    archive = ChatArchive(database)
    kept = await archive(ChatStore.create_chat, title="kept")
    chat = await archive.in_memory(ChatStore.create_chat)
    message = await archive(
        ChatStore.add_message, chat.id, parent_id=None, role=Role.USER, content="whispered"
    )
    await archive(ChatStore.set_draft, chat.id, "muttered")
    assert (await archive(ChatStore.message, message.id)).content == "whispered"
    assert (await archive(ChatStore.path, chat.id)) == [message]
    assert [listed.id for listed in await archive(ChatStore.list_chats)] == [kept.id]
    assert await archive(ChatStore.search, "whispered") == []
    for file in database.parent.iterdir():
        assert b"whispered" not in file.read_bytes()
        assert b"muttered" not in file.read_bytes()
    await archive(ChatStore.erase_chat, chat.id)
    with pytest.raises(NotFoundError):
        await archive(ChatStore.chat, chat.id)
    await archive.close()

# SPDX-License-Identifier: Apache-2.0
"""What is saved of a damaged file: everything that can still be read."""

import os
import shutil
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.database import DamagedDatabaseError
from nemodesk.chats.message import MessageStatus, NewAttachment, Role
from nemodesk.chats.store import ChatStore
from tests.chats.schemas import load
from tests.fakes.clock import FakeClock

_PAGE_BYTES = 4096
_NOTES = NewAttachment(name="notes.txt", media_type="text/plain", text="abc", content=b"abc")


def _damage(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * _PAGE_BYTES)
        file.write(os.urandom(_PAGE_BYTES))


def _root_page(store: ChatStore, name: str) -> int:
    with store._database.reading() as connection:
        page: int = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()[0]
    return page


def _suspect(path: Path) -> None:
    path.with_name(path.name + "-suspect").touch()


def _reopen(path: Path) -> tuple[ChatStore, DamagedDatabaseError]:
    with pytest.raises(DamagedDatabaseError) as caught:
        ChatStore(path)
    return ChatStore(path), caught.value


def _fill(store: ChatStore) -> None:
    """Make a chat that has everything that a chat can have, and one in the trash."""
    chat = store.create_chat(title="Garden", model="starter")
    question = store.add_message(
        chat.id, parent_id=None, role=Role.USER, content="q", attachments=[_NOTES]
    )
    store.set_summary(question.id, "in short")
    for text in ("first", "second"):
        store.add_message(chat.id, parent_id=question.id, role=Role.ASSISTANT, content=text)
    answer = store.add_message(
        chat.id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        content="",
        status=MessageStatus.WRITING,
    )
    store.append_text(answer.id, content="half", reasoning="hm")
    store.show_version(answer.id - 1)
    store.set_draft(chat.id, "not sent")
    store.add_draft_attachment(chat.id, _NOTES)
    store.move_to_folder(chat.id, store.add_folder("Home").id)
    store.set_answer_settings(chat.id, AnswerSettings(seed=3))
    store.pin_chat(chat.id, is_pinned=True)
    thrown = store.create_chat(title="thrown away")
    store.delete_chat(thrown.id)


def test_chats_are_saved_whole_when_an_index_is_damaged(store: ChatStore, database: Path) -> None:
    """Damage to what can be made again costs nothing: all of a chat comes into the new file."""
    _fill(store)
    page = _root_page(store, "message_by_parent")
    store.close()
    _damage(database, page)
    _suspect(database)

    saved, error = _reopen(database)

    assert error.set_aside
    assert error.set_aside.exists()
    assert "2 of its chats could be saved" in error.sentence
    (chat,) = saved.list_chats()
    assert (chat.title, chat.model, chat.draft) == ("Garden", "starter", "not sent")
    assert (chat.is_pinned, chat.has_own_title, chat.answer_settings.seed) == (True, True, 3)
    assert [folder.name for folder in saved.folders() if folder.id == chat.folder_id] == ["Home"]
    assert [message.content for message in saved.path(chat.id)] == ["q", "second"]
    whole = saved.whole(chat.id)
    assert [message.content for message in whole] == ["q", "first", "second", "half"]
    assert (whole[0].summary, whole[3].reasoning) == ("in short", "hm")
    assert whole[3].status is MessageStatus.INTERRUPTED
    assert saved.attachment_content(whole[0].attachments[0].id) == b"abc"
    assert len(saved.draft_attachments(chat.id)) == 1
    assert [trashed.title for trashed in saved.list_trash()] == ["thrown away"]
    saved.close()


def test_every_damaged_page_costs_only_what_is_on_it(tmp_path: Path, clock: FakeClock) -> None:
    """Whichever page is damaged, what is on the others is saved, and the new file is sound."""
    original = tmp_path / "original.sqlite3"
    store = ChatStore(original, clock=clock)
    for number in range(12):
        chat = store.create_chat(title=f"chat {number}")
        parent = None
        for place in range(6):
            parent = store.add_message(
                chat.id,
                parent_id=parent,
                role=Role.USER,
                content=f"{number}/{place} " + "x" * 900,
            ).id
    while store.do_idle_work():
        pass
    store.close()
    pages = original.stat().st_size // _PAGE_BYTES
    counts: list[int] = []
    for page in range(2, pages + 1, 3):
        path = tmp_path / f"{page}.sqlite3"
        shutil.copy(original, path)
        _damage(path, page)
        _suspect(path)
        saved, _ = _reopen(path)
        counts.append(sum(len(saved.path(chat.id)) for chat in saved.list_chats()))
        with saved._database.reading() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        saved.close()
        path.unlink()
    whole = sum(count == 12 * 6 for count in counts)
    assert whole > len(counts) / 3  # indexes, and pages of the search
    # A page holds four messages. The tables' schema is on one page, and inner pages lead to more.
    assert sorted(counts)[len(counts) // 3] >= 12 * 6 - 8


def test_a_damaged_file_of_an_older_schema_is_saved_too(database: Path) -> None:
    """Chats of the first schema come into a new file with the newest."""
    load(1, database)
    _suspect(database)
    with database.open("r+b") as file:
        file.seek(28)
        file.write((9999).to_bytes(4, "big"))  # the file's length in pages
    saved, error = _reopen(database)
    assert "4 of its chats" in error.sentence
    assert {chat.title for chat in saved.list_chats()} >= {"Named by hand"}
    saved.close()


def test_a_file_that_was_cut_off_is_saved_as_far_as_it_goes(
    store: ChatStore, database: Path
) -> None:
    """Of a file whose end is missing the chats at its beginning are saved."""
    for number in range(40):
        chat = store.create_chat(title=f"chat {number}")
        store.add_message(chat.id, parent_id=None, role=Role.USER, content="x" * 3000)
    store.close()
    with database.open("r+b") as file:
        file.truncate(database.stat().st_size // 2)
    saved, _ = _reopen(database)
    chats = saved.list_chats()
    texts = [message.content for chat in chats for message in saved.path(chat.id)]
    assert len(chats) == 40
    assert 5 < len(texts) < 40
    assert all(("x" * 3000).startswith(text) for text in texts)
    saved.close()

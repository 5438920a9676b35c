# SPDX-License-Identifier: Apache-2.0
"""What messages and drafts have beside their text: kept once, moved, shared, and erased."""

from pathlib import Path

import pytest

from nemodesk.chats.message import Message, NewAttachment, Role
from nemodesk.chats.store import ChatStore
from nemodesk.errors import NotFoundError
from tests.fakes.clock import FakeClock

_NOTES = NewAttachment(name="notes.txt", media_type="text/plain", text="süß", content=b"s\xfc\xdf")
_PICTURE = NewAttachment(name="cat.png", media_type="image/png", content=b"\x89PNG" + bytes(5000))
_PASTED = NewAttachment(name="Pasted text", media_type="text/plain", text="long \ud800 text")


def _ask(store: ChatStore, chat_id: int, **attached: object) -> Message:
    return store.add_message(
        chat_id,
        parent_id=None,
        role=Role.USER,
        content="Read this.",
        **attached,  # type: ignore[arg-type]
    )


def _document_count(store: ChatStore) -> int:
    with store._database.reading() as connection:
        count: int = connection.execute("SELECT count(*) FROM document").fetchone()[0]
    return count


def test_attachments_come_back_with_their_message(
    store: ChatStore, database: Path, clock: FakeClock
) -> None:
    """Names, texts and bytes are as they were, in their order, also after a restart."""
    chat = store.create_chat()
    message = _ask(store, chat.id, attachments=[_NOTES, _PICTURE, _PASTED])
    store.close()
    again = ChatStore(database, clock=clock)
    (found,) = again.path(chat.id)
    assert found == message
    notes, picture, pasted = found.attachments
    assert (notes.name, notes.media_type, notes.text) == ("notes.txt", "text/plain", "süß")
    assert (notes.size_bytes, notes.has_content) == (3, True)
    assert again.attachment_content(notes.id) == _NOTES.content
    assert (picture.text, picture.size_bytes) == ("", 5004)
    assert again.attachment_content(picture.id) == _PICTURE.content
    assert (pasted.text, pasted.has_content) == ("long \ufffd text", False)
    assert again.attachment_content(pasted.id) is None
    assert again.attachment(pasted.id) == pasted
    again.close()


def test_attachments_of_a_draft_move_to_the_message(store: ChatStore) -> None:
    """What is attached to a draft is kept with it, and goes with the message that is sent."""
    chat = store.create_chat()
    notes = store.add_draft_attachment(chat.id, _NOTES)
    picture = store.add_draft_attachment(chat.id, _PICTURE)
    pasted = store.add_draft_attachment(chat.id, _PASTED)
    store.remove_draft_attachment(picture.id)
    assert store.draft_attachments(chat.id) == (notes, pasted)
    message = _ask(store, chat.id, draft_attachment_ids=[notes.id])
    assert message.attachments == (notes,)
    assert store.draft_attachments(chat.id) == (pasted,)
    assert _document_count(store) == 2


def test_an_edited_question_keeps_its_files(store: ChatStore) -> None:
    """A version may have the attachments of another without storing them twice."""
    chat = store.create_chat()
    first = _ask(store, chat.id, attachments=[_NOTES, _PICTURE])
    second = _ask(
        store,
        chat.id,
        attachments=[_PASTED],
        kept_attachment_ids=[attached.id for attached in first.attachments],
    )
    names = [attached.name for attached in second.attachments]
    assert names == ["notes.txt", "cat.png", "Pasted text"]
    assert store.attachment_content(second.attachments[0].id) == _NOTES.content
    assert not {one.id for one in first.attachments} & {one.id for one in second.attachments}
    assert _document_count(store) == 3
    assert store.message(first.id).attachments == first.attachments


def test_erasing_a_chat_erases_its_files(store: ChatStore, database: Path) -> None:
    """Texts and bytes of an erased chat are gone from the file, unless another chat has them."""
    chat = store.create_chat()
    secret = NewAttachment(name="s", media_type="text/plain", text="xyzzy", content=b"plugh" * 2000)
    message = _ask(store, chat.id, attachments=[_NOTES, secret])
    store.add_draft_attachment(chat.id, secret)
    other = store.branch(message.id)
    store.erase_chat(other.id)
    assert store.attachment_content(message.attachments[1].id) == secret.content
    store.erase_chat(chat.id)
    assert _document_count(store) == 0
    content = database.read_bytes() + database.with_name(database.name + "-wal").read_bytes()
    assert b"xyzzy" not in content
    assert b"plugh" not in content


def test_foreign_attachments_are_refused(store: ChatStore) -> None:
    """A message gets only drafts of its own chat and attachments that exist, or nothing happens."""
    chat, other = store.create_chat(), store.create_chat()
    foreign = store.add_draft_attachment(other.id, _NOTES)
    sent = _ask(store, chat.id, attachments=[_NOTES]).attachments[0]
    for call in (
        lambda: _ask(store, chat.id, draft_attachment_ids=[foreign.id]),
        lambda: _ask(store, chat.id, draft_attachment_ids=[sent.id]),
        lambda: _ask(store, chat.id, kept_attachment_ids=[99]),
        lambda: store.remove_draft_attachment(sent.id),
        lambda: store.attachment(99),
        lambda: store.attachment_content(99),
        lambda: store.add_draft_attachment(99, _NOTES),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert len(store.whole(chat.id)) == 1
    assert store.draft_attachments(other.id) == (foreign,)

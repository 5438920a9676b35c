# SPDX-License-Identifier: Apache-2.0
"""Chats that branch off, and chats that come from elsewhere."""

import sqlite3
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.imported import ImportedChat, ImportedMessage, parents_first
from nemodesk.chats.message import (
    Message,
    MessageStatistics,
    MessageStatus,
    NewAttachment,
    Role,
)
from nemodesk.chats.store import ChatStore

_STATISTICS = MessageStatistics(
    prompt_tokens=20, cached_tokens=12, predicted_tokens=7, predicted_per_s=12.5, ttft_s=0.25
)
_NOTES = NewAttachment(name="notes.txt", media_type="text/plain", text="abc", content=b"abc")


def _imported(key: str, parent: str | None, **others: object) -> ImportedMessage:
    values: dict[str, object] = {"role": Role.USER, "content": key, "created_at": 5.0} | others
    return ImportedMessage(key=key, parent_key=parent, **values)  # type: ignore[arg-type]


def _chat(messages: Sequence[ImportedMessage], **others: object) -> ImportedChat:
    values: dict[str, object] = {"title": "", "created_at": 1.0, "updated_at": 9.0} | others
    return ImportedChat(messages=messages, **values)  # type: ignore[arg-type]


def _tree(messages: Sequence[Message]) -> dict[str, str | None]:
    contents = {message.id: message.content for message in messages}
    return {
        message.content: None if message.parent_id is None else contents[message.parent_id]
        for message in messages
    }


def test_a_branch_has_what_was_said_before(store: ChatStore) -> None:
    """A new chat begins with the path up to a message, with files, thoughts and summary."""
    old = store.create_chat(title="Garden", model="starter")
    store.set_answer_settings(old.id, AnswerSettings(temperature=0.5))
    store.move_to_folder(old.id, store.add_folder("Home").id)
    question = store.add_message(
        old.id, parent_id=None, role=Role.USER, content="q", attachments=[_NOTES]
    )
    answer = store.add_message(
        old.id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        content="half",
        status=MessageStatus.WRITING,
        model="starter",
    )
    store.append_text(answer.id, content=" an answer", reasoning="hm")
    store.set_summary(question.id, "in short")
    store.add_message(old.id, parent_id=answer.id, role=Role.USER, content="later")
    before = store.whole(old.id)

    chat = store.branch(answer.id)

    assert chat.id != old.id
    assert (chat.title, chat.model, chat.folder_id) == ("Garden", "starter", 1)
    assert chat.answer_settings.temperature == 0.5
    first, second = store.path(chat.id)
    assert (first.content, first.summary, second.content) == ("q", "in short", "half an answer")
    assert (second.reasoning, second.status) == ("hm", MessageStatus.INTERRUPTED)
    assert first.created_at == question.created_at
    assert store.attachment_content(first.attachments[0].id) == b"abc"
    assert store.whole(old.id) == before


_MESSAGES = (
    _imported("q", None, attachments=[_NOTES], summary="s"),
    _imported(
        "a1",
        "q",
        role=Role.ASSISTANT,
        reasoning="hm",
        status=MessageStatus.FAILED,
        model="m",
        failure="No memory.",
        statistics=_STATISTICS,
    ),
    _imported("a2", "q", role=Role.ASSISTANT, status=MessageStatus.WRITING),
    _imported("q2", "a1"),
)


def test_a_whole_tree_comes_in(store: ChatStore) -> None:
    """An imported chat has its versions, its thoughts and the path that was shown."""
    chat = store.import_chat(_chat(_MESSAGES, shown_key="a2"))
    assert [message.content for message in store.path(chat.id)] == ["q", "a2"]
    question, first, second, _ = store.whole(chat.id)
    assert (question.summary, question.attachments[0].text) == ("s", "abc")
    assert (first.reasoning, first.status, first.model) == ("hm", MessageStatus.FAILED, "m")
    assert (first.failure, first.statistics) == ("No memory.", _STATISTICS)
    assert (first.version, second.version, second.version_count) == (1, 2, 2)
    assert second.status is MessageStatus.INTERRUPTED


def test_what_was_chosen_for_a_chat_comes_in(store: ChatStore) -> None:
    """An imported chat has its place in the lists, its draft, and the mark of where it is from."""
    chat = store.import_chat(
        _chat(
            [],
            title=" A \n title ",
            draft="d",
            draft_attachments=[_NOTES],
            model="m",
            is_pinned=True,
            folder="Home",
            archived_at=7.0,
            answer_settings=AnswerSettings(seed=3),
            has_own_title=True,
            origin="chatgpt:1",
        )
    )
    assert (chat.title, chat.created_at, chat.updated_at) == ("A title", 1.0, 9.0)
    assert (chat.draft, chat.model, chat.is_pinned) == ("d", "m", True)
    assert (chat.archived_at, chat.answer_settings.seed, chat.has_own_title) == (7.0, 3, True)
    assert [folder.name for folder in store.folders()] == ["Home"]
    assert store.draft_attachments(chat.id)[0].name == "notes.txt"
    assert store.chat_of_origin("chatgpt:1") == store.chat(chat.id)
    assert store.chat_of_origin("chatgpt:2") is None
    assert store.chat_of_origin("") is None
    store.import_chat(_chat([], folder="Home"))
    assert len(store.folders()) == 1


def test_an_import_of_the_trash_stays_there(store: ChatStore) -> None:
    """A chat that was in the trash comes back into the trash, and its origin is known."""
    chat = store.import_chat(_chat([_imported("q", None)], deleted_at=3.0, origin="o"))
    assert store.list_chats() == []
    assert store.list_trash() == [chat]
    assert store.chat_of_origin("o") == chat


def test_a_chat_without_title_is_named_by_its_first_question(store: ChatStore) -> None:
    """An imported chat without a title gets the beginning of the first question."""
    messages = [_imported("a", None, role=Role.ASSISTANT), _imported("How?", "a")]
    assert store.import_chat(_chat(messages)).title == "How?"
    assert store.import_chat(_chat([])).title == ""


def test_a_mistake_in_the_middle_leaves_nothing(store: ChatStore) -> None:
    """A chat that cannot be stored whole is not stored at all."""
    broken = _imported("a", "q", created_at={})
    with pytest.raises(sqlite3.ProgrammingError):
        store.import_chat(_chat([_imported("q", None), broken]))
    assert store.list_chats() == []
    with store._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([("b", "a"), ("a", None)], {"a": None, "b": "a"}),
        ([("a", "lost"), ("b", "a")], {"a": None, "b": "a"}),
        ([("a", "a")], {"a": None}),
        ([("a", "b"), ("b", "a"), ("c", "a")], {"b": None, "a": "b", "c": "a"}),
        ([("a", None), ("b", "a"), ("b", None)], {"a": None, "b": "a"}),
        ([("", None), ("b", "")], {"": None, "b": ""}),
    ],
)
def test_strange_trees_become_trees(
    store: ChatStore, pairs: list[tuple[str, str | None]], tree: dict[str, str | None]
) -> None:
    """Children before parents, lost parents, circles and doubles are put right."""
    chat = store.import_chat(_chat([_imported(key, parent) for key, parent in pairs]))
    assert _tree(store.whole(chat.id)) == tree


def test_a_very_long_chat_comes_in_backwards(store: ChatStore) -> None:
    """Depth is no limit, whatever the order."""
    messages = [_imported(str(n), str(n - 1) if n else None) for n in range(3000)]
    chat = store.import_chat(_chat(messages[::-1], shown_key="2999"))
    path = store.path(chat.id)
    assert [message.content for message in path] == [str(n) for n in range(3000)]


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.text()), max_size=12),
    st.none() | st.integers(0, 9),
)
def test_any_import_is_a_whole_tree(
    store: ChatStore, entries: list[tuple[int, int | None, str]], shown: int | None
) -> None:
    """Whatever the keys say, each message comes in once and a path to a last one is shown."""
    messages = [
        _imported(str(key), None if parent is None else str(parent), content=text)
        for key, parent, text in entries
    ]
    chat = store.import_chat(_chat(messages, shown_key=None if shown is None else str(shown)))
    whole = store.whole(chat.id)
    assert len(whole) == len(parents_first(messages)) == len({entry[0] for entry in entries})
    path = store.path(chat.id)
    assert bool(path) == bool(whole)
    parents = {message.parent_id for message in whole}
    assert not path or path[-1].id not in parents
    assert all(behind.parent_id == message.id for message, behind in pairwise(path))

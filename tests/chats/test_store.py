# SPDX-License-Identifier: Apache-2.0
"""What a person does with chats, and what they find again."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.chats.message import Message, MessageStatistics, MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.errors import NotFoundError, UsageError
from tests.fakes.clock import FakeClock

_STATISTICS = MessageStatistics(
    prompt_tokens=20, cached_tokens=12, predicted_tokens=7, predicted_per_s=12.5, ttft_s=0.25
)


def _ask(store: ChatStore, chat_id: int, text: str, parent: Message | None = None) -> Message:
    return store.add_message(
        chat_id, parent_id=parent.id if parent else None, role=Role.USER, content=text
    )


def _begin_answer(store: ChatStore, question: Message) -> Message:
    return store.add_message(
        question.chat_id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        content="",
        status=MessageStatus.WRITING,
        model="starter",
    )


def _answer(store: ChatStore, question: Message, text: str) -> Message:
    answer = _begin_answer(store, question)
    store.append_text(answer.id, content=text)
    return store.finish(answer.id, status=MessageStatus.COMPLETE)


def _texts(store: ChatStore, chat_id: int) -> list[str]:
    return [message.content for message in store.path(chat_id)]


def test_a_new_chat_is_empty(store: ChatStore) -> None:
    """A chat that was begun has what it was given and no messages."""
    chat = store.create_chat(title="Garden", model="starter")
    assert store.chat(chat.id) == chat
    assert (chat.title, chat.model, chat.leaf_id, chat.draft) == ("Garden", "starter", None, "")
    assert store.path(chat.id) == []


def test_chats_are_listed_by_their_last_message(store: ChatStore) -> None:
    """The chat that was written in last comes first; renaming does not move one."""
    first, second = store.create_chat(), store.create_chat()
    _ask(store, first.id, "hello")
    store.rename_chat(second.id, "  Two\n words ")
    assert [chat.id for chat in store.list_chats()] == [first.id, second.id]
    assert store.chat(second.id).title == "Two words"


def test_the_models_of_the_last_chats_are_known(store: ChatStore) -> None:
    """Each is named once, the last first; chats in the trash and without a model do not count."""
    for model in ("small", "large", "", "small"):
        store.create_chat(model=model)
    store.delete_chat(store.create_chat(model="gone").id)
    assert store.last_models() == ["small", "large"]


def test_draft_and_model_are_kept_over_a_restart(store: ChatStore, database: Path) -> None:
    """What was typed but not sent, and the chosen model, are there after a restart."""
    chat = store.create_chat()
    store.set_draft(chat.id, "half a thou")
    store.set_model(chat.id, "nemotron")
    store.close()
    again = ChatStore(database)
    assert again.chat(chat.id).draft == "half a thou"
    assert again.chat(chat.id).model == "nemotron"
    again.close()


def test_a_conversation_is_read_from_first_to_last(store: ChatStore) -> None:
    """The path holds questions and answers in order, with all their facts."""
    chat = store.create_chat()
    question = _ask(store, chat.id, "Why is the sky blue?")
    answer = _begin_answer(store, question)
    store.append_text(answer.id, reasoning="Think")
    store.append_text(answer.id, content="Because", reasoning="ing")
    store.append_text(answer.id, content=" of light.")
    store.append_text(answer.id)
    assert store.message(answer.id).content == "Because of light."
    finished = store.finish(
        answer.id, status=MessageStatus.LENGTH, failure="no", statistics=_STATISTICS
    )
    assert store.path(chat.id) == [question, finished]
    assert finished.content == "Because of light."
    assert finished.reasoning == "Thinking"
    assert finished.statistics == _STATISTICS
    assert (finished.status, finished.failure) == (MessageStatus.LENGTH, "no")
    assert finished.model == "starter"
    assert store.chat(chat.id).leaf_id == answer.id


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Plan a trip", "Plan a trip"),
        ("  two\n\tlines ", "two lines"),
        ("word " * 30, "word word word word word word word word word word word…"),
        ("x" * 100, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
        ("a" * 50 + ", " + "b" * 50, "a" * 50 + "…"),
        (" \n ", ""),
    ],
)
def test_the_first_question_becomes_the_title(store: ChatStore, text: str, title: str) -> None:
    """A chat without a title takes the beginning of the first question, cut at a word."""
    chat = store.create_chat()
    _ask(store, chat.id, text)
    assert store.chat(chat.id).title == title
    assert len(title) <= 60


def test_a_title_that_is_there_stays(store: ChatStore) -> None:
    """Neither a question nor an answer changes a title that was given."""
    chat = store.create_chat(title="Mine")
    _answer(store, _ask(store, chat.id, "hello"), "hi")
    assert store.chat(chat.id).title == "Mine"


def test_answers_do_not_name_a_chat(store: ChatStore) -> None:
    """An answer never becomes a title."""
    chat = store.create_chat()
    store.add_message(chat.id, parent_id=None, role=Role.ASSISTANT, content="hello")
    assert store.chat(chat.id).title == ""


def test_a_second_answer_is_a_version(store: ChatStore) -> None:
    """An answer written again shows instead of the first, and says which version it is."""
    chat = store.create_chat()
    question = _ask(store, chat.id, "hello")
    first, second = _answer(store, question, "one"), _answer(store, question, "two")
    assert _texts(store, chat.id) == ["hello", "two"]
    shown = store.path(chat.id)[-1]
    assert (shown.version, shown.version_count) == (2, 2)
    assert store.versions(first.id) == store.versions(second.id) == [first.id, second.id]
    assert store.message(first.id).version == 1


def test_first_questions_of_two_chats_are_no_versions(store: ChatStore) -> None:
    """Questions without a parent are versions only within their own chat."""
    one, other = store.create_chat(), store.create_chat()
    question = _ask(store, one.id, "hello")
    _ask(store, other.id, "hello")
    edited = _ask(store, one.id, "hello!")
    assert store.versions(question.id) == [question.id, edited.id]
    assert edited.version_count == 2


def test_going_back_to_a_version_shows_where_one_was(store: ChatStore) -> None:
    """Each version brings back the path below it that was shown last."""
    chat = store.create_chat()
    question = _ask(store, chat.id, "q")
    old = _answer(store, question, "old")
    follow = _ask(store, chat.id, "follow", old)
    deep_one = _answer(store, follow, "deep one")
    _answer(store, follow, "deep two")
    store.show_version(deep_one.id)
    new = _answer(store, question, "new")
    assert _texts(store, chat.id) == ["q", "new"]
    store.show_version(old.id)
    assert _texts(store, chat.id) == ["q", "old", "follow", "deep one"]
    store.show_version(new.id)
    assert _texts(store, chat.id) == ["q", "new"]


def test_an_ended_answer_can_go_on(store: ChatStore) -> None:
    """A reopened answer keeps its text, takes more, and ends anew."""
    chat = store.create_chat()
    answer = _begin_answer(store, _ask(store, chat.id, "count"))
    store.append_text(answer.id, content="one, ")
    store.finish(
        answer.id, status=MessageStatus.FAILED, failure="No memory.", statistics=_STATISTICS
    )
    opened = store.reopen(answer.id)
    assert opened.status is MessageStatus.WRITING
    assert (opened.content, opened.failure, opened.statistics) == ("one, ", "", None)
    store.append_text(answer.id, content="two")
    assert store.finish(answer.id, status=MessageStatus.COMPLETE).content == "one, two"


def test_an_answer_of_this_process_can_be_reopened_while_it_is_written(store: ChatStore) -> None:
    """The process that writes an answer may take it up again, with the text so far."""
    answer = _begin_answer(store, _ask(store, store.create_chat().id, "q"))
    store.append_text(answer.id, content="half")
    assert store.reopen(answer.id).content == "half"


def test_a_question_cannot_be_continued(store: ChatStore) -> None:
    """Going on with a question is refused."""
    question = _ask(store, store.create_chat().id, "q")
    with pytest.raises(UsageError, match="Only an answer"):
        store.reopen(question.id)


def test_an_ended_answer_is_not_being_written(store: ChatStore) -> None:
    """An answer cannot end as one that is being written."""
    answer = _begin_answer(store, _ask(store, store.create_chat().id, "q"))
    with pytest.raises(UsageError):
        store.finish(answer.id, status=MessageStatus.WRITING)


def test_a_deleted_chat_comes_back_whole(store: ChatStore) -> None:
    """A chat in the trash is out of sight, and back with all its messages when restored."""
    chat = store.create_chat()
    _answer(store, _ask(store, chat.id, "hello"), "hi")
    store.delete_chat(chat.id)
    assert store.list_chats() == []
    assert [deleted.id for deleted in store.list_trash()] == [chat.id]
    assert store.search("hello") == []
    for call in (store.chat, store.path, store.delete_chat):
        with pytest.raises(NotFoundError):
            call(chat.id)
    store.restore_chat(chat.id)
    store.restore_chat(chat.id)
    assert _texts(store, chat.id) == ["hello", "hi"]


def test_an_answer_goes_on_when_its_chat_is_thrown_away(store: ChatStore) -> None:
    """Text for an answer is kept although the chat was put into the trash meanwhile."""
    chat = store.create_chat()
    answer = _begin_answer(store, _ask(store, chat.id, "hello"))
    store.delete_chat(chat.id)
    store.append_text(answer.id, content="hi")
    store.finish(answer.id, status=MessageStatus.COMPLETE)
    store.restore_chat(chat.id)
    assert _texts(store, chat.id) == ["hello", "hi"]


def test_the_trash_is_emptied_by_age(store: ChatStore, clock: FakeClock) -> None:
    """Only what has been in the trash for long enough is erased, and never another chat."""
    kept, old, young = store.create_chat(), store.create_chat(), store.create_chat()
    _answer(store, _ask(store, old.id, "hello"), "hi")
    store.delete_chat(old.id)
    clock.now += 1000
    store.delete_chat(young.id)
    assert store.purge(older_than_s=500) == 1
    with pytest.raises(NotFoundError):
        store.restore_chat(old.id)
    store.restore_chat(young.id)
    assert {chat.id for chat in store.list_chats()} == {kept.id, young.id}
    assert store.purge() == 0


def test_erased_text_is_gone_from_the_disk(store: ChatStore, database: Path) -> None:
    """What was erased cannot be found in the file any more."""
    chat = store.create_chat()
    _answer(store, _ask(store, chat.id, "an embarrassing question"), "a discreet reply" * 500)
    store.delete_chat(chat.id)
    store.purge()
    store.close()
    content = database.read_bytes()
    assert b"embarrassing" not in content
    assert b"discreet" not in content
    assert [file.name for file in database.parent.glob("chats*")] == [database.name]


def test_a_long_chat_is_read_with_few_queries(store: ChatStore) -> None:
    """The number of statements does not grow with the chat, whatever belongs to its messages."""

    def statements() -> int:
        seen: list[str] = []
        with store._database.reading() as connection:
            connection.set_trace_callback(seen.append)
        store.path(chat.id)
        with store._database.reading() as connection:
            connection.set_trace_callback(None)
        return len(seen)

    chat = store.create_chat()
    message = None
    for number in range(20):
        message = _ask(store, chat.id, str(number), message)
        _answer(store, message, "a version")
        if number == 2:
            few = statements()
    assert statements() == few


def test_a_very_long_chat_can_be_read_and_erased(store: ChatStore) -> None:
    """A path deeper than SQLite's limit for cascades is read whole and erased whole."""
    chat = store.create_chat()
    message = None
    for number in range(1200):
        message = _ask(store, chat.id, str(number), message)
    assert _texts(store, chat.id) == [str(number) for number in range(1200)]
    store.delete_chat(chat.id)
    assert store.purge() == 1
    with pytest.raises(NotFoundError):
        store.message(1)


def test_what_is_not_there_is_said_to_be_missing(store: ChatStore) -> None:
    """Every call about an unknown chat or message raises NotFoundError."""
    one, other = store.create_chat(), store.create_chat()
    foreign = _ask(store, other.id, "q")
    for call in (
        lambda: store.chat(99),
        lambda: store.path(99),
        lambda: store.rename_chat(99, "x"),
        lambda: store.restore_chat(99),
        lambda: _ask(store, 99, "x"),
        lambda: store.message(99),
        lambda: store.versions(99),
        lambda: store.append_text(99, content="x"),
        lambda: store.finish(99, status=MessageStatus.COMPLETE),
        lambda: store.reopen(99),
        lambda: store.show_version(99),
        lambda: _ask(store, one.id, "x", foreign),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert store.path(one.id) == []


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pieces=st.lists(st.tuples(st.text(), st.text()), max_size=8))
def test_any_text_comes_back(store: ChatStore, pieces: list[tuple[str, str]]) -> None:
    """Whatever the model writes, in whichever pieces, is read as it was written."""
    answer = _begin_answer(store, _ask(store, store.create_chat().id, "q"))
    for content, reasoning in pieces:
        store.append_text(answer.id, content=content, reasoning=reasoning)
    before = store.message(answer.id)
    after = store.finish(answer.id, status=MessageStatus.COMPLETE)
    for message in (before, after):
        assert message.content == "".join(content for content, _ in pieces)
        assert message.reasoning == "".join(reasoning for _, reasoning in pieces)


def test_half_characters_are_mended(store: ChatStore) -> None:
    """Halves of a character that belong together are joined; a lone one is replaced."""
    question = _ask(store, store.create_chat().id, "a\ud83d\ude00b\ud83dc")
    assert question.content == "a😀b\ufffdc"


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(choices=st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=25))
def test_the_shown_path_is_always_whole(store: ChatStore, choices: list[tuple[bool, int]]) -> None:
    """However a tree grows and versions are switched, a path leads from a root to a leaf."""
    chat = store.create_chat()
    messages: list[Message] = []
    for is_new, number in choices:
        chosen = messages[number % len(messages)] if messages else None
        if is_new or chosen is None:
            messages.append(_ask(store, chat.id, str(number), chosen))
            assert store.path(chat.id)[-1].id == messages[-1].id
        else:
            store.show_version(chosen.id)
            assert chosen.id in [message.id for message in store.path(chat.id)]
        path = store.path(chat.id)
        assert [message.parent_id for message in path] == [None, *(m.id for m in path[:-1])]
        assert path[-1].id not in {store.message(message.id).parent_id for message in messages}
        for message in path:
            assert store.versions(message.id)[message.version - 1] == message.id
            assert len(store.versions(message.id)) == message.version_count


def test_a_long_answer_costs_the_same_per_piece(store: ChatStore, database: Path) -> None:
    """Writing an answer of 200,000 characters in 10,000 pieces stays cheap to the end.

    The bytes that reach the log are counted, not seconds: replacing the text in its row at each
    piece would write gigabytes.
    """
    answer = _begin_answer(store, _ask(store, store.create_chat().id, "q"))
    piece = "twenty characters ok"
    for _ in range(10_000):
        store.append_text(answer.id, content=piece)
    assert store.finish(answer.id, status=MessageStatus.COMPLETE).content == piece * 10_000
    log = database.with_name(database.name + "-wal")
    assert log.stat().st_size < 20_000_000
    assert database.stat().st_size < 5_000_000

# SPDX-License-Identifier: Apache-2.0
"""What the search finds, with its index, before it is filled, and without it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.chats.folded_text import composed, fold, places_of
from nemodesk.chats.message import MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.vault import cipher
from nemodesk.vault.key import new_key
from tests.fakes.clock import FakeClock

_Prepare = Callable[[ChatStore], None]


def _index(store: ChatStore) -> None:
    while store.do_idle_work():
        pass
    with store._database.reading() as connection:
        assert not connection.execute("SELECT count(*) FROM to_index").fetchone()[0]


def _wait(_: ChatStore) -> None:
    pass


def _do_without(store: ChatStore) -> None:
    store._has_index = False


@pytest.fixture(params=[_index, _wait, _do_without], ids=["indexed", "waiting", "without index"])
def prepare(request: pytest.FixtureRequest) -> _Prepare:
    """Bring the store's index into one of the states in which a search may meet it."""
    chosen: _Prepare = request.param
    return chosen


def _say(store: ChatStore, *texts: str, title: str = "chat") -> list[int]:
    chat = store.create_chat(title=title)
    return [
        store.add_message(chat.id, parent_id=None, role=Role.USER, content=text).id
        for text in texts
    ]


def _found(store: ChatStore, text: str) -> list[tuple[int | None, list[str]]]:
    return [
        (hit.message_id, [hit.snippet[start:end] for start, end in hit.marks])
        for hit in store.search(text)
    ]


@pytest.mark.parametrize(
    ("text", "sought", "marks"),
    [
        ("Grow roses in the garden", "GARDEN", ["garden"]),
        ("Grow roses in the garden", "ard", ["ard"]),
        ("Grow roses in the garden", "garden roses", ["roses", "garden"]),
        ("Grow roses in the garden", '"in the"', ["in the"]),
        ("Grow roses in the garden", '"in garden"', None),
        ("Grow roses in the garden", "garden lilies", None),
        ("in the\nnext line", '"the next"', ["the\nnext"]),
        ("Die Größe der Straße", "STRASSE groß", ["Größ", "Straße"]),
        ("Die Größe der Straße", "grosse", ["Größe"]),
        ("Le café est à côté", "cote cafe", ["café", "côté"]),
        ("Crème de cafe\u0301", "café", ["café"]),
        ("我们的花园很大", "花园", ["花园"]),
        ("我们的花园很大", "园", ["园"]),
        ("我们的花园很大", "大", ["大"]),
        ("我们的花园很大", "园花", None),
        ("ガーデンとにわ", "にわ", ["にわ"]),
        ("はは", "ばば", None),
        ("정원에 있다", "정원", ["정원"]),
        ("كيف أزرع الطماطم في حديقتي", "الطماطم", ["الطماطم"]),
        ("سَلَام", "سلام", ["سَلَام"]),
        ("Где мой сад", "САД", ["сад"]),
        ("C# and C++ are 100% fine", "c++", ["C++"]),
        ("C# and C++ are 100% fine", "c#", ["C#"]),
        ("C# and C++ are 100% fine", "100_", None),
        ("say \"yes\" or 'no'", "'no'", ["'no'"]),
        (
            "\uff26\uff35\uff2c\uff2c\u3000width",
            "full width",
            ["\uff26\uff35\uff2c\uff2c", "width"],
        ),
        ("zebra", "zq", None),
        ("a\0b", "b", ["b"]),
        ("x" * 5000 + " needle", "needle", ["needle"]),
    ],
)
def test_texts_are_found_in_any_language(
    store: ChatStore, prepare: _Prepare, text: str, sought: str, marks: list[str] | None
) -> None:
    """Parts of words are found whatever their case and accents, and are marked where they are."""
    (message_id,) = _say(store, text)
    _say(store, "nothing of the kind", "…")
    prepare(store)
    expected = [] if marks is None else [(message_id, [mark.replace("\n", " ") for mark in marks])]
    assert _found(store, sought) == expected


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("garden", True),
        ("ÄPFEL", True),
        ("strasse", True),
        ("100%", True),
        ("100_", False),
        ("blue", True),
        ("cabbage", False),
        ("", False),
    ],
)
def test_chats_are_found_by_what_they_say(store: ChatStore, text: str, *, is_found: bool) -> None:
    """A search looks into titles, questions, answers and old versions, in any letter case."""
    chat = store.create_chat(title="Garden")
    for said in ("Grow äpfel in my straße, 100%?", "Choose a blue fence.", "Yes."):
        store.add_message(chat.id, parent_id=None, role=Role.USER, content=said)
    assert {hit.chat.id for hit in store.search(text)} == ({chat.id} if is_found else set())


def test_titles_come_first(store: ChatStore, prepare: _Prepare) -> None:
    """A chat whose title fits is found by it, before the messages that fit."""
    (message_id,) = _say(store, "the garden", title="House")
    _say(store, "nothing", title="My Gärten and a garden")
    prepare(store)
    hits = store.search("garden")
    assert [hit.message_id for hit in hits] == [None, message_id]
    assert hits[0].chat.title == hits[0].snippet
    assert [hits[0].snippet[start:end] for start, end in hits[0].marks] == ["garden"]


def test_new_places_come_first_and_one_chat_does_not_hide_others(
    store: ChatStore, prepare: _Prepare
) -> None:
    """Messages are found from the newest on, at most three of a chat, and not more than asked."""
    (old,) = _say(store, "the garden")
    many = _say(store, *[f"garden {number}" for number in range(60)])
    prepare(store)
    assert [hit.message_id for hit in store.search("garden")] == [*many[:-4:-1], old]
    assert [hit.message_id for hit in store.search("garden", limit=2)] == many[:-3:-1]


def test_only_what_has_ended_and_was_kept_is_found(store: ChatStore, prepare: _Prepare) -> None:
    """An answer is found once it has ended, and nothing from the trash is."""
    chat = store.create_chat()
    answer = store.add_message(
        chat.id, parent_id=None, role=Role.ASSISTANT, content="", status=MessageStatus.WRITING
    )
    store.append_text(answer.id, content="the garden")
    if prepare is not _index:
        prepare(store)
    assert _found(store, "garden") == []
    store.finish(answer.id, status=MessageStatus.COMPLETE)
    prepare(store)
    assert _found(store, "garden") == [(answer.id, ["garden"])]
    store.delete_chat(chat.id)
    assert _found(store, "garden") == []
    store.restore_chat(chat.id)
    store.erase_chat(chat.id)
    assert _found(store, "garden") == []


def test_an_answer_that_goes_on_is_found_by_all_of_it(store: ChatStore, prepare: _Prepare) -> None:
    """Going on with an answer that was indexed indexes it anew."""
    chat = store.create_chat()
    answer = store.add_message(chat.id, parent_id=None, role=Role.ASSISTANT, content="the gar")
    prepare(store)
    store.reopen(answer.id)
    store.append_text(answer.id, content="den wall")
    store.finish(answer.id, status=MessageStatus.COMPLETE)
    prepare(store)
    assert _found(store, "garden") == [(answer.id, ["garden"])]
    assert _found(store, "the") == [(answer.id, ["the"])]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_is_found_without_words(store: ChatStore, text: str) -> None:
    """A search for nothing finds nothing."""
    _say(store, "the garden")
    assert store.search(text) == []


def test_a_beginning_with_many_endings_is_found_too(store: ChatStore) -> None:
    """One or two letters that begin very many words are looked for in the messages themselves."""
    ids = _say(store, *[f"qz{chr(0x4E00 + number)}" for number in range(300)])
    _index(store)
    assert _found(store, "qz") == [(message_id, ["qz"]) for message_id in ids[:-4:-1]]
    assert _found(store, "q") == [(message_id, ["q"]) for message_id in ids[:-4:-1]]


def test_long_questions_are_answered(store: ChatStore, prepare: _Prepare) -> None:
    """A whole paragraph may be looked for."""
    text = " ".join(f"word{number}" for number in range(500))
    (message_id,) = _say(store, text)
    prepare(store)
    assert [hit.message_id for hit in store.search(text)] == [message_id]
    assert [hit.message_id for hit in store.search(f'"{text}"')] == [message_id]
    assert store.search(text + " more") == []


def test_the_snippet_is_one_short_line(store: ChatStore) -> None:
    """A place in a long text is shown with a little of what is around it, cut at a space."""
    _say(store, "before " * 50 + "the\tgarden\n" + "behind " * 50)
    (hit,) = store.search("garden")
    assert len(hit.snippet) <= 170
    assert hit.snippet.startswith("…before ")
    assert "the garden behind" in hit.snippet
    assert hit.snippet.endswith("…")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["garden"]


def _is_in_the_index(store: ChatStore, trigram: bytes) -> bool:
    with store._database.reading() as connection:
        blocks = connection.execute("SELECT block FROM search_index_data").fetchall()
    return any(trigram in block[0] for block in blocks)


def test_erased_messages_leave_the_index(store: ChatStore, database: Path) -> None:
    """After the idle work no block of the index has letters of an erased message."""
    (kept,) = _say(store, "the garden")
    (erased,) = _say(store, "xyzzy plugh")
    _index(store)
    assert _is_in_the_index(store, b"xyz")
    store.erase_chat(store.message(erased).chat_id)
    _index(store)
    assert not _is_in_the_index(store, b"xyz")
    assert not store.do_idle_work()
    assert _found(store, "garden") == [(kept, ["garden"])]
    store.close()
    assert b"xyz" not in database.read_bytes()


def test_a_store_without_index_gets_one_later(database: Path, clock: FakeClock) -> None:
    """What a program without FTS5 has written is indexed by one that has it."""
    store = ChatStore(database, clock=clock)
    with store._database.changing() as connection:
        connection.execute("DROP TABLE search_index")
        connection.execute("DROP TABLE search_trigram")
    store._has_index = False
    (message_id,) = _say(store, "the garden")
    store.close()
    store = ChatStore(database, clock=clock)
    _index(store)
    assert _found(store, "garden") == [(message_id, ["garden"])]
    store.close()


def test_an_encrypted_store_finds_the_same(database: Path, clock: FakeClock) -> None:
    """The other SQLite, that opens encrypted chats, indexes and finds as the standard one does."""
    store = ChatStore(database, clock=clock, driver=cipher.driver(new_key()))
    (message_id,) = _say(store, "Die Größe der 花园 im garden")
    for _ in range(2):
        for sought, mark in (("grosse", "Größe"), ("花园", "花园"), ("gard", "gard"), ("花", "花")):
            assert _found(store, sought) == [(message_id, [mark])]
        _index(store)
    store.erase_chat(store.message(message_id).chat_id)
    _index(store)
    assert _found(store, "garden") == []
    store.close()
    assert not database.read_bytes().startswith(b"SQLite")


def test_two_processes_see_what_the_other_wrote(store: ChatStore, database: Path) -> None:
    """A search knows the messages that came after the last one, from wherever."""
    other = ChatStore(database)
    _say(store, "the garden")
    assert len(store.search("garden")) == 1
    _say(other, "another garden")
    assert len(store.search("garden")) == 2
    _index(other)
    _say(other, "a third garden")
    assert len(store.search("garden")) == 3
    other.close()


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40), st.integers(0, 39), st.integers(1, 8))
def test_what_is_taken_out_of_a_text_is_found_in_it(text: str, start: int, length: int) -> None:
    """Any part of any text is found at its own place, and ranges stay inside the text."""
    text = composed(text)
    term = fold(text[start : start + length])
    places = list(places_of(text, [term])) if term else []
    assert all(0 <= first < last <= len(text) for first, last in places)
    assert all(term in fold(text[first:last]) for first, last in places)
    assert bool(places) == (term != "" and term in fold(text))


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.text(alphabet="abcß äé花园 \n", max_size=12), max_size=8), st.text("abcs花园 "))
def test_the_index_finds_what_reading_everything_finds(
    store: ChatStore, texts: list[str], sought: str
) -> None:
    """With and without the index the same is found."""
    _say(store, *texts)
    with_waiting = _found(store, sought)
    _index(store)
    with_index = _found(store, sought)
    store._has_index = False
    assert _found(store, sought) == with_index == with_waiting
    store._has_index = True

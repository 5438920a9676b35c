# SPDX-License-Identifier: Apache-2.0
"""What of a chat the model reads when not all of it fits."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.chats.message import Message, Role
from nemodesk.conversation.context import Piece, Reading, Space, first_read, read
from nemodesk.conversation.counting import EstimatedCosts, MostCosts, estimated_tokens

CHAT = 7
PIECES = st.lists(st.tuples(st.booleans(), st.integers(0, 300)), max_size=40)


class Letters:
    """Costs that can be counted on fingers: one token for each letter."""

    is_exact = True
    instructions_tokens = 10
    form_tokens = 0
    reads_thinking = False

    def text_tokens(self, text: str) -> int:
        """Return the number of letters."""
        return len(text)


def talk(*lengths: int, summary_at: int = -1) -> list[Message]:
    """Return questions and answers of these lengths, in turn."""
    return [
        Message(
            id=100 + number,
            chat_id=CHAT,
            parent_id=99 + number if number else None,
            role=Role.ASSISTANT if number % 2 else Role.USER,
            content="x" * length,
            created_at=0.0,
            summary="s" * 5 if number == summary_at else "",
        )
        for number, length in enumerate(lengths)
    ]


def ids(reading: Reading) -> list[int]:
    """Return which messages are read, by their number."""
    return [message.id - 100 for message in reading.messages]


# 1,000 tokens: 10 for the instructions, 250 for the answer, 740 for the chat.
SPACE = Space(limit_tokens=1000)


def test_a_short_chat_is_read_whole() -> None:
    """Where all fits, nothing is left out."""
    reading = read(talk(100, 200, 100), Letters(), SPACE)
    assert ids(reading) == [0, 1, 2]
    assert reading.left_out_id is None
    assert (reading.use.chat, reading.use.question, reading.use.instructions) == (300, 100, 10)
    assert reading.use.used == 410


def test_the_oldest_turns_go_and_are_named() -> None:
    """What no longer fits is left out by whole turns, and the last message of it is told."""
    reading = read(talk(200, 300, 100, 100, 100), Letters(), SPACE)
    assert ids(reading) == [2, 3, 4]
    assert reading.left_out_id == 101
    assert reading.fits


def test_several_turns_in_a_row_begin_with_the_same_message() -> None:
    """The beginning stays for a while, so that the engine need not read everything anew."""
    lengths = [50, 50] * 40
    begins = []
    for turn in range(1, 40):
        reading = read(talk(*lengths[: 2 * turn + 1]), Letters(), SPACE)
        begins.append(reading.messages[0].id)
        assert reading.use.used + reading.use.room <= 1000
    changes = sum(one != other for one, other in itertools.pairwise(begins))
    assert changes < len(begins) // 2
    assert begins[-1] > begins[0]


def test_the_newest_question_is_never_left_out() -> None:
    """A question that fills the context by itself is read alone, or said not to fit."""
    fitting = read(talk(10, 10, 900), Letters(), SPACE)
    assert (ids(fitting), fitting.fits) == ([2], True)
    too_long = read(talk(10, 10, 950), Letters(), SPACE)
    assert (ids(too_long), too_long.fits) == ([2], False)


def test_a_summary_stands_for_all_before_it() -> None:
    """The messages up to the last summary are not read; later ones are."""
    reading = read(talk(400, 300, 100, 100, 50, summary_at=1), Letters(), SPACE)
    assert ids(reading) == [2, 3, 4]
    assert reading.summary == "sssss"
    assert reading.summarised_id == 101
    assert reading.left_out_id is None
    assert reading.use.summary > 5


def test_messages_after_a_summary_are_left_out_too() -> None:
    """A summary stays when the chat grows past the context again."""
    reading = read(talk(40, 30, 400, 300, 100, summary_at=1), Letters(), SPACE)
    assert ids(reading) == [4]
    assert (reading.summarised_id, reading.left_out_id) == (101, 103)


def test_a_begun_answer_takes_its_place() -> None:
    """To go on with an answer, what it already has counts, and older turns make room."""
    history = talk(100, 300, 100)
    begun = Message(
        id=1, chat_id=CHAT, parent_id=2, role=Role.ASSISTANT, content="y" * 400, created_at=0.0
    )
    assert ids(read(history, Letters(), SPACE)) == [0, 1, 2]
    reading = read(history, Letters(), SPACE, begun=begun)
    assert (ids(reading), reading.use.begun) == ([2], 400)


def test_a_draft_is_the_question() -> None:
    """While the person types, what is in the field is counted as the question."""
    reading = read(talk(100, 100), Letters(), SPACE, draft_tokens=50)
    assert (reading.use.chat, reading.use.question) == (200, 50)
    assert read(talk(100, 300), Letters(), SPACE, draft_tokens=500).left_out_id == 101


def test_what_says_nothing_costs_nothing() -> None:
    """An empty answer is not shown to the model and takes no room."""
    assert read(talk(10, 0, 10), EstimatedCosts(), SPACE).use.chat == estimated_tokens("x" * 10) + 6


@pytest.mark.parametrize(
    ("limit", "most", "room"), [(8192, None, 1024), (8192, 50, 50), (2000, None, 500)]
)
def test_room_is_kept_for_the_answer(limit: int, most: int | None, room: int) -> None:
    """1,024 tokens, less where the answer may not be as long or the context is small."""
    space = Space(limit_tokens=limit, max_tokens=most)
    assert space.room_tokens == room
    assert space.least_room_tokens <= room


@given(pieces=PIECES, capacity=st.integers(-50, 2000), last=st.integers(0, 2500))
def test_what_is_read_fits_and_begins_with_a_question(
    pieces: list[tuple[bool, int]], capacity: int, last: int
) -> None:
    """Whatever a chat looks like: the rest fits or is one question, and turns stay whole."""
    chat = [*(Piece(is_question, tokens) for is_question, tokens in pieces), Piece(True, last)]
    first = first_read(chat, capacity)
    total = sum(piece.tokens for piece in chat[first:])
    assert total <= capacity or not any(piece.is_question for piece in chat[first:-1])
    assert first == 0 or chat[first].is_question
    assert first_read(chat, capacity) == first
    if sum(piece.tokens for piece in chat) <= capacity:
        assert first == 0


@given(text=st.text(max_size=300))
def test_no_estimate_is_above_the_bound(text: str) -> None:
    """What is bounded from above is never less than what is estimated."""
    assert estimated_tokens(text) <= MostCosts().text_tokens(text) + 1


def test_estimates_know_other_scripts() -> None:
    """A Chinese sign is about a token, an English word little more than one."""
    assert estimated_tokens("你好世界") == 4
    assert 8 <= estimated_tokens("A sentence of eight words stands in here.") <= 12

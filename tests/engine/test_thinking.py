# SPDX-License-Identifier: Apache-2.0
"""Thinking and answer are told apart, however the text is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.engine.worker.thinking import Place, ThinkingParser


def part(
    text: str, cuts: list[int], place: Place = "beginning", *, resumes: bool = False
) -> tuple[str, str]:
    """Parse a text that comes in pieces; return answer and thinking."""
    parser = ThinkingParser(place, resumes=resumes)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    parts = [parser.add(text[start:end]) for start, end in pairwise(places)]
    parts.append(parser.finish())
    return "".join(p.content for p in parts), "".join(p.reasoning for p in parts)


@pytest.mark.parametrize(
    ("text", "place", "content", "reasoning"),
    [
        ("Just an answer.", "beginning", "Just an answer.", ""),
        ("<think>\nHm.\n</think>\n\nFour.", "beginning", "Four.", "Hm."),
        ("\n<think>Hm.</think>Four.", "beginning", "Four.", "Hm."),
        ("Hm.\n</think>\n\nFour.", "thinking", "Four.", "Hm."),
        ("\nNo answer came", "thinking", "", "No answer came"),
        ("</think>Four.", "thinking", "Four.", ""),
        ("A tag: `<think>` and `</think>`.", "beginning", "A tag: `<think>` and `</think>`.", ""),
        ("<thin", "beginning", "<thin", ""),
        ("if a </thi b", "thinking", "", "if a </thi b"),
        ("a < b </think>c", "thinking", "c", "a < b"),
    ],
)
@given(cuts=st.lists(st.integers(0, 40), max_size=12))
def test_every_split_gives_the_same_parts(
    text: str, place: Place, content: str, reasoning: str, cuts: list[int]
) -> None:
    """Tags work wherever they are cut."""
    assert part(text, cuts, place) == (content, reasoning)


@given(
    text=st.text(alphabet="<>/think \nA", max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=10),
    place=st.sampled_from(["beginning", "thinking", "answer"]),
)
def test_any_split_equals_no_split(text: str, cuts: list[int], place: Place) -> None:
    """The way a text is cut changes nothing."""
    assert part(text, cuts, place) == part(text, [], place)


@given(text=st.text(max_size=40), cuts=st.lists(st.integers(0, 40), max_size=8))
def test_an_answer_that_goes_on_is_text_from_the_first_letter(text: str, cuts: list[int]) -> None:
    """A resumed answer is not looked through for tags and keeps its white space."""
    assert part(text, cuts, "answer") == (text, "")


def test_a_thought_that_goes_on_keeps_its_space() -> None:
    """A resumed thought does not lose the space between two words."""
    assert part(" and so on</think>Yes", [], "thinking", resumes=True) == ("Yes", " and so on")

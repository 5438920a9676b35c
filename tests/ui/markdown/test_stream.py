# SPDX-License-Identifier: Apache-2.0
"""Tests of the growing Markdown text. They look at no widgets."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from nemodesk.ui.markdown.parser import MarkdownParser
from nemodesk.ui.markdown.pieces import Code, Prose, Span
from nemodesk.ui.markdown.stream import MarkdownStream, clean

_FRAGMENTS = st.sampled_from(
    [
        "word", " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\r\n", "\r", "- ", "* ", "+ ",
        "1. ", "2. ", "10) ", "> ", ">", "```", "```python\n", "~~~", "````", "`", "**", "*", "_",
        "~~", "# ", "## ", "---", "===", "-", "=", "| a | b |\n", "|---|:-:|\n", "| 1 | **2** |",
        "|", ":", "[x](http://a.b)", "[1]: http://c.d", "![alt](http://e.f/g.png)", "$x_1$",
        "$$", "\\[", "\\]", "\\(", "\\)", "\\", "<b>", "&amp;", "\x00", "é", "שלום", "🙂", "- [ ] ",
        "https://a.b/c_d.",
    ]
)  # fmt: skip
_TEXTS = st.lists(_FRAGMENTS, max_size=40).map("".join)


def _stream(chunks: list[str]) -> MarkdownStream:
    stream = MarkdownStream()
    for chunk in chunks:
        stream.feed(chunk)
    stream.finish()
    return stream


def _split(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(edges)]


@settings(max_examples=600, deadline=None)
@given(_TEXTS, st.lists(st.integers(0, 10_000), max_size=12))
def test_any_split_of_a_text_gives_the_blocks_of_the_whole(text: str, cuts: list[int]) -> None:
    """However a text is cut into chunks, the final blocks are those of the whole text."""
    assert _stream(_split(text, cuts)).finished == MarkdownParser().parse(clean(text))


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_finished_blocks_never_change(text: str) -> None:
    """A block that is called finished is still there, unchanged, at the end."""
    stream = MarkdownStream()
    seen: list[object] = []
    for character in text:
        stream.feed(character)
        assert stream.finished[: len(seen)] == seen
        seen = list(stream.finished)
    stream.finish()
    assert stream.finished[: len(seen)] == seen


def test_an_open_fence_is_shown_as_code() -> None:
    """Code appears as code before its closing fence has come."""
    stream = MarkdownStream()
    stream.feed("Look:\n\n```python\nx = 1\ny")
    assert stream.blocks[-1] == (Code(language="python", text="x = 1\ny"),)


def test_half_a_closing_fence_is_not_shown_as_code() -> None:
    """The beginning of a closing fence does not flash up as a line of code."""
    stream = MarkdownStream()
    stream.feed("```\nx\n``")
    assert stream.blocks == [(Code(language="", text="x"),)]


def test_open_bold_text_is_shown_bold() -> None:
    """Bold text is bold before its closing stars have come."""
    stream = MarkdownStream()
    stream.feed("This is **very imp")
    spans = stream.blocks[0][0].spans
    assert [span.text for span in spans] == ["This is ", "very imp"]


def test_a_lone_dash_does_not_turn_the_paragraph_into_a_heading() -> None:
    """The first dash of a list does not make a heading of the line above for a moment."""
    stream = MarkdownStream()
    stream.feed("Things:\n-")
    assert stream.blocks == [(Prose(spans=(Span("Things:"),)),)]


def test_the_source_kept_is_only_that_of_the_last_block() -> None:
    """A long text of many paragraphs leaves only its last block to be parsed again."""
    stream = MarkdownStream()
    for number in range(500):
        stream.feed(f"Paragraph {number} of the text.\n\n")
    assert len(stream._tail) < 100


def test_a_block_that_never_ends_is_cut() -> None:
    """A line without an end does not grow for ever, and no letter of it is lost."""
    stream = MarkdownStream()
    for _ in range(100):
        stream.feed("word " * 200)
        assert len(stream._tail) <= 13_000
    stream.finish()
    shown = "".join(s.text for block in stream.finished for piece in block for s in piece.spans)
    assert shown.count("word") == 20_000

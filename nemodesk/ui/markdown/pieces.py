# SPDX-License-Identifier: Apache-2.0
"""The values that rendered Markdown consists of. It parses and draws nothing.

A block is one top-level construct of the source. It is flat: a list or a quote is a row of
pieces that know their indent, so that code and tables inside a list are drawn by the same
widgets as everywhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

LONGEST_PLAIN_PIECE = 4_000
"""Characters of one piece of text that is not parsed; a guess that keeps layout under 10 ms."""


class Style(IntFlag):
    """How a span of text is set."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4
    CODE = 8
    MATH = 16


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one style.

    Attributes:
        text: line breaks are newlines.
        href: an http, https or mailto address; else empty.
    """

    text: str
    style: Style = Style.PLAIN
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a piece stands.

    Attributes:
        indent: number of lists around it.
        quotes: for each quote around it, the indent at which the quote began.
    """

    indent: int = 0
    quotes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose(Place):
    """A paragraph, a heading or the first paragraph of a list item.

    Attributes:
        heading: 1 to 6; 0 is a paragraph.
        marker: "•", "3." or a ticked or empty box; empty for a paragraph that starts no item.
    """

    spans: Spans
    heading: int = 0
    marker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula(Place):
    """A formula on its own lines, as its source with the delimiters."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Place):
    """Code, without white space at its end.

    Attributes:
        language: the first word after the fence; may be empty.
    """

    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Place):
    """A table; every row has as many cells as the head.

    Attributes:
        alignments: for each column "left", "center", "right" or "".
    """

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    alignments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Place):
    """A line across the column."""


Piece = Prose | Formula | Code | Table | Rule
Block = tuple[Piece, ...]


def plain_prose(text: str, *, indent: int = 0, quotes: tuple[int, ...] = ()) -> Iterator[Prose]:
    """Yield text as it is, cut into pieces that can be laid out quickly."""
    start = 0
    while start < len(text):
        end = start + LONGEST_PLAIN_PIECE
        if end < len(text):
            # The cut falls behind a line or a word where there is one in the second half.
            middle = start + LONGEST_PLAIN_PIECE // 2
            cut = text.rfind("\n", middle, end)
            if cut < 0:
                cut = text.rfind(" ", middle, end)
            end = cut + 1 if cut >= 0 else end
        part = text[start:end].removesuffix("\n")
        yield Prose(spans=(Span(part),) if part else (), indent=indent, quotes=quotes)
        start = end

# SPDX-License-Identifier: Apache-2.0
"""Turns Markdown into blocks. It keeps no state between calls and loads nothing.

CommonMark with tables and strikethrough. HTML is text. Link definitions ("[1]: address") are
text too: they could change what was shown long before them. Everything is bounded: nesting,
the length of a paragraph that is parsed, the number of brackets in it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TypedDict
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from nemodesk.ui.markdown.math_rules import add_math
from nemodesk.ui.markdown.pieces import (
    Block,
    Code,
    Formula,
    Piece,
    Prose,
    Rule,
    Span,
    Spans,
    Style,
    Table,
    plain_prose,
)

_DEEPEST = 40
"""Levels of nesting; a list counts twice. What is deeper is shown as its source."""

_LONGEST_PARAGRAPH = 10_000
"""Characters; a longer paragraph is not parsed for emphasis (a guess: about 30 ms)."""

_MOST_BRACKETS = 150
"""markdown-it looks for the end of a link once per bracket: 3,000 took 66 ms."""

_INLINE_CACHE_SIZE = 400
_SCHEMES = frozenset({"http", "https", "mailto"})
_BARE_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}]*[^\s<>\"'`|\\^{}.,;:!?)\]*_~]")
_TASK = re.compile(r"\[([ xX])\] ")

_STYLES = {
    "strong_open": Style.BOLD,
    "strong_close": Style.BOLD,
    "em_open": Style.ITALIC,
    "em_close": Style.ITALIC,
    "s_open": Style.STRIKE,
    "s_close": Style.STRIKE,
}


def _new_parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"])
    markdown.disable(["reference", "html_block", "html_inline", "inline", "text_join"])
    add_math(markdown)
    return markdown


class MarkdownParser:
    """Parses Markdown; remembers the last paragraphs, because a stream asks for them again."""

    def __init__(self) -> None:
        self._markdown = _new_parser()
        self._spans_of: dict[str, Spans] = {}

    def parse(self, text: str) -> list[Block]:
        """Return the top-level blocks of a text."""
        return [block for _, block in self.parse_with_lines(text)]

    def parse_with_lines(self, text: str) -> list[tuple[int, Block]]:
        """Return the top-level blocks, each with the line on which it begins."""
        tokens = self._markdown.parse(text)
        lines = text.split("\n")
        blocks: list[tuple[int, Block]] = []
        start = 0
        for end, token in enumerate(tokens, start=1):
            if token.level == 0 and token.nesting <= 0:
                first = tokens[start]
                line = first.map[0] if first.map else 0
                pieces = tuple(_Flattener(self, lines).flatten(tokens[start:end]))
                blocks.append((line, pieces))
                start = end
        return blocks

    def spans(self, text: str) -> Spans:
        """Return the spans of one paragraph."""
        spans = self._spans_of.get(text)
        if spans is None:
            tokens: list[Token] = []
            self._markdown.inline.parse(text, self._markdown, {}, tokens)
            spans = _to_spans(tokens)
            if len(self._spans_of) >= _INLINE_CACHE_SIZE:
                self._spans_of.pop(next(iter(self._spans_of)))
            self._spans_of[text] = spans
        return spans


class _PlaceHere(TypedDict):
    indent: int
    quotes: tuple[int, ...]


class _Flattener:
    """Turns the tokens of one top-level block into pieces."""

    def __init__(self, parser: MarkdownParser, lines: Sequence[str]) -> None:
        self._parser = parser
        self._lines = lines
        self._numbers: list[int | None] = []
        self._quotes: list[int] = []
        self._marker = ""

    def flatten(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            match token.type:
                case "table_open":
                    end = _close_of(tokens, position)
                    yield from self._table(tokens[position:end])
                    position = end
                case "paragraph_open":
                    yield from self._prose(tokens[position + 1])
                    position += 2
                case "heading_open":
                    yield from self._prose(tokens[position + 1], heading=int(token.tag[1]))
                    position += 2
                case _:
                    yield from self._simple(token, tokens[position + 1 : position + 2])
            position += 1

    def _simple(self, token: Token, following: Sequence[Token]) -> Iterator[Piece]:
        match token.type:
            case "fence" | "code_block":
                yield from self._lone_marker()
                text = token.content.rstrip()
                yield Code(language=language_of(token.info), text=text, **self._place())
            case "math_block":
                yield from self._lone_marker()
                yield Formula(source=token.content, **self._place())
            case "hr":
                yield from self._lone_marker()
                yield Rule(**self._place())
            case _:
                yield from self._container(token, following)

    def _place(self) -> "_PlaceHere":
        return {"indent": len(self._numbers), "quotes": tuple(self._quotes)}

    def _container(self, token: Token, following: Sequence[Token]) -> Iterator[Piece]:
        match token.type:
            case "bullet_list_open":
                yield from self._lone_marker()
                self._numbers.append(None)
            case "ordered_list_open":
                yield from self._lone_marker()
                self._numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._marker = self._next_marker()
            case "list_item_close":
                yield from self._lone_marker()
            case "blockquote_open":
                yield from self._lone_marker()
                self._quotes.append(len(self._numbers))
            case "blockquote_close":
                self._quotes.pop()
            case _:
                return
        if token.nesting == 1 and token.level >= _DEEPEST - 1 and following[0].nesting < 0:
            yield from self._source_of(token)

    def _next_marker(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "•"
        self._numbers[-1] = number + 1
        return f"{number}."

    def _source_of(self, token: Token) -> Iterator[Piece]:
        begin, end = token.map or (0, 0)
        yield from plain_prose("\n".join(self._lines[begin:end]), **self._place())

    def _lone_marker(self) -> Iterator[Piece]:
        """Yield the marker of an item that does not begin with a paragraph."""
        if self._marker:
            yield Prose(spans=(), marker=self._marker, **self._place())
            self._marker = ""

    def _prose(self, inline: Token, heading: int = 0) -> Iterator[Piece]:
        text, marker, self._marker = inline.content, self._marker, ""
        if len(text) > _LONGEST_PARAGRAPH or text.count("[") > _MOST_BRACKETS:
            if marker:
                yield Prose(spans=(), marker=marker, **self._place())
            yield from plain_prose(text, **self._place())
            return
        task = _TASK.match(text) if marker == "•" else None
        if task:
            marker = "☐" if task[1] == " " else "☑"
            text = text[task.end() :]
        spans = self._parser.spans(text)
        yield Prose(spans=spans, heading=heading, marker=marker, **self._place())

    def _table(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        yield from self._lone_marker()
        rows: list[list[Spans]] = []
        alignments: list[str] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            elif token.type == "inline":
                rows[-1].append(self._cell(token.content))
        width = len(alignments)
        empty: Spans = ()
        yield Table(
            head=tuple(rows[0]),
            rows=tuple(tuple((row + [empty] * width)[:width]) for row in rows[1:]),
            alignments=tuple(alignments),
            **self._place(),
        )

    def _cell(self, text: str) -> Spans:
        if len(text) > _LONGEST_PARAGRAPH or text.count("[") > _MOST_BRACKETS:
            return (Span(text),)
        return self._parser.spans(text)


def language_of(info: str) -> str:
    """Return the language that the line of a fence names; empty if none."""
    words = info.split(maxsplit=1)
    return words[0] if words else ""


def _close_of(tokens: Sequence[Token], position: int) -> int:
    level = tokens[position].level
    for end in range(position + 1, len(tokens)):
        if tokens[end].level == level:
            return end
    return len(tokens) - 1


def _to_spans(tokens: Sequence[Token]) -> Spans:
    spans: list[Span] = []
    style = Style.PLAIN
    href = ""
    for token in tokens:
        if token.type in _STYLES:
            flag = _STYLES[token.type]
            style = style | flag if token.nesting > 0 else style & ~flag
        elif token.type == "link_open":
            href = _allowed(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            href = ""
        else:
            spans.extend(_leaf_spans(token, style, href))
    return _merged(spans)


def _leaf_spans(token: Token, style: Style, href: str) -> Iterator[Span]:
    match token.type:
        case "code_inline":
            yield Span(token.content, style | Style.CODE, href)
        case "math_inline":
            yield Span(token.content, style | Style.MATH, href)
        case "softbreak":
            yield Span(" ", style, href)
        case "hardbreak":
            yield Span("\n", style, href)
        case "image":
            # Nothing is loaded: the picture's text stands in its place and leads to it.
            source = str(token.attrs.get("src", ""))
            yield Span(token.content or source, style, href or _allowed(source))
        case _:
            yield from _text_spans(token.content, style, href)


def _text_spans(text: str, style: Style, href: str) -> Iterator[Span]:
    if href or "://" not in text:
        yield Span(text, style, href)
        return
    position = 0
    for found in _BARE_ADDRESS.finditer(text):
        yield Span(text[position : found.start()], style)
        yield Span(found[0], style, _allowed(found[0]))
        position = found.end()
    yield Span(text[position:], style)


def _merged(spans: Sequence[Span]) -> Spans:
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = merged[-1] if merged else None
        if last and last.style == span.style and last.href == span.href:
            merged[-1] = Span(last.text + span.text, span.style, span.href)
        else:
            merged.append(span)
    return tuple(merged)


def _allowed(address: str) -> str:
    """Return the address if a click may open it; else nothing."""
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return ""
    return address if scheme in _SCHEMES else ""

# SPDX-License-Identifier: Apache-2.0
"""Parses Markdown while it grows. It draws nothing and never looks back at finished blocks.

CommonMark closes blocks line by line: once a complete line has begun a new top-level block, no
later text changes the blocks before it. The stream therefore keeps only the source of the last
top-level block and parses that again. Inside an open fence it parses nothing at all.
"""

import re

from nemodesk.ui.markdown.parser import MarkdownParser, language_of
from nemodesk.ui.markdown.pieces import Block, Code

_FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)\n")
_ONLY_MARKS = re.compile(r"[\s\-=*_+#>|:`~.)\d]*")
_LONGEST_BLOCK = 12_000
"""Characters; a longer block, code apart, is cut there. Parsing that much takes about 25 ms."""

_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")

# What Qt keeps for its own use inside a document, and what a lone half of a pair stands for.
_UNSHOWABLE = {0x2028: "\n", 0x2029: "\n", 0xFDD0: "�", 0xFDD1: "�", 0xFFFC: "�", 0: "�"}
_SURROGATES = re.compile("[\ud800-\udfff]")


class MarkdownStream:
    """A text that grows at its end, as blocks.

    Attributes:
        finished: blocks that no later text changes.
        unfinished: blocks that may still change; what is shown of the last of them may be ahead
            of the parser: marks that are still open count as closed.
    """

    def __init__(self) -> None:
        self.finished: list[Block] = []
        self.unfinished: tuple[Block, ...] = ()
        self._parser = MarkdownParser()
        self._tail = ""
        self._held = ""
        self._fence: _OpenFence | None = None

    @property
    def blocks(self) -> list[Block]:
        """All blocks, finished or not."""
        return [*self.finished, *self.unfinished]

    def feed(self, text: str) -> None:
        """Take more text."""
        # The second half of a line break may come later.
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        new = clean(text.removesuffix("\r"))
        self._tail += new
        if "\n" in new:
            self._advance()
        if len(self._tail) > _LONGEST_BLOCK and self._fence is None:
            self._cut()
        self.unfinished = self._parse_open()

    def finish(self) -> None:
        """Say that no more text comes: every block is finished."""
        self._held = ""
        self._tail += "\n"
        self._advance()
        if self._fence:
            self.finished.append(self._fence.block(self._tail))
        else:
            self.finished.extend(self._parser.parse(self._tail))
        self.unfinished = ()
        self._tail = ""
        self._fence = None

    def _advance(self) -> None:
        """Move what can no longer change from the tail to the finished blocks."""
        while True:
            if self._fence is None:
                self._skip_blank_lines()
                self._fence = _open_fence(self._tail)
            if self._fence is not None:
                if not self._close_fence(self._fence):
                    return
            elif not self._finish_blocks():
                return

    def _skip_blank_lines(self) -> None:
        blank = _BLANK_LINES.match(self._tail)
        if blank:
            self._tail = self._tail[blank.end() :]

    def _close_fence(self, fence: "_OpenFence") -> bool:
        end = fence.find_end(self._tail)
        if end is None:
            return False
        self.finished.append(fence.block(self._tail[: end[0]]))
        self._tail = self._tail[end[1] :]
        self._fence = None
        return True

    def _finish_blocks(self) -> bool:
        """Parse the complete lines of the tail; say whether the tail begins anew."""
        complete = self._tail[: self._tail.rfind("\n") + 1]
        blocks = self._parser.parse_with_lines(complete) if complete else []
        if len(blocks) < 2:  # noqa: PLR2004 - the last one is not finished
            return False
        self.finished.extend(block for _, block in blocks[:-1])
        self._tail = self._tail[_line_start(self._tail, blocks[-1][0]) :]
        return True

    def _cut(self) -> None:
        """Finish a block that never ends, at the end of a line where there is one."""
        end = self._tail.rfind("\n") + 1 or len(self._tail)
        self.finished.extend(self._parser.parse(self._tail[:end]))
        self._tail = self._tail[end:]

    def _parse_open(self) -> tuple[Block, ...]:
        complete, _, last_line = self._tail.rpartition("\n")
        is_mark = _ONLY_MARKS.fullmatch(last_line) is not None
        if self._fence:
            # A line of nothing but marks may become the closing fence.
            shown = complete + "\n" if last_line.strip(" `~") == "" else self._tail
            return (self._fence.block(shown),)
        shown = complete if is_mark else close_marks(self._tail)
        return tuple(self._parser.parse(shown)) if shown.strip() else ()


class _OpenFence:
    """A fence at the left edge whose end has not come yet."""

    def __init__(self, mark: str, language: str, start: int) -> None:
        self._language = language
        self._start = start
        self._looked = start
        self._closing = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\n")

    def find_end(self, tail: str) -> tuple[int, int] | None:
        """Return where the code and the closing line end; None if the end has not come."""
        while (line_end := tail.find("\n", self._looked)) >= 0:
            if self._closing.match(tail, self._looked):
                return self._looked, line_end + 1
            self._looked = line_end + 1
        return None

    def block(self, tail: str) -> Block:
        """Return the code so far."""
        return (Code(language=self._language, text=tail[self._start :].rstrip()),)


def _open_fence(tail: str) -> _OpenFence | None:
    found = _FENCE.match(tail)
    if found is None or (found[1][0] == "`" and "`" in found[2]):
        return None
    return _OpenFence(found[1], language_of(found[2]), found.end())


def _line_start(text: str, line: int) -> int:
    position = 0
    for _ in range(line):
        position = text.index("\n", position) + 1
    return position


def clean(text: str) -> str:
    """Return text with newlines only, and without characters that cannot be shown."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSHOWABLE)
    return _SURROGATES.sub("�", text)


def close_marks(text: str) -> str:
    """Close bold, struck and code marks that the last paragraph has left open."""
    start = text.rfind("\n\n") + 1
    paragraph = text[start:]
    for mark in ("`", "**", "~~"):
        if paragraph.count(mark) % 2 == 0:
            continue
        if text.endswith(mark):
            text = text.removesuffix(mark)
        else:
            text = text.rstrip("*") + mark if mark == "**" else text + mark
        if mark == "`":
            return text
    return text

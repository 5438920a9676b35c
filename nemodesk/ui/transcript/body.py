# SPDX-License-Identifier: Apache-2.0
"""Shows Markdown that grows, as a column of text, code and tables. It knows no messages."""

import itertools
from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QWidget

from nemodesk.ui.markdown.pieces import Block, Code, Piece, Prose, Table
from nemodesk.ui.markdown.stream import MarkdownStream
from nemodesk.ui.transcript.code_view import CodeView
from nemodesk.ui.transcript.formats import TextFormats
from nemodesk.ui.transcript.lexers import LexerShelf
from nemodesk.ui.transcript.prose_view import ProseView
from nemodesk.ui.transcript.table_view import TableView

_MOST_PIECES = 60
_MOST_CHARACTERS = 8_000
"""A run of prose ends there, so that laying it out stays quick (a guess)."""

_CHUNK_CHARACTERS = 2_000
"""Text parsed and shown in one go: about 5 ms."""


_PROBABLE_WIDTH_PX = 600
_PLAIN_SLICE = 2
"""Pieces of plain text shown in one go."""


class _Segment:
    """A widget and the pieces that it shows."""

    def __init__(self, view: ProseView | CodeView | TableView) -> None:
        self.view = view
        self.pieces: list[Piece] = []
        self.characters = 0
        self.bottom_px = 0

    def takes(self, piece: Piece) -> bool:
        """Return whether a further piece belongs into the same widget."""
        return (
            not isinstance(piece, Code | Table)
            and isinstance(self.view, ProseView)
            and len(self.pieces) < _MOST_PIECES
            and self.characters < _MOST_CHARACTERS
        )

    def show(self) -> None:
        match self.view:
            case ProseView():
                self.view.set_pieces(self.pieces)
            case CodeView():
                if isinstance(self.pieces[0], Code):
                    self.view.set_code(self.pieces[0])
            case TableView():
                if isinstance(self.pieces[0], Table):
                    self.view.set_table(self.pieces[0])


class MarkdownBody(QWidget):
    """Markdown as widgets. Text is taken at once and shown by `work`, a slice at a time."""

    def __init__(
        self, formats: TextFormats, lexers: LexerShelf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._lexers = lexers
        self._stream = MarkdownStream()
        self._waiting = ""
        self._plain: list[Prose] = []
        self._is_ended = False
        self._is_complete = False
        self._settled_blocks = 0
        self._settled_pieces = 0
        self._segments: list[_Segment] = []
        self._starts: list[int] = []
        self._width_px = 0
        self._first_changed = 0

    @property
    def has_work(self) -> bool:
        """Whether some of the text is not shown yet."""
        return bool(self._waiting) or (self._is_ended and not self._is_complete)

    def append(self, text: str) -> None:
        """Take more text."""
        self._waiting += text

    def end(self) -> None:
        """Say that no more text comes."""
        self._is_ended = True

    def set_plain(self, pieces: Iterable[Prose]) -> None:
        """Take text that is not Markdown, all of it."""
        self._plain = list(pieces)
        self._is_ended = True

    def work(self) -> None:
        """Parse and show one slice of the text that waits."""
        if self._plain:
            self._show(self._plain[:_PLAIN_SLICE], [])
            del self._plain[:_PLAIN_SLICE]
            self._is_complete = not self._plain
            return
        if self._waiting:
            chunk = self._waiting[:_CHUNK_CHARACTERS]
            self._waiting = self._waiting[len(chunk) :]
            self._stream.feed(chunk)
        elif self._is_ended:
            self._stream.finish()
        finished = self._stream.finished[self._settled_blocks :]
        self._settled_blocks = len(self._stream.finished)
        self._show(_pieces_of(finished), _pieces_of(self._stream.unfinished))
        if self._is_ended and not self._stream.unfinished and not self._waiting:
            self._is_complete = True
            self._end_code(0, len(self._segments))

    def fit(self, width_px: int) -> int:
        """Place the segments in this width and return the height.

        Only segments that have changed since are laid out, and those below them moved.
        """
        if width_px != self._width_px:
            self._width_px = width_px
            self._first_changed = 0
        for number in range(self._first_changed, len(self._segments)):
            segment = self._segments[number]
            above = self._segments[number - 1] if number else None
            piece = segment.pieces[0]
            left = 0 if isinstance(segment.view, ProseView) else self._formats.left_px(piece)
            top = self._formats.gap_px(piece, above.pieces[-1] if above else None)
            top += above.bottom_px if above else 0
            height = segment.view.fit(width_px - left)
            segment.view.setGeometry(left, top, width_px - left, height)
            segment.view.show()
            segment.bottom_px = top + height
        self._first_changed = len(self._segments)
        return self._segments[-1].bottom_px if self._segments else 0

    def natural_width_px(self, most_px: int) -> int:
        """Return the width that the content fills, up to the most; `fit` has to follow."""
        self._first_changed = 0
        widths = [
            segment.view.natural_width_px(most_px)
            if isinstance(segment.view, ProseView)
            else most_px
            for segment in self._segments
        ]
        return max(widths, default=0)

    def set_formats(self, formats: TextFormats) -> None:
        """Show the same in another theme or size."""
        self._formats = formats
        self._first_changed = 0
        for segment in self._segments:
            segment.view.set_formats(formats)

    def _show(self, settled: Sequence[Piece], unsettled: Sequence[Piece]) -> None:
        """Put pieces behind the settled ones, in place of the unsettled ones shown so far."""
        first = self._segment_of(self._settled_pieces)
        start = self._starts[first] if first < len(self._starts) else self._settled_pieces
        kept = self._segments[first].pieces if first < len(self._segments) else []
        pieces = [*kept[: self._settled_pieces - start], *settled, *unsettled]
        number = first - 1
        for piece in pieces:
            if number < first or not self._segments[number].takes(piece):
                number += 1
                self._open_segment(number, piece, start)
            segment = self._segments[number]
            segment.pieces.append(piece)
            segment.characters += _length(piece)
            start += 1
        self._drop_segments(number + 1)
        self._first_changed = min(self._first_changed, first)
        for segment in self._segments[first:]:
            segment.show()
        self._settled_pieces += len(settled)
        self._end_code(max(0, first - 1), number)

    def _segment_of(self, piece_number: int) -> int:
        """Return the segment that shows a piece, or would take it."""
        for number in range(len(self._segments) - 1, -1, -1):
            start, segment = self._starts[number], self._segments[number]
            if start <= piece_number:
                is_behind = piece_number >= start + len(segment.pieces)
                is_single = not isinstance(segment.view, ProseView)
                return number + 1 if is_behind and is_single else number
        return 0

    def _open_segment(self, number: int, piece: Piece, start: int) -> None:
        """Make the widget for a piece, or take the one that stands there if it is of its kind."""
        kind = _kind_of(piece)
        if number < len(self._segments) and type(self._segments[number].view) is kind:
            self._segments[number].pieces = []
            self._segments[number].characters = 0
            self._starts[number] = start
            return
        self._drop_segments(number)
        if kind is CodeView:
            view = CodeView(self._formats, self._lexers, self)
        elif kind is TableView:
            view = TableView(self._formats, self)
        else:
            view = ProseView(self._formats, self._width_px or _PROBABLE_WIDTH_PX, self)
        self._segments.append(_Segment(view))
        self._starts.append(start)

    def _drop_segments(self, start: int) -> None:
        for surplus in self._segments[start:]:
            surplus.view.hide()
            surplus.view.deleteLater()
        del self._segments[start:], self._starts[start:]

    def _end_code(self, start: int, end: int) -> None:
        """Tell code blocks that they are complete."""
        for segment in self._segments[start:end]:
            if isinstance(segment.view, CodeView):
                segment.view.end()


def _kind_of(piece: Piece) -> type[ProseView | CodeView | TableView]:
    if isinstance(piece, Code):
        return CodeView
    return TableView if isinstance(piece, Table) else ProseView


def _pieces_of(blocks: Iterable[Block]) -> list[Piece]:
    return list(itertools.chain.from_iterable(blocks))


def _length(piece: Piece) -> int:
    return sum(len(span.text) for span in piece.spans) if isinstance(piece, Prose) else 0

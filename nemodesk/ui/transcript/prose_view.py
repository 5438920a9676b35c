# SPDX-License-Identifier: Apache-2.0
"""Shows a run of paragraphs, headings and lists as one selectable text. It loads nothing."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QDesktopServices,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from nemodesk.ui.markdown.pieces import Formula, Piece, Prose, Span, Spans, Style
from nemodesk.ui.transcript.accessible import SpokenText
from nemodesk.ui.transcript.formats import (
    MARKER_PROPERTY,
    QUOTES_PROPERTY,
    RULE_PROPERTY,
    TextFormats,
)

_BULLETS = "•◦"
_LINE_SEPARATOR = "\u2028"
_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse
    | Qt.TextInteractionFlag.TextSelectableByKeyboard
    | Qt.TextInteractionFlag.LinksAccessibleByMouse
    | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
)


class RichText(QTextBrowser):
    """Read-only rich text as high as its content, which opens links in the browser on a click."""

    spoken_role = QAccessible.Role.Paragraph

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spoken_text = SpokenText(self.toPlainText)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(_SELECTABLE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setOpenLinks(False)
        self.anchorClicked.connect(QDesktopServices.openUrl)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:  # noqa: ANN401 - Qt's signature
        """Load nothing, whatever the text asks for."""
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave scrolling to the transcript."""
        event.ignore()


class ProseView(RichText):
    """A run of prose; new pieces change only what differs from the ones before.

    Args:
        width_px: the width in which it will probably be laid out; saves doing it twice.
    """

    def __init__(self, formats: TextFormats, width_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[Piece] = []
        self._width_px = width_px
        self.setLineWrapColumnOrWidth(width_px)
        self.set_formats(formats)

    def set_formats(self, formats: TextFormats) -> None:
        """Show the same text in another theme or size."""
        self._formats = formats
        document = self.document()
        document.setDefaultFont(formats.font)
        document.setIndentWidth(formats.indent_px)
        pieces, self._pieces = self._pieces, []
        self.set_pieces(pieces)

    def set_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show these pieces; the ones equal to those shown are not touched."""
        old = self._pieces
        same = 0
        while same < len(old) and same < len(pieces) and old[same] == pieces[same]:
            same += 1
        if same == len(old) == len(pieces):
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if not (
            same == len(old) - 1 == len(pieces) - 1
            and self._lengthen(cursor, old[same], pieces[same])
        ):
            self._rewrite(cursor, pieces, same)
        cursor.endEditBlock()
        self._pieces = list(pieces)

    def fit(self, width_px: int) -> int:
        """Lay the text out in this width and return its height."""
        if width_px != self._width_px:
            self._width_px = width_px
            self.setLineWrapColumnOrWidth(width_px)
        # The last line's share of the line height is below its text: empty space.
        spare_px = self._formats.leading_px if self._pieces else 0
        return round(self.document().size().height() - spare_px + 0.5)

    def natural_width_px(self, most_px: int) -> int:
        """Return the width that the text fills, if it is less than the most."""
        self.fit(most_px)
        return min(most_px, round(self.document().idealWidth() + 1.5))

    def _lengthen(self, cursor: QTextCursor, old: Piece, new: Piece) -> bool:
        """Add what a paragraph has gained at its end; false if it changed in another way."""
        if not (isinstance(old, Prose) and isinstance(new, Prose)):
            return False
        if not old.spans or len(old.spans) != len(new.spans) or old.marker != new.marker:
            return False
        last_old, last_new = old.spans[-1], new.spans[-1]
        if (
            old.spans[:-1] != new.spans[:-1]
            or old.heading != new.heading
            or (last_old.style, last_old.href) != (last_new.style, last_new.href)
            or not last_new.text.startswith(last_old.text)
        ):
            return False
        cursor.movePosition(QTextCursor.MoveOperation.End)
        added = Span(last_new.text[len(last_old.text) :], last_new.style, last_new.href)
        insert_spans(cursor, (added,), self._formats, new.heading)
        return True

    def _rewrite(self, cursor: QTextCursor, pieces: Sequence[Piece], start: int) -> None:
        if start:
            cursor.setPosition(self.document().findBlockByNumber(start - 1).position())
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for number in range(start, len(pieces)):
            piece = pieces[number]
            block_format = self._formats.block(piece, pieces[number - 1] if number else None)
            if number:
                cursor.insertBlock(block_format)
            else:
                cursor.setBlockFormat(block_format)
            self._write(cursor, piece)

    def _write(self, cursor: QTextCursor, piece: Piece) -> None:
        match piece:
            case Prose():
                cursor.setBlockCharFormat(self._formats.span(Span(""), piece.heading))
                insert_spans(cursor, piece.spans, self._formats, piece.heading)
            case Formula():
                source = (Span(piece.source, Style.MATH),)
                insert_spans(cursor, source, self._formats)
            case _:
                pass

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, the markers of lists, the bars beside quotes, the lines across."""
        painter = QPainter(self.viewport())
        layout = self.document().documentLayout()
        top = QPointF(0, event.rect().top())
        block = self.document().findBlock(layout.hitTest(top, Qt.HitTestAccuracy.FuzzyHit))
        while block.isValid():
            box = layout.blockBoundingRect(block)
            if box.top() > event.rect().bottom():
                break
            if box.bottom() >= event.rect().top():
                self._draw_block(painter, block, box)
            block = block.next()
        painter.end()
        super().paintEvent(event)

    def _draw_block(self, painter: QPainter, block: QTextBlock, box: QRectF) -> None:
        form = block.blockFormat()
        if form.hasProperty(RULE_PROPERTY):
            middle = box.center().y()
            painter.setPen(self._formats.theme.colour("border"))
            left = self._formats.indent_px * form.indent() + form.leftMargin()
            painter.drawLine(QPointF(left, middle), QPointF(self._width_px, middle))
        if form.hasProperty(QUOTES_PROPERTY):
            self._draw_quotes(painter, block, box)
        if form.hasProperty(MARKER_PROPERTY):
            self._draw_marker(painter, block, box)

    def _draw_quotes(self, painter: QPainter, block: QTextBlock, box: QRectF) -> None:
        theme = self._formats.theme
        edges: list[int] = block.blockFormat().property(QUOTES_PROPERTY)
        before: list[int] = block.previous().blockFormat().property(QUOTES_PROPERTY) or []
        above = self.document().documentLayout().blockBoundingRect(block.previous())
        end = box.bottom()
        if not block.next().isValid():
            end -= self._formats.leading_px
        for number, edge in enumerate(edges):
            # A bar goes on through the gap if the block above is in the same quote.
            top = min(box.top(), above.bottom()) if len(before) > number else box.top()
            bar = QRectF(edge, top, theme.spacing(0.75), end - top)
            painter.fillRect(bar, theme.colour("border_strong"))

    def _draw_marker(self, painter: QPainter, block: QTextBlock, box: QRectF) -> None:
        form = block.blockFormat()
        layout = block.layout()
        if layout.lineCount() == 0:
            return
        line = layout.lineAt(0)
        metrics = QFontMetricsF(self._formats.font)
        edge = self._formats.indent_px * form.indent() + form.leftMargin()
        gap = metrics.horizontalAdvance(" ") * 1.8
        is_rtl = block.textDirection() == Qt.LayoutDirection.RightToLeft
        baseline = box.top() + line.position().y() + line.ascent()
        colour = self._formats.theme.colour(self._formats.text_role)
        painter.setPen(colour)
        marker: str = form.property(MARKER_PROPERTY)
        if marker in _BULLETS:
            radius = metrics.xHeight() * 0.28
            beside = gap + radius
            x = self._width_px - edge + beside if is_rtl else edge - beside
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(colour if marker == "•" else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, baseline - metrics.xHeight() / 2), radius, radius)
            return
        advance = metrics.horizontalAdvance(marker)
        x = self._width_px - edge + gap if is_rtl else edge - gap - advance
        painter.setFont(self._formats.font)
        painter.drawText(QPointF(x, baseline), marker)


def insert_spans(cursor: QTextCursor, spans: Spans, formats: TextFormats, heading: int = 0) -> None:
    """Write spans at the cursor."""
    for span in spans:
        text = span.text.replace("\n", _LINE_SEPARATOR)
        cursor.insertText(text, formats.span(span, heading))

# SPDX-License-Identifier: Apache-2.0
"""Shows a block of code with its language and a Copy button. It runs nothing."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QWidget

from nemodesk.ui.markdown.highlight import LONGEST_CODE, LineHighlighter, Marks, highlight
from nemodesk.ui.markdown.pieces import Code
from nemodesk.ui.transcript.accessible import SpokenText
from nemodesk.ui.transcript.formats import TextFormats
from nemodesk.ui.transcript.lexers import LexerShelf
from nemodesk.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments.lexer import Lexer

_SLICE_S = 0.003
_LONGEST_SHOWN_LINE = 2_000
"""Characters; a longer line is broken on the screen, not in what is copied."""

_COPIED_MS = 1_600


class CodeView(QWidget):
    """A block of code that may grow at its end.

    Each line is highlighted once, when it is complete. When the block has ended, the whole is
    read again, a few milliseconds at a time, because some languages need to look ahead.
    """

    def __init__(
        self, formats: TextFormats, lexers: LexerShelf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lexers = lexers
        self._code = Code(language="", text="")
        self._lexer: Lexer | None = None
        self._by_line: LineHighlighter | None = None
        self._marks: list[Marks] = []
        self._is_ended = False
        self._again: Iterator[Marks] | None = None
        self._again_line = 0
        self._build()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._highlight_slice)
        self._copied_timer = QTimer(self, interval=_COPIED_MS, singleShot=True)
        self._copied_timer.timeout.connect(lambda: self._copy.setText(self.tr("Copy")))
        lexers.lexer_loaded.connect(self._on_lexer_loaded)
        self.set_formats(formats)

    def _build(self) -> None:
        self._language = QLabel(self)
        self._language.setProperty("type", "small")
        self._language.setTextFormat(Qt.TextFormat.PlainText)
        self._copy = Button("copy_code", self.tr("Copy"), kind="quiet", icon="copy", parent=self)
        self._copy.setAccessibleName(self.tr("Copy code"))
        self._copy.clicked.connect(self._copy_code)
        self._text = CodeText(self)
        self._text.setAccessibleName(self.tr("Code"))

    def set_formats(self, formats: TextFormats) -> None:
        """Show the same code in another theme or size."""
        theme = self._theme = formats.theme
        self._text_formats = formats
        self._copy.set_theme(theme)
        self._copy.ensurePolished()
        self._button_size = self._copy.sizeHint()
        font = formats.code_font()
        self._text.setFont(font)
        palette = self._text.palette()
        palette.setColor(palette.ColorRole.Text, theme.colour("code_text"))
        palette.setColor(palette.ColorRole.Base, Qt.GlobalColor.transparent)
        self._text.setPalette(palette)
        self._measured = (0, 0.0)
        self._formats: dict[str, QTextCharFormat] = {}
        for number in range(len(self._marks)):
            self._paint_line(number)
        self.update()

    def set_code(self, code: Code) -> None:
        """Show code; what goes on from the code shown is added below it."""
        if code == self._code:
            return
        old, self._code = self._code, code
        if self._is_ended or code.language != old.language or not code.text.startswith(old.text):
            self._start_anew()
            old = Code(language=code.language, text="")
        self._add(code.text[len(old.text) :])
        self._highlight_new_lines()

    def end(self) -> None:
        """Say that no more code comes."""
        if self._is_ended:
            return
        self._is_ended = True
        self._highlight_new_lines()
        self._read_again()

    def fit(self, width_px: int) -> int:
        """Place everything in this width and return the height."""
        space = self._text_formats.spacing
        pad = space(3)
        button = self._button_size
        head_px = self._head_px = button.height() + space(1)
        self._language.setGeometry(pad + space(1), 0, width_px // 2, head_px)
        left = width_px - button.width() - space(1)
        self._copy.setGeometry(left, space(0.5), button.width(), button.height())
        lines_px = self._lines_height_px()
        inner_px = width_px - 2 * pad
        if self._text.widest_px() > inner_px:
            lines_px += self._text.horizontalScrollBar().sizeHint().height()
        self._text.setGeometry(pad, head_px + space(2), inner_px, lines_px)
        return head_px + space(2) + lines_px + space(3)

    def _lines_height_px(self) -> int:
        """Return the height of all lines; complete lines are measured once."""
        document = self._text.document()
        layout = document.documentLayout()
        number, height_px = self._measured
        block = document.findBlockByNumber(number)
        last = document.lastBlock()
        while block.isValid() and block != last:
            height_px += layout.blockBoundingRect(block).height()
            block = block.next()
        self._measured = (self._text.blockCount() - 1, height_px)
        return round(height_px + layout.blockBoundingRect(last).height() + 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("border"), 1))
        painter.setBrush(self._theme.colour("code_background"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, self._theme.radius, self._theme.radius)
        painter.drawLine(0, self._head_px, self.width(), self._head_px)
        painter.end()

    def _start_anew(self) -> None:
        self._text.clear()
        self._measured = (0, 0.0)
        self._is_ended = False
        self._marks = []
        self._again = None
        self._timer.stop()
        self._lexer = self._lexers.take(self._code.language)
        self._language.setText(self._lexer.name if self._lexer else self._code.language)
        self._by_line = LineHighlighter(self._lexer) if self._lexer else None

    def _add(self, text: str) -> None:
        last_line_characters = self._text.document().lastBlock().length() - 1
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(_breakable(text, column=last_line_characters))

    def _on_lexer_loaded(self, language: str) -> None:
        if self._lexer is not None or language != self._code.language.lower():
            return
        self._lexer = self._lexers.take(language)
        if self._lexer is not None:
            self._language.setText(self._lexer.name)
            self._by_line = LineHighlighter(self._lexer)
            self._highlight_new_lines()

    def _highlight_new_lines(self) -> None:
        """Mark the lines that are complete and have no marks yet, as many as there is time for."""
        if self._by_line is None or len(self._code.text) > LONGEST_CODE or self._again:
            return
        until = time.perf_counter() + _SLICE_S
        # The last line may still grow.
        complete = self._text.blockCount() - (0 if self._is_ended else 1)
        document = self._text.document()
        while len(self._marks) < complete:
            number = len(self._marks)
            self._marks.append(self._by_line.read(document.findBlockByNumber(number).text()))
            self._paint_line(number)
            if time.perf_counter() > until:
                self._timer.start()
                return
        self._timer.stop()
        if self._is_ended:
            self._read_again()

    def _read_again(self) -> None:
        if self._lexer and self._again is None and len(self._code.text) <= LONGEST_CODE:
            self._again = highlight(self._lexer, _breakable(self._code.text))
            self._again_line = 0
            self._timer.start()

    def _highlight_slice(self) -> None:
        """Timer: go on where the last slice stopped."""
        if self._again is None:
            self._highlight_new_lines()
            return
        until = time.perf_counter() + _SLICE_S
        for marks in self._again:
            self._replace_marks(self._again_line, marks)
            self._again_line += 1
            if time.perf_counter() > until:
                return
        self._timer.stop()

    def _replace_marks(self, number: int, marks: Marks) -> None:
        if number < len(self._marks) and self._marks[number] == marks:
            return
        self._marks[number : number + 1] = [marks]
        self._paint_line(number)

    def _paint_line(self, number: int) -> None:
        block = self._text.document().findBlockByNumber(number)
        ranges: list[QTextLayout.FormatRange] = []
        for start, length, role in self._marks[number]:
            part = QTextLayout.FormatRange()
            part.start = start
            part.length = length
            part.format = self._format(role)
            ranges.append(part)
        if ranges or block.layout().formats():
            block.layout().setFormats(ranges)
            self._text.document().markContentsDirty(block.position(), block.length())

    def _format(self, role: str) -> QTextCharFormat:
        made = self._formats.get(role)
        if made is None:
            made = self._formats[role] = QTextCharFormat()
            made.setForeground(self._theme.colour(role))
        return made

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text)
        self._copy.setText(self.tr("Copied"))
        self._copied_timer.start()


class CodeText(QPlainTextEdit):
    """Read-only code as high as its lines, which scrolls sideways only."""

    spoken_role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spoken_text = SpokenText(self.toPlainText)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)

    def widest_px(self) -> float:
        """Return the width of the widest line that has been laid out."""
        return self.document().documentLayout().documentSize().width()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways; leave the rest to the transcript."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()


def _breakable(text: str, column: int = 0) -> str:
    """Break lines that are too long to be laid out quickly.

    Args:
        column: characters of the first line that are shown already.
    """
    if len(text) + column <= _LONGEST_SHOWN_LINE:
        return text
    parts: list[str] = []
    for line in text.split("\n"):
        room = _LONGEST_SHOWN_LINE - column
        column = 0
        parts.append(line[:room])
        parts.extend(
            line[start : start + _LONGEST_SHOWN_LINE]
            for start in range(room, len(line), _LONGEST_SHOWN_LINE)
        )
    return "\n".join(parts)

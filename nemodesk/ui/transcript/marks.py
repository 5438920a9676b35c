# SPDX-License-Identifier: Apache-2.0
"""The lines in the transcript that mark what the model reads no more. They decide nothing."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


@dataclass(frozen=True)
class ContextMark:
    """A mark below a message.

    Attributes:
        message_id: the last message that the model does not read.
        summary: what it reads in place of all of them; empty where it reads nothing.
        is_after_summary: whether a summary of what is further above is read nevertheless.
        is_being_written: whether the summary is not finished.
    """

    message_id: int
    summary: str = ""
    is_after_summary: bool = False
    is_being_written: bool = False


class MarkLine(QWidget):
    """A line across the column with its sentence in the middle, and the summary if there is one.

    Signals:
        toggled(): the summary was shown or hidden.
    """

    toggled = Signal()

    def __init__(self, mark: ContextMark, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("context_mark")
        self._mark = mark
        self._theme = theme
        self._is_open = mark.is_being_written
        self._sentence = make_label("", "small", wraps=True)
        self._sentence.setParent(self)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = Button(
            "show_summary", self.tr("Show the summary"), kind="quiet", parent=self
        )
        self._button.clicked.connect(self._toggle)
        self._summary = QLabel(self)
        self._summary.setObjectName("context_summary")
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._summary.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._summary.setAccessibleName(self.tr("Summary"))
        self._rule_px = 0
        self.set_theme(theme)
        self.show_mark(mark)

    @property
    def mark(self) -> ContextMark:
        """What is marked."""
        return self._mark

    def show_mark(self, mark: ContextMark) -> None:
        """Mark it in another way, such as with more of the summary."""
        if mark.is_being_written:
            self._is_open = True
        elif self._mark.is_being_written:
            self._is_open = False
        self._mark = mark
        sentence = self._words(mark)
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._summary.setText(mark.summary)
        self._button.setVisible(bool(mark.summary) and not mark.is_being_written)
        self._show_open()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._button.set_theme(theme)
        edge = theme.spacing(3)
        self._summary.setContentsMargins(edge, theme.spacing(2), edge, theme.spacing(2))
        self.update()

    def fit(self, width_px: int) -> int:
        """Place everything in this width and return the height."""
        gap = self._theme.spacing(2)
        most = max(1, width_px - self._theme.spacing(24))
        natural = self._sentence.fontMetrics().horizontalAdvance(self._sentence.text())
        wide = min(most, natural + self._theme.spacing(4))
        height = max(self._sentence.heightForWidth(wide), self._theme.spacing(5))
        self._sentence.setGeometry((width_px - wide) // 2, gap, wide, height)
        self._rule_px = gap + height // 2
        top = gap + height
        if not self._button.isHidden():
            size = self._button.sizeHint()
            self._button.setGeometry(
                QRect((width_px - size.width()) // 2, top, size.width(), size.height())
            )
            top += size.height()
        if not self._summary.isHidden():
            top += self._theme.spacing(1)
            height = self._summary.heightForWidth(width_px)
            self._summary.setGeometry(0, top, width_px, height)
            top += height
        return top

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line at both sides of the sentence."""
        painter = QPainter(self)
        painter.setPen(self._theme.colour("border_strong"))
        words = self._sentence.geometry()
        painter.drawLine(0, self._rule_px, words.left(), self._rule_px)
        painter.drawLine(words.right(), self._rule_px, self.width(), self._rule_px)
        painter.end()

    def _words(self, mark: ContextMark) -> str:
        if mark.is_being_written:
            return self.tr("The model is writing a summary of what is above.")
        if mark.summary:
            return self.tr("The model reads a summary of what is above.")
        if mark.is_after_summary:
            return self.tr(
                "Of what is above this line, the model reads nothing any more but the summary."
            )
        return self.tr("The model no longer reads what is above this line.")

    def _toggle(self) -> None:
        self._is_open = not self._is_open
        self._show_open()
        self.toggled.emit()

    def _show_open(self) -> None:
        self._summary.setVisible(self._is_open and bool(self._mark.summary))
        text = self.tr("Hide the summary") if self._is_open else self.tr("Show the summary")
        self._button.setText(text)
        self._button.setAccessibleName(text)

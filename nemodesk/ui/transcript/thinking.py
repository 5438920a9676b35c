# SPDX-License-Identifier: Apache-2.0
"""The block in which the model thinks before it answers; it folds. It holds no answer."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nemodesk.ui.transcript.accessible import FoldButton
from nemodesk.ui.transcript.body import MarkdownBody
from nemodesk.ui.transcript.formats import TextFormats
from nemodesk.ui.transcript.lexers import LexerShelf


class ThinkingBlock(QWidget):
    """A button named "Thinking" that shows or hides what the model thought.

    The text is parsed only while it is shown.

    Signals:
        toggled(): it was folded or unfolded, and its height changed.
    """

    toggled = Signal()

    def __init__(
        self, formats: TextFormats, lexers: LexerShelf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._text = ""
        self._shown_characters = 0
        self._is_ended = False
        self._body = MarkdownBody(_muted(formats), lexers, self)
        self._body.hide()
        self.button = FoldButton("thinking", self.tr("Thinking"), kind="quiet", parent=self)
        self.button.clicked.connect(lambda: self.unfold(is_open=not self.button.is_open))
        self.set_formats(formats)

    @property
    def has_work(self) -> bool:
        """Whether some of the text is not shown although it should be."""
        if not self.button.is_open:
            return False
        return self._shown_characters < len(self._text) or self._body.has_work

    def append(self, text: str) -> None:
        """Take more text."""
        self._text += text

    def end(self) -> None:
        """Say that the thinking is over."""
        self._is_ended = True

    def work(self) -> None:
        """Show a slice of the text, if it is unfolded."""
        if not self.button.is_open:
            return
        self._body.append(self._text[self._shown_characters :])
        self._shown_characters = len(self._text)
        if self._is_ended:
            self._body.end()
        self._body.work()

    def fit(self, width_px: int) -> int:
        """Place everything in this width and return the height."""
        theme = self._formats.theme
        size = self.button.sizeHint()
        # The button's own margin is taken back, so that the arrow stands at the column's edge.
        self.button.setGeometry(-theme.spacing(2.5), 0, size.width(), size.height())
        if not self.button.is_open:
            return size.height()
        left, top = theme.spacing(5), size.height() + theme.spacing(1)
        height = self._body.fit(width_px - left)
        self._body.setGeometry(left, top, width_px - left, height)
        return top + height + theme.spacing(2)

    def set_formats(self, formats: TextFormats) -> None:
        """Show the same in another theme or size."""
        self._formats = formats
        self._body.set_formats(_muted(formats))
        self._show_arrow()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line beside the thoughts."""
        if self.button.is_open:
            theme = self._formats.theme
            painter = QPainter(self)
            top = self.button.height() + theme.spacing(1)
            bar = QRectF(
                theme.spacing(1.5), top, theme.spacing(0.5), self.height() - top - theme.spacing(2)
            )
            painter.fillRect(bar, theme.colour("border"))
            painter.end()

    def unfold(self, *, is_open: bool) -> None:
        """Show or hide the thoughts."""
        self.button.set_open(is_open=is_open)
        self._body.setVisible(is_open)
        self._show_arrow()
        self.toggled.emit()

    def _show_arrow(self) -> None:
        theme = self._formats.theme
        arrow = "chevron_down" if self.button.is_open else "chevron_right"
        self.button.setIconSize(theme.icon_size)
        self.button.setIcon(theme.icon(arrow, "text_muted"))


def _muted(formats: TextFormats) -> TextFormats:
    return TextFormats(formats.theme, "text_muted", "body")

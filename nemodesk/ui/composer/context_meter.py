# SPDX-License-Identifier: Apache-2.0
"""The meter below the composer: how much of its context the chat takes. It counts nothing."""

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nemodesk.conversation.context import ContextUse
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button

_THOUSAND = 1024
"""Contexts come in steps of it, and the parts are said in the same: 8,192 is 8 thousand."""

_ONE_DECIMAL_BELOW = 10
_LEAST = 0.1

PARTS = ("instructions", "summary", "attachments", "chat", "question", "begun")
"""The parts of a `ContextUse` in the order in which the model reads them."""

_COLOURS = {
    "instructions": "syntax_keyword",
    "summary": "syntax_type",
    "attachments": "syntax_function",
    "chat": "accent",
    "question": "syntax_string",
    "begun": "syntax_string",
    "room": "border",
}


def colour_role(part: str) -> str:
    """Return the theme's role for a part of the context."""
    return _COLOURS[part]


def thousands(tokens: int) -> str:
    """Return a number of tokens in thousands as people read it: 0.4, 6, 32.

    What is taken at all is at least 0.1: a chat with words in it does not read as empty.
    """
    amount = max(tokens / _THOUSAND, _LEAST) if tokens else 0.0
    has_decimal = 0 < amount < _ONE_DECIMAL_BELOW and round(amount, 1) != round(amount)
    return QLocale().toString(amount, "f", 1 if has_decimal else 0)


class ContextMeter(Button):
    """The words “6 of 32 thousand” over a thin bar; pressed, it shows what takes how much."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("context_meter", "", kind="quiet", parent=parent)
        self._use: ContextUse | None = None
        self._theme = theme
        self.setProperty("meter", True)
        self.setAccessibleName(self.tr("Context"))
        self.set_theme(theme)
        self.hide()

    @property
    def use(self) -> ContextUse | None:
        """What is shown; None: nothing is known."""
        return self._use

    @property
    def theme(self) -> Theme:
        """The colours and sizes in which it is drawn."""
        return self._theme

    def show_use(self, use: ContextUse | None) -> None:
        """Show how much is taken; None hides the meter."""
        self._use = use
        self.setVisible(use is not None)
        if use is None:
            return
        text = self.tr("%1 of %2 thousand") if use.is_exact else self.tr("about %1 of %2 thousand")
        text = text.replace("%1", thousands(use.used)).replace("%2", thousands(use.limit))
        self.setText(text)
        self.setAccessibleDescription(text)
        self.setToolTip(
            self.tr(
                "How much of what the model can read at once is taken, in thousands of pieces of "
                "words. Press for details."
            )
        )
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        super().set_theme(theme)
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the words, and the bar below them."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self._theme.spacing(6)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words, and below them the bar in the colours of the parts."""
        super().paintEvent(event)
        if self._use is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset, height = self._theme.spacing(2), self._theme.spacing(0.75)
        room = QRectF(inset, self.height() - 1.5 * height, self.width() - 2 * inset, height)
        draw_use(painter, room, self._use, self._theme, self.layoutDirection())
        painter.end()


def draw_use(
    painter: QPainter, room: QRectF, use: ContextUse, theme: Theme, direction: Qt.LayoutDirection
) -> None:
    """Draw a bar of the parts; what is free is pale. It begins at the leading edge."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("border"))
    corner = room.height() / 2
    painter.drawRoundedRect(room, corner, corner)
    most = max(use.limit, use.used, 1)
    done = 0.0
    for part in PARTS:
        width = room.width() * getattr(use, part) / most
        left = room.left() + done
        if direction == Qt.LayoutDirection.RightToLeft:
            left = room.right() - done - width
        painter.setBrush(theme.colour(colour_role(part)))
        painter.drawRect(QRectF(left, room.top(), width, room.height()))
        done += width

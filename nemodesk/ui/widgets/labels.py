# SPDX-License-Identifier: Apache-2.0
"""Labels by role, a label that shortens its text, and what an empty list says. No actions."""

import unicodedata

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme


def make_label(text: str, role: str = "body", *, wraps: bool = False) -> QLabel:
    """Return a plain-text label of a text role: body, strong, title, heading, muted or small."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("type", role)
    label.setWordWrap(wraps)
    if QGuiApplication.isRightToLeft():
        # Qt puts a label by its own script; in a window that reads from the right, names and
        # numbers in Latin letters would lie at the other edge.
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        label.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
    if role == "badge":
        # A badge is as high as its text, whatever stands beside it.
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


def set_badge(label: QLabel, text: str, tone: str) -> None:
    """Let a badge say something else, in the colours of great, slow, too_big or none of them."""
    label.setText(text)
    label.setVisible(bool(text))
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        label.style().unpolish(label)
        label.style().polish(label)


def draw_line(
    painter: QPainter,
    room: QRect,
    text: str,
    direction: Qt.LayoutDirection,
    vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
) -> bool:
    """Draw one line at the leading edge, ending in … where there is no room.

    The line keeps the direction of its own script, so that a question mark stays at its end.
    Return whether all of it was drawn.
    """
    line = " ".join(text.split())
    painter.save()
    painter.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if is_right_to_left(line) else Qt.LayoutDirection.LeftToRight
    )
    shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, room.width())
    leading = Qt.AlignmentFlag.AlignLeading
    painter.drawText(room, int(QStyle.visualAlignment(direction, leading | vertical)), shown)
    painter.restore()
    return shown == line


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter that has a direction is read from the right."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


class ElidedLabel(QLabel):
    """One line that ends in … where there is no room; screen readers hear all of it."""

    def __init__(self, role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("type", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters; the rest is elided."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 3, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much of the text as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        is_trailing = bool(self.alignment() & Qt.AlignmentFlag.AlignTrailing)
        direction = self.layoutDirection()
        if is_trailing:
            is_mirrored = direction == Qt.LayoutDirection.RightToLeft
            direction = (
                Qt.LayoutDirection.LeftToRight if is_mirrored else Qt.LayoutDirection.RightToLeft
            )
        is_whole = draw_line(painter, self.rect(), self.text(), direction)
        painter.end()
        self.setToolTip("" if is_whole else self.text())


class EmptyState(QWidget):
    """What a list says when it has nothing to show: icon, title, one sentence."""

    def __init__(self, icon: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._theme: Theme | None = None
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = make_label(title, "strong", wraps=True)
        self._sentence = make_label(sentence, "muted", wraps=True)
        column = QVBoxLayout(self)
        column.addStretch(2)
        for label in (self._picture, self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)
        self._column = column

    def add_action(self, button: QWidget) -> None:
        """Put the one next step below the sentence."""
        place = self._column.count() - 1
        self._column.insertWidget(place, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_text(self, title: str, sentence: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._sentence.setText(sentence)

    def show_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        if self._theme is not None:
            self._draw(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in the colours of a theme."""
        self._theme = theme
        self._column.setSpacing(theme.spacing(2))
        margin = theme.spacing(4)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._draw(theme)

    def _draw(self, theme: Theme) -> None:
        self._picture.setPixmap(theme.pixmap(self._icon, "text_muted", theme.spacing(8)))

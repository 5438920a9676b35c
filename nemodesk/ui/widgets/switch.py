# SPDX-License-Identifier: Apache-2.0
"""A switch for yes and no, drawn from the theme. It keeps nothing."""

from PySide6.QtCore import QPoint, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from nemodesk.ui.theme import Theme

_WIDTH_STEPS, _HEIGHT_STEPS = 9, 5
_GAP_STEPS = 0.75
_RING_PX = 2


class Switch(QCheckBox):
    """A check box that looks like a switch; its words stand beside it.

    Args:
        name: object name.
        title: what it switches, for screen readers.
    """

    def __init__(self, name: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_value(self, *, is_on: bool) -> None:
        """Show what counts, without wishing for it."""
        with QSignalBlocker(self):
            self.setChecked(is_on)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the switch and of the ring around it."""
        edge = 2 * (_RING_PX + 1)
        theme = self._theme
        return QSize(theme.spacing(_WIDTH_STEPS) + edge, theme.spacing(_HEIGHT_STEPS) + edge)

    def minimumSizeHint(self) -> QSize:
        """Return the same: it cannot be smaller."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a click anywhere on it."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw track, knob and, where the keyboard is, a ring."""
        theme, is_on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = _RING_PX + 1
        track = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        corner = track.height() / 2
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), _RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-_RING_PX, -_RING_PX, _RING_PX, _RING_PX)
            painter.drawRoundedRect(ring, corner + _RING_PX, corner + _RING_PX)
        filled = "accent" if is_on else "surface_sunken"
        painter.setPen(theme.colour("accent" if is_on else "border_strong"))
        painter.setBrush(theme.colour(filled if self.isEnabled() else "surface_sunken"))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        gap = theme.spacing(_GAP_STEPS)
        side = track.height() - 2 * gap
        is_right = is_on != self.isRightToLeft()
        left = track.right() - gap - side if is_right else track.left() + gap
        knob = "accent_text" if is_on else "border_strong"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(knob if self.isEnabled() else "text_disabled"))
        painter.drawEllipse(QRectF(left, track.top() + gap, side, side))
        painter.end()

# SPDX-License-Identifier: Apache-2.0
"""A card over the window: a pop-up beside a button, or a sheet in the middle. It holds any widget.

It lies inside the window instead of being a window of its own, so that it works the same on
every system, also when it is opened through the accessibility interface.
"""

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme

_SHADOW_STEPS = 20


class Overlay(QWidget):
    """Covers the window, keeps the keyboard inside its card, closes by Esc or a click beside it.

    Signals:
        closed(): the card is gone; the overlay deletes itself.

    Args:
        window: what it covers.
        content: what lies on the card; owned by it.
        anchor: the button that the card opens beside; None for the middle of the window.
    """

    closed = Signal()

    def __init__(
        self, window: QWidget, content: QWidget, theme: Theme, anchor: QWidget | None = None
    ) -> None:
        super().__init__(window)
        self.setObjectName("overlay")
        self._theme = theme
        self._anchor = anchor
        self._covers = window
        # Before the first focus there is none, whatever the stubs say.
        self._before = cast("QWidget | None", window.window().focusWidget())
        self._card = QFrame(self)
        self._card.setObjectName("overlay_card")
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(content)
        self._content = content
        window.installEventFilter(self)
        content.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self._place()
        content.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_card(self) -> None:
        """Close it and give the keyboard back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window, and the card as large as what lies on it."""
        if event.type() == QEvent.Type.Resize and watched is self._covers:
            self.setGeometry(self._covers.rect())
            self._place()
        elif event.type() == QEvent.Type.LayoutRequest and watched is self._content:
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Esc; nothing typed reaches the window below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close by a click beside the card."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_card()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the window below a sheet and draw the card's shadow."""
        painter = QPainter(self)
        if self._anchor is None:
            painter.fillRect(self.rect(), self._theme.colour("veil"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = self._theme.colour("shadow")
        # Twenty pale layers that reach less and less far make a soft edge.
        colour.setAlpha(max(1, colour.alpha() // 12) if colour.alpha() else 0)
        painter.setBrush(colour)
        card = self._card.geometry()
        for step in range(_SHADOW_STEPS):
            share = 1 - step / _SHADOW_STEPS
            reach = round(self._theme.spacing(6) * share * share)
            drop = self._theme.spacing(1.5)
            edge = card.adjusted(-reach, drop - reach, reach, drop + reach)
            corner = self._theme.radius + reach
            painter.drawRoundedRect(edge, corner, corner)
        painter.end()

    def _place(self) -> None:
        margin = self._theme.spacing(3)
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        size = self._card.sizeHint().boundedTo(room.size())
        if self._anchor is None:
            corner = QPoint(
                room.center().x() - size.width() // 2, room.center().y() - size.height() // 2
            )
            self._card.setGeometry(QRect(corner, size))
            return
        top_left = self._anchor.mapTo(self._covers, QPoint(0, 0))
        anchor = QRect(top_left, self._anchor.size())
        gap = self._theme.spacing(1.5)
        left = anchor.left()
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = anchor.right() - size.width()
        left = max(room.left(), min(left, room.right() - size.width()))
        room_above = anchor.top() - gap - room.top()
        room_below = room.bottom() - anchor.bottom() - gap
        if room_above >= min(size.height(), room_below) and room_above > room_below:
            size.setHeight(min(size.height(), room_above))
            top = anchor.top() - gap - size.height()
        else:
            size.setHeight(min(size.height(), room_below))
            top = anchor.bottom() + gap
        self._card.setGeometry(QRect(QPoint(left, top), size))

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Keep Tab inside the card."""
        fields = [
            widget
            for widget in self._card.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisibleTo(self)
            and widget.isEnabled()
        ]
        if not fields:
            return False
        focused = self.window().focusWidget()
        place = fields.index(focused) if focused in fields else (-1 if is_next else 0)
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        fields[(place + (1 if is_next else -1)) % len(fields)].setFocus(reason)
        return True

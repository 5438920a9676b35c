# SPDX-License-Identifier: Apache-2.0
"""The button that shows how fast downloads may be, and the card to choose on. It limits nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button, RowButton
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.wording import rate_in_words

LIMITS: tuple[int | None, ...] = (None, 20_000_000, 10_000_000, 5_000_000, 1_000_000, 500_000)
"""In bytes a second; None: as fast as the line."""


class SpeedLimit(Button):
    """Shows the limit and lets the person choose another.

    Signals:
        limit_chosen(object): bytes a second, or None for no limit.
    """

    limit_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("speed_limit", self.tr("Speed limit"), icon="speed")
        self._theme = theme
        self._limit: int | None = None
        self.clicked.connect(self.open_choices)
        self.set_theme(theme)
        self.show_limit(None)

    def show_limit(self, limit: int | None) -> None:
        """Say which limit holds."""
        self._limit = limit
        text = self._text(limit)
        self.setText("\u2002" + text)
        self.setAccessibleDescription(text)

    def open_choices(self) -> Overlay:
        """Open the card with the limits."""
        card = _Choices([(self._text(limit), limit) for limit in LIMITS], self._limit, self._theme)
        overlay = Overlay(self.window(), card, self._theme, self)
        card.limit_chosen.connect(overlay.close_card)
        card.limit_chosen.connect(self._on_chosen)
        return overlay

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        super().set_theme(theme)

    def _on_chosen(self, limit: int | None) -> None:
        self.show_limit(limit)
        self.limit_chosen.emit(limit)

    def _text(self, limit: int | None) -> str:
        if limit is None:
            return self.tr("No speed limit")
        return self.tr("At most %1").replace("%1", rate_in_words(limit))


class _Choices(QWidget):
    """The limits, one button each.

    Signals:
        limit_chosen(object): bytes a second, or None.
    """

    limit_chosen = Signal(object)

    def __init__(
        self, choices: list[tuple[str, int | None]], current: int | None, theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName("speed_limits")
        self.setAccessibleName(self.tr("Speed limit"))
        self._current: Button | None = None
        column = QVBoxLayout(self)
        margin = theme.spacing(1.5)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.spacing(0.5))
        for text, limit in choices:
            button = RowButton(f"limit_{limit or 0}", text)
            button.clicked.connect(lambda _=False, limit=limit: self.limit_chosen.emit(limit))
            column.addWidget(button)
            if limit == current:
                button.set_current(is_current=True)
                self._current = button
        self.setMinimumWidth(theme.spacing(56))

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the limit that holds."""
        if self._current is not None:
            self._current.setFocus(reason)

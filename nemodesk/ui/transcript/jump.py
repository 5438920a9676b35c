# SPDX-License-Identifier: Apache-2.0
"""The button that leads back to the end of the messages. It scrolls nothing."""

from PySide6.QtWidgets import QScrollBar, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button


class JumpButton(Button):
    """Floats above the lower edge while the end is far out of sight.

    Args:
        bar: scrolls the messages.
    """

    def __init__(self, theme: Theme, bar: QScrollBar, parent: QWidget) -> None:
        super().__init__("jump_to_end", "", kind="secondary", icon="arrow_down", parent=parent)
        text = self.tr("Jump to the end")
        self.setText("\u2002" + text)
        self.setAccessibleName(text)
        self._theme = theme
        self._bar = bar
        self._over = parent
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in the colours of a theme."""
        super().set_theme(theme)
        self._theme = theme

    def show_if_useful(self, *, is_at_end: bool) -> None:
        """Come or go, as far as the view is away from the end."""
        is_away = self._bar.maximum() - self._bar.value() > self._bar.pageStep() // 4
        if self.isHidden() == (is_away and not is_at_end):
            self.setVisible(is_away and not is_at_end)
            self.place()

    def place(self) -> None:
        """Lie in the middle above the lower edge."""
        size = self.sizeHint()
        room = self._over.size()
        left = (room.width() - size.width()) // 2
        top = room.height() - size.height() - self._theme.spacing(3)
        self.setGeometry(left, top, size.width(), size.height())
        self.raise_()

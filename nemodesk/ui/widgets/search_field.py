# SPDX-License-Identifier: Apache-2.0
"""A field to search in, with a magnifying glass and a way to clear it. It searches nothing."""

from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QToolButton, QWidget

from nemodesk.ui.theme import Theme


class SearchField(QLineEdit):
    """A line edit that can be cleared.

    Args:
        name: object name.
        title: accessible name and placeholder.
    """

    def __init__(self, name: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setPlaceholderText(title)
        self._clear = QAction(self.tr("Clear the search"), self)
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.findChildren(QToolButton):
            button.setObjectName(f"{name}_clear")
            button.setAccessibleName(self._clear.text())
        self.textChanged.connect(self._on_text_changed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the colours of a theme."""
        self._theme = theme
        self._clear.setIcon(theme.icon("close", "text_muted"))
        room = theme.icon_size.width() + theme.spacing(1.5)
        is_mirrored = self.isRightToLeft()
        self.setTextMargins(0 if is_mirrored else room, 0, room if is_mirrored else 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the magnifying glass at the leading edge; it is no control."""
        super().paintEvent(event)
        painter = QPainter(self)
        side = self._theme.icon_size.width()
        place = self.rect().adjusted(self._theme.spacing(2.5), (self.height() - side) // 2, 0, 0)
        place.setSize(self._theme.icon_size)
        corner = QStyle.visualRect(self.layoutDirection(), self.rect(), place).topLeft()
        painter.drawPixmap(corner, self._theme.pixmap("search", "text_muted", side))
        painter.end()

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))

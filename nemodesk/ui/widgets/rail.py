# SPDX-License-Identifier: Apache-2.0
"""The navigation rail: one button per room, made from data. It knows no room."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme


@dataclass(frozen=True)
class RailEntry:
    """A room as the rail shows it.

    Attributes:
        name: the room's name in code.
        title: its name on the screen.
        icon: name of an icon.
        is_last: true for what stands at the lower end.
    """

    name: str
    title: str
    icon: str
    is_last: bool = False


class NavigationRail(QWidget):
    """Buttons that lead to the rooms.

    Signals:
        room_requested(str): show the room of this name.
    """

    room_requested = Signal(str)

    def __init__(
        self, entries: Sequence[RailEntry], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAccessibleName(self.tr("Navigation"))
        self._entries = {entry.name: entry for entry in entries}
        self._current = ""
        self._theme = theme
        self._buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        for entry in (entry for entry in entries if not entry.is_last):
            self._column.addWidget(self._make_button(entry))
        self._column.addStretch(1)
        for entry in (entry for entry in entries if entry.is_last):
            self._column.addWidget(self._make_button(entry))
        self.set_theme(theme)

    def show_current(self, name: str) -> None:
        """Mark the room that is shown."""
        self._current = name
        for button_name, button in self._buttons.items():
            is_current = button_name == name
            button.setProperty("current", is_current)
            button.setAccessibleDescription(self.tr("Shown now") if is_current else "")
            button.setIcon(
                self._theme.icon(
                    self._entries[button_name].icon, "accent" if is_current else "text_muted"
                )
            )
            button.style().unpolish(button)
            button.style().polish(button)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(2)
        self._column.setContentsMargins(edge, edge, 0, edge)
        self._column.setSpacing(theme.spacing(1))
        for button in self._buttons.values():
            button.setIconSize(theme.icon_size)
            button.setFixedHeight(theme.spacing(13))
            button.setMinimumWidth(theme.spacing(15))
        self.show_current(self._current)

    def _make_button(self, entry: RailEntry) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"room_{entry.name}")
        button.setText(entry.title)
        button.setAccessibleName(entry.title)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.room_requested.emit(entry.name))
        self._buttons[entry.name] = button
        return button

# SPDX-License-Identifier: Apache-2.0
"""The navigation rail: one button per room, made from data. It knows no room."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.wording import percent

# Qt counts the angles of arcs in sixteenths of a degree; a quarter turn left is the top.
_DEGREE = 16
_TOP = 90 * _DEGREE
_WHOLE_TURN = 360 * _DEGREE


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
        self._buttons: dict[str, _RailButton] = {}
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
            self._describe(button)
            button.setIcon(
                self._theme.icon(
                    self._entries[button_name].icon, "accent" if is_current else "text_muted"
                )
            )
            button.style().unpolish(button)
            button.style().polish(button)

    def show_progress(self, name: str, thousandths: int | None) -> None:
        """Draw a ring round a room's icon while something goes on there; None: nothing does."""
        button = self._buttons[name]
        button.show_progress(thousandths)
        self._describe(button)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(2)
        self._column.setContentsMargins(edge, edge, 0, edge)
        self._column.setSpacing(theme.spacing(1))
        for button in self._buttons.values():
            button.set_theme(theme)
            button.setFixedHeight(theme.spacing(13))
            button.setMinimumWidth(self._width_of_titles(theme))
        self.show_current(self._current)

    def _width_of_titles(self, theme: Theme) -> int:
        """Return room for the longest title, which is bold while its room is shown."""
        font = theme.font("small")
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        widest = max(metrics.horizontalAdvance(entry.title) for entry in self._entries.values())
        return max(theme.spacing(15), widest + theme.spacing(3))

    def _describe(self, button: "_RailButton") -> None:
        is_current = button.property("current")
        parts = [self.tr("Shown now")] if is_current else []
        if button.progress is not None:
            parts.append(self.tr("%1 done").replace("%1", percent(button.progress)))
        button.setAccessibleDescription(", ".join(parts))
        button.setToolTip(parts[-1] if button.progress is not None else "")

    def _make_button(self, entry: RailEntry) -> "_RailButton":
        button = _RailButton(self._theme)
        button.setObjectName(f"room_{entry.name}")
        button.setText(entry.title)
        button.setAccessibleName(entry.title)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.room_requested.emit(entry.name))
        self._buttons[entry.name] = button
        return button


class _RailButton(QToolButton):
    """A button with a ring round its icon while something goes on in its room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.progress: int | None = None
        self._theme = theme

    def show_progress(self, thousandths: int | None) -> None:
        """Draw the ring so far round; None: no ring."""
        if thousandths != self.progress:
            self.progress = thousandths
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.setIconSize(theme.icon_size)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, and the ring over it."""
        super().paintEvent(event)
        if self.progress is None:
            return
        theme = self._theme
        side = theme.spacing(6)
        width = max(2, theme.spacing(0.5))
        text_height = self.fontMetrics().height()
        middle = (self.height() - text_height) / 2 - theme.spacing(0.5)
        ring = QRectF((self.width() - side) / 2, middle - side / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), width))
        painter.drawEllipse(ring)
        pen = QPen(theme.colour("accent"), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, _TOP, -_WHOLE_TURN * self.progress // 1000)
        painter.end()

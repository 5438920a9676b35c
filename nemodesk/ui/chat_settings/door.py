# SPDX-License-Identifier: Apache-2.0
"""The panel Chat settings as the chat room knows it: built when first opened, beside the chat.

Where there is no room beside the chat, the panel lies over its trailing edge.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nemodesk.ui.chat_settings.rows import ChatSettingsRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from nemodesk.ui.chat_settings.panel import ChatSettingsPanel

# In steps of the grid.
_PANEL_STEPS = 92
_LEAST_SHEET_STEPS = 120


class ChatSettingsDoor(QObject):
    """The button `Chat settings` and the panel that it opens.

    Signals:
        opened(): the panel is shown; it wants to know what counts.
        closed(): it is folded away.
        scope_chosen(str), choice_made(str, object), reset_requested(): as the panel's.
        preset_chosen(str), preset_saved(str), preset_updated(str), preset_renamed(str, str),
        preset_deleted(str): as those of its line Preset.
    """

    opened = Signal()
    closed = Signal()
    scope_chosen = Signal(str)
    choice_made = Signal(str, object)
    reset_requested = Signal()
    preset_chosen = Signal(str)
    preset_saved = Signal(str)
    preset_updated = Signal(str)
    preset_renamed = Signal(str, str)
    preset_deleted = Signal(str)

    def __init__(self, room: QWidget, theme: Theme) -> None:
        super().__init__(room)
        self._room = room
        self._theme = theme
        self._row = ChatSettingsRow()
        self._place: QHBoxLayout | None = None
        self._sheet: QWidget = room
        self.panel: ChatSettingsPanel | None = None
        # Later, because a layout must not change while it lays out.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fit)
        self.button = Button(
            "chat_settings_button", self.tr("Chat settings"), kind="icon", icon="sliders"
        )
        self.button.clicked.connect(self.toggle)

    @property
    def is_open(self) -> bool:
        """Whether the panel is shown."""
        return self.panel is not None and not self.panel.isHidden()

    def stand_in(self, place: QHBoxLayout, sheet: QWidget) -> None:
        """Take the end of a row as the place, and the sheet beside it as what may be covered."""
        self._place, self._sheet = place, sheet
        sheet.installEventFilter(self)
        self._room.installEventFilter(self)

    def toggle(self) -> None:
        """Open the panel, or fold it away."""
        if self.is_open:
            self.close()
        elif self._room.isVisible():
            self.open()

    def open(self) -> "ChatSettingsPanel":
        """Show the panel and put the keyboard into it."""
        if self.panel is None:
            self.panel = self._make_panel()
        self.panel.show()
        self.button.setAccessibleDescription(self.tr("Shown now"))
        self._fit()
        self.opened.emit()
        self.panel.focus_first()
        return self.panel

    def close(self) -> None:
        """Fold the panel away; what was written in it counts."""
        if self.panel is None or self.panel.isHidden():
            return
        self.panel.flush()
        self.panel.hide()
        self.button.setAccessibleDescription("")
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def show_row(self, row: ChatSettingsRow) -> None:
        """Show what counts."""
        self._row = row
        if self.panel is not None:
            self.panel.show_row(row)

    def flush(self) -> None:
        """Let what was written in the panel count now; call before another chat is shown."""
        if self.panel is not None:
            self.panel.flush()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.button.set_theme(theme)
        if self.panel is not None:
            self.panel.set_theme(theme)
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the panel in its place."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and self.is_open:
            self._later.start()
        return super().eventFilter(watched, event)

    def _make_panel(self) -> "ChatSettingsPanel":
        # Imported when first opened: the window is usable sooner.
        from nemodesk.ui.chat_settings.panel import ChatSettingsPanel  # noqa: PLC0415

        panel = ChatSettingsPanel(self._theme, self._room)
        panel.show_row(self._row)
        panel.close_requested.connect(self.close)
        panel.scope_chosen.connect(self.scope_chosen)
        panel.choice_made.connect(self.choice_made)
        panel.reset_requested.connect(self.reset_requested)
        bar = panel.presets
        bar.preset_chosen.connect(self.preset_chosen)
        bar.preset_saved.connect(self.preset_saved)
        bar.preset_updated.connect(self.preset_updated)
        bar.preset_renamed.connect(self.preset_renamed)
        bar.preset_deleted.connect(self.preset_deleted)
        return panel

    def _fit(self) -> None:
        """Stand beside the sheet, or lie over its trailing edge."""
        panel, place = self.panel, self._place
        if panel is None or place is None or not self.is_open:
            return
        width = self._theme.spacing(_PANEL_STEPS)
        is_beside = place.indexOf(panel) >= 0
        room = self._sheet.width() + (panel.width() + place.spacing() if is_beside else 0)
        fits = room - width - place.spacing() >= self._theme.spacing(_LEAST_SHEET_STEPS)
        if fits and not is_beside:
            place.addWidget(panel)
        elif not fits and is_beside:
            place.removeWidget(panel)
        if fits:
            panel.setFixedWidth(width)
            return
        sheet = self._sheet.geometry()
        panel.setFixedWidth(min(width, sheet.width()))
        left = sheet.left() if panel.isRightToLeft() else sheet.right() + 1 - panel.width()
        panel.setGeometry(QRect(left, sheet.top(), panel.width(), sheet.height()))
        panel.raise_()

# SPDX-License-Identifier: Apache-2.0
"""One choice of a model, as a line of the table in its details. It fetches and removes nothing."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nemodesk.ui.rows import NO_PROGRESS, QuantRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label, set_badge
from nemodesk.ui.widgets.progress import Progress
from nemodesk.ui.wording import badge_text, joined

# In steps of the grid: below the first, numbers stand under the name instead of in columns.
NARROW_STEPS = 170
COLUMN_STEPS = (16, 16, 40)
ACTION_STEPS = 38


class QuantLine(QFrame):
    """Name, quality, size, memory, speed, badge, and what can be done.

    Signals:
        use_requested(str): chat with this model of the library.
        download_requested(str): fetch the choice of this name.
        removal_requested(str): remove this model of the library, without asking.
    """

    use_requested = Signal(str)
    download_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, card_id: str, row: QuantRow, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.Row)
        self.row = row
        key = f"{card_id}:{row.name}"
        self.setObjectName(f"quant_{key}")
        self.setProperty("line", True)
        self._theme = theme
        self._name = ElidedLabel("strong")
        self._quality = make_label("", "muted", wraps=True)
        self._numbers = make_label("", "muted", wraps=True)
        self._columns = [make_label("") for _ in COLUMN_STEPS]
        self._badge = make_label("", "badge")
        self._state = make_label("", "small")
        self._progress = Progress(f"quant_progress_{key}", row.name)
        self.use_button = Button(f"use_quant_{key}", self.tr("Use"), kind="secondary")
        self.download_button = Button(
            f"download_quant_{key}", self.tr("Download"), kind="secondary", icon="download"
        )
        self.remove_button = Button(
            f"remove_quant_{key}", self.tr("Remove"), kind="icon", icon="trash"
        )
        # It takes the width that there is: columns must not keep a narrow window from narrowing.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.use_button.clicked.connect(lambda: self.use_requested.emit(self.row.model_id))
        self.download_button.clicked.connect(lambda: self.download_requested.emit(self.row.name))
        self.remove_button.clicked.connect(lambda: self.removal_requested.emit(self.row.model_id))
        self.show_row(row)

    def show_row(self, row: QuantRow) -> None:
        """Say what is known of it now."""
        self.row = row
        parts = (row.quality, row.size, row.memory, row.speed, badge_text(row.badge), row.state)
        self.setAccessibleName(f"{row.name}: {', '.join(part for part in parts if part)}")
        self._name.setText(row.name)
        self._quality.setText(row.quality)
        self._quality.setVisible(bool(row.quality))
        self._numbers.setText(joined(row.size, row.memory, row.speed))
        for label, text in zip(self._columns, (row.size, row.memory, row.speed), strict=True):
            label.setText(text or "-")
        set_badge(self._badge, badge_text(row.badge), row.badge)
        is_coming = row.progress != NO_PROGRESS
        self._progress.setVisible(is_coming)
        self._progress.show_share(row.progress)
        self._state.setText(row.state)
        self._state.setVisible(bool(row.state))
        self.use_button.setVisible(bool(row.model_id))
        self.remove_button.setVisible(row.is_removable)
        self.download_button.setVisible(
            row.can_download and not row.model_id and not is_coming and not row.state
        )
        for button in (self.use_button, self.download_button, self.remove_button):
            button.setAccessibleDescription(joined(row.name, row.size))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.download_button.set_theme(theme)
        self.remove_button.set_theme(theme)
        self._row.setContentsMargins(0, theme.spacing(2), 0, theme.spacing(2))
        self._row.setSpacing(theme.spacing(3))
        self._words.setSpacing(theme.spacing(0.5))
        self._actions.setSpacing(theme.spacing(1))
        for label, steps in zip(self._columns, COLUMN_STEPS, strict=True):
            label.setFixedWidth(theme.spacing(steps))
        self._progress.setFixedWidth(theme.spacing(22))
        self._action_widget.setMinimumWidth(theme.spacing(ACTION_STEPS))
        self._fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the numbers under the name where there is no room for columns."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        is_narrow = width < self._theme.spacing(NARROW_STEPS)
        self._numbers.setVisible(is_narrow)
        for label in self._columns:
            label.setVisible(not is_narrow)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._words = QVBoxLayout()
        first = QHBoxLayout()
        first.setSpacing(self._theme.spacing(2))
        first.addWidget(self._name)
        first.addWidget(self._badge)
        first.addStretch(1)
        self._words.addLayout(first)
        self._words.addWidget(self._quality)
        self._words.addWidget(self._numbers)
        self._row.addLayout(self._words, 1)
        for label in self._columns:
            self._row.addWidget(label)
        self._action_widget = QWidget()
        self._actions = QHBoxLayout(self._action_widget)
        self._actions.setContentsMargins(0, 0, 0, 0)
        self._actions.addStretch(1)
        for widget in (self._progress, self._state):
            self._actions.addWidget(widget)
        for button in (self.remove_button, self.use_button, self.download_button):
            self._actions.addWidget(button)
        self._row.addWidget(self._action_widget)
        self.set_theme(self._theme)

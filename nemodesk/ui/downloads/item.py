# SPDX-License-Identifier: Apache-2.0
"""One download in the list: how far it is, and what can be done with it. It does none of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout

from nemodesk.ui.rows import DownloadRow, DownloadState
from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.widgets.progress import Progress

# In steps of the grid.
_NARROW_STEPS = 140
_RESTING: frozenset[DownloadState] = frozenset({"waiting", "paused", "failed"})


class DownloadItem(QFrame):
    """Name, bar, words, and the buttons that make sense now.

    Signals:
        pause_requested(str), resume_requested(str), retry_requested(str), cancel_requested(str):
            of the download with this id.
        move_requested(str, int): one place up (-1) or down (+1).
        use_requested(str): chat with this model of the library.
    """

    pause_requested = Signal(str)
    resume_requested = Signal(str)
    retry_requested = Signal(str)
    cancel_requested = Signal(str)
    move_requested = Signal(str, int)
    use_requested = Signal(str)

    def __init__(self, row: DownloadRow, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.ListItem)
        self.row = row
        self._theme = theme
        self.setObjectName(f"download_item_{row.id}")
        self.setProperty("card", True)
        self._name = ElidedLabel("strong")
        self._detail = ElidedLabel("small")
        self._state_text = make_label("", "muted", wraps=True)
        self._failure = make_label("", "danger", wraps=True)
        set_role(self._failure, QAccessible.Role.AlertMessage)
        self.bar = Progress(f"progress_{row.id}", row.file_name)
        self._make_buttons()
        self._lay_out()
        self.show_row(row, can_go_up=False, can_go_down=False)

    def show_row(self, row: DownloadRow, *, can_go_up: bool, can_go_down: bool) -> None:
        """Say how it stands now."""
        sentence = say(row.sentence)
        has_failed_now = row.state == "failed" and bool(sentence)
        is_news = has_failed_now and (sentence != self._failure.text())
        self.row = row
        self.setAccessibleName(row.name)
        self.setAccessibleDescription(row.state_text)
        self._name.setText(row.name)
        self._detail.setText(row.detail)
        self._state_text.setText(row.state_text)
        self._failure.setText(sentence)
        self._failure.setAccessibleName(sentence)
        self._failure.setVisible(bool(sentence))
        self.bar.setAccessibleName(row.file_name)
        self.bar.show_share(row.progress, is_resting=row.state in _RESTING)
        self.bar.setVisible(row.state != "done")
        had_focus = any(button.hasFocus() for button in self._buttons)
        shown = {
            self.pause_button: row.state in {"waiting", "running"},
            self.resume_button: row.state == "paused",
            self.retry_button: row.state == "failed",
            self.use_button: bool(row.model_id),
            self.up_button: can_go_up,
            self.down_button: can_go_down,
            self.cancel_button: row.state != "done",
            self.clear_button: row.state == "done",
        }
        for button, is_shown in shown.items():
            button.setVisible(is_shown)
            button.setAccessibleDescription(row.name)
        if had_focus and not any(button.hasFocus() for button in self._buttons):
            # The pressed button has gone: its place is taken by the first that makes sense now.
            next(button for button in self._buttons if not button.isHidden()).setFocus(
                Qt.FocusReason.OtherFocusReason
            )
        if is_news:
            announce_alert(self._failure)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the name where large text leaves no room beside it."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._top.setDirection(down if is_narrow else across)

    def _make_buttons(self) -> None:
        row_id = self.row.id
        self.pause_button = Button(f"pause_{row_id}", self.tr("Pause"), icon="pause")
        self.resume_button = Button(f"resume_{row_id}", self.tr("Resume"), icon="continue")
        self.retry_button = Button(f"retry_{row_id}", self.tr("Retry"), icon="regenerate")
        self.use_button = Button(f"use_download_{row_id}", self.tr("Use"), kind="primary")
        self.up_button = Button(f"up_{row_id}", self.tr("Move up"), kind="icon", icon="arrow_up")
        self.down_button = Button(
            f"down_{row_id}", self.tr("Move down"), kind="icon", icon="arrow_down"
        )
        self.cancel_button = Button(f"cancel_{row_id}", self.tr("Cancel"), kind="quiet")
        self.clear_button = Button(
            f"clear_{row_id}", self.tr("Remove from the list"), kind="icon", icon="close"
        )
        self._buttons = (
            self.use_button,
            self.pause_button,
            self.resume_button,
            self.retry_button,
            self.cancel_button,
            self.clear_button,
            self.up_button,
            self.down_button,
        )
        for button in self._buttons:
            button.set_theme(self._theme)
        self.pause_button.clicked.connect(lambda: self.pause_requested.emit(self.row.id))
        self.resume_button.clicked.connect(lambda: self.resume_requested.emit(self.row.id))
        self.retry_button.clicked.connect(lambda: self.retry_requested.emit(self.row.id))
        self.use_button.clicked.connect(lambda: self.use_requested.emit(self.row.model_id))
        self.up_button.clicked.connect(lambda: self.move_requested.emit(self.row.id, -1))
        self.down_button.clicked.connect(lambda: self.move_requested.emit(self.row.id, 1))
        for button in (self.cancel_button, self.clear_button):
            button.clicked.connect(lambda: self.cancel_requested.emit(self.row.id))

    def _lay_out(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        edge = theme.spacing(4)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.spacing(2))
        words = QVBoxLayout()
        words.setSpacing(theme.spacing(0.5))
        words.addWidget(self._name)
        words.addWidget(self._detail)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.spacing(1))
        buttons.addStretch(1)
        for button in (
            self.up_button,
            self.down_button,
            self.cancel_button,
            self.pause_button,
            self.resume_button,
            self.retry_button,
            self.use_button,
            self.clear_button,
        ):
            buttons.addWidget(button)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(theme.spacing(2))
        self._top.addLayout(words, 1)
        self._top.addLayout(buttons)
        column.addLayout(self._top)
        column.addWidget(self.bar)
        column.addWidget(self._state_text)
        column.addWidget(self._failure)

# SPDX-License-Identifier: Apache-2.0
"""Says where the models are and how a move of them goes. It moves nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.rows import StorageRow, WorkRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.widgets.progress import Progress

# In steps of the grid.
_NARROW_STEPS = 110


class FolderCard(QFrame):
    """The models folder, Move…, and a bar with Cancel while it moves.

    Signals:
        move_wanted(): let the person choose another folder.
        cancel_requested(): leave the models where they are.
    """

    move_wanted = Signal()
    cancel_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("models_folder")
        self.setProperty("card", True)
        self._theme = theme
        self._folder = ElidedLabel("strong")
        self._figures = make_label("", "muted", wraps=True)
        self._problem = make_label("", "danger", wraps=True)
        self.move_button = Button("move_models", self.tr("Move…"), icon="folder")
        self._title = make_label("", "strong", wraps=True)
        self._text = make_label("", "muted", wraps=True)
        self.bar = Progress("move_progress", self.tr("Moving your models"))
        self.cancel_button = Button("cancel_move", self.tr("Cancel"), kind="quiet")
        self._work = QWidget()
        self._work_column = QVBoxLayout(self._work)
        self._lay_out()
        self.move_button.clicked.connect(self.move_wanted)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.show_row(StorageRow())
        self.show_work(None)
        self.set_theme(theme)

    def show_row(self, row: StorageRow) -> None:
        """Say where the models are."""
        self._folder.setText(row.folder)
        self._figures.setText(row.figures)
        self._figures.setVisible(bool(row.figures))
        self._problem.setText(row.problem)
        self._problem.setVisible(bool(row.problem))
        self.move_button.setAccessibleDescription(row.folder)

    def show_work(self, row: WorkRow | None) -> None:
        """Say how far the move is; None: nothing moves."""
        had_focus = self.move_button.hasFocus() or self.cancel_button.hasFocus()
        self._work.setVisible(row is not None)
        self.move_button.setVisible(row is None)
        if row is not None:
            self._title.setText(row.title)
            self._text.setText(row.text)
            self.bar.show_share(row.progress)
            self.bar.setAccessibleDescription(row.text)
        if had_focus:
            (self.move_button if row is None else self.cancel_button).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the button below the words where there is no room beside them."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if is_narrow else across)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.move_button.set_theme(theme)
        self.cancel_button.set_theme(theme)
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(1))
        self._row.setSpacing(theme.spacing(3))
        self._work_column.setContentsMargins(0, theme.spacing(2), 0, 0)
        self._work_column.setSpacing(theme.spacing(1))

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self._folder, self._figures, self._problem):
            words.addWidget(label)
        self._row.addLayout(words, 1)
        self._row.addWidget(self.move_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addLayout(self._row)
        self._work_column.addWidget(self._title)
        self._work_column.addWidget(self.bar)
        below = QHBoxLayout()
        below.addWidget(self._text, 1)
        below.addWidget(self.cancel_button)
        self._work_column.addLayout(below)
        self._column.addWidget(self._work)
        set_role(self._problem, QAccessible.Role.AlertMessage)

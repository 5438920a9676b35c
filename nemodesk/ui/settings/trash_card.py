# SPDX-License-Identifier: Apache-2.0
"""Shows the removed models. It restores and deletes none."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.rows import StorageRow, TrashRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.widgets.question import Question, ask

# In steps of the grid.
_NARROW_STEPS = 110
_USUAL_DAYS = 30


class TrashCard(QFrame):
    """What is in the trash, with Restore for each and Empty trash… for all.

    Signals:
        restore_requested(str): take back the removal with this receipt.
        emptying_requested(): delete everything in it for good; the person was asked.
    """

    restore_requested = Signal(str)
    emptying_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("trash")
        self.setProperty("card", True)
        self._theme = theme
        self._row = StorageRow()
        self._lines: dict[str, _TrashLine] = {}
        self._figures = make_label("", "strong", wraps=True)
        self._sentence = make_label("", "muted", wraps=True)
        self.empty_button = Button("empty_trash", self.tr("Empty trash…"), icon="trash")
        self._list = QWidget()
        set_role(self._list, QAccessible.Role.List)
        self._list.setObjectName("trash_list")
        self._list.setAccessibleName(self.tr("Removed models"))
        self._list_column = QVBoxLayout(self._list)
        self._column = QVBoxLayout(self)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._figures)
        words.addWidget(self._sentence)
        self._top.addLayout(words, 1)
        self._top.addWidget(self.empty_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addLayout(self._top)
        self._column.addWidget(self._list)
        self.empty_button.clicked.connect(self.ask_to_empty)
        self.show_row(StorageRow())
        self.show_days(_USUAL_DAYS)
        self.set_theme(theme)

    def show_row(self, row: StorageRow) -> None:
        """Say what is in it."""
        self._row = row
        self._figures.setText(row.trash_figures or self.tr("The trash is empty."))
        self.empty_button.setEnabled(bool(row.trash_figures))
        self.empty_button.setAccessibleDescription(row.trash_figures)
        self._show_lines(row.trash)

    def show_days(self, days: int) -> None:
        """Say how long removed models stay."""
        sentence = self.tr("Removed models stay here for %1 days. They take room until then.")
        if days == 1:
            sentence = self.tr("Removed models stay here for a day. They take room until then.")
        self._sentence.setText(sentence.replace("%1", str(days)))

    def ask_to_empty(self) -> Question:
        """Ask whether all of it shall go for good."""
        question = Question(
            self.tr("Empty the trash?"),
            self.tr("%1 will be deleted for good. This cannot be undone.").replace(
                "%1", self._row.trash_figures
            ),
            yes=self.tr("Delete for good"),
            no=self.tr("Keep"),
            theme=self._theme,
        )
        question.accepted.connect(self.emptying_requested)
        ask(self.window(), question, self._theme)
        return question

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the button below the words where there is no room beside them."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._top.setDirection(down if is_narrow else across)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))
        self._top.setSpacing(theme.spacing(3))
        self._list_column.setContentsMargins(0, 0, 0, 0)
        self._list_column.setSpacing(0)
        for part in (self.empty_button, *self._lines.values()):
            part.set_theme(theme)

    def _show_lines(self, rows: Sequence[TrashRow]) -> None:
        wanted = {row.id for row in rows}
        for gone in [row_id for row_id in self._lines if row_id not in wanted]:
            line = self._lines.pop(gone)
            if line.restore_button.hasFocus():
                self.empty_button.setFocus()
            line.hide()
            line.deleteLater()
        for place, row in enumerate(rows):
            if row.id not in self._lines:
                line = self._lines[row.id] = _TrashLine(row, self._theme)
                line.restore_requested.connect(self.restore_requested)
                self._list_column.insertWidget(place, line)
        self._list.setVisible(bool(rows))


class _TrashLine(QFrame):
    """One removed model.

    Signals:
        restore_requested(str): take it back.
    """

    restore_requested = Signal(str)

    def __init__(self, row: TrashRow, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.ListItem)
        self.setObjectName(f"trash_{row.id}")
        self.setAccessibleName(f"{row.name}: {row.detail}")
        self.setProperty("line", True)
        name, detail = ElidedLabel(), make_label(row.detail, "small", wraps=True)
        name.setText(row.name)
        self.restore_button = Button(f"restore_{row.id}", self.tr("Restore"), kind="quiet")
        self.restore_button.setAccessibleDescription(row.name)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(detail)
        self._layout = QHBoxLayout(self)
        self._layout.addLayout(words, 1)
        self._layout.addWidget(self.restore_button)
        self.restore_button.clicked.connect(lambda: self.restore_requested.emit(row.id))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self.restore_button.set_theme(theme)
        self._layout.setContentsMargins(0, theme.spacing(2), 0, theme.spacing(2))
        self._layout.setSpacing(theme.spacing(3))

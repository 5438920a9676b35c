# SPDX-License-Identifier: Apache-2.0
"""One model on a card: what it is, and what can be done with it. It does none of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from nemodesk.ui.rows import ModelRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label

# In steps of the grid.
_NARROW_STEPS = 125


class ModelCard(QFrame):
    """A model with Use, Details and Remove; removing asks once more, in place.

    Signals:
        use_requested(str): chat with this model.
        removal_requested(str): remove it from this computer.
    """

    use_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, row: ModelRow, theme: Theme, *, is_selected: bool) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.ListItem)
        self.row = row
        self._theme = theme
        self.setObjectName(f"model_card_{row.id}")
        self.setProperty("card", True)
        self.setProperty("current", is_selected)
        self.setAccessibleName(row.name)
        self.setAccessibleDescription(row.detail)
        self._make_buttons(is_selected=is_selected)
        self._details: QWidget | None = None
        self._confirm = self._make_confirmation()
        self._column = QVBoxLayout(self)
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.spacing(3))
        self._top = self._make_top(is_selected=is_selected)
        self._column.addLayout(self._top)
        self._column.addWidget(self._confirm)
        self._confirm.hide()

    def matches(self, text: str) -> bool:
        """Return whether the model is one that the person looks for."""
        words = text.casefold().split()
        about = f"{self.row.name} {self.row.detail} {self.row.id} {self.row.location}".casefold()
        return all(word in about for word in words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the name where large text leaves no room beside it."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._top.setDirection(down if is_narrow else across)

    def _make_buttons(self, *, is_selected: bool) -> None:
        row_id, name = self.row.id, self.row.name
        kind = "secondary" if is_selected else "primary"
        self.use_button = Button(f"use_{row_id}", self.tr("Use"), kind=kind)
        self.details_button = Button(f"details_{row_id}", self.tr("Details"), kind="quiet")
        self.remove_button = Button(f"remove_{row_id}", self.tr("Remove"), kind="quiet")
        for button in (self.use_button, self.details_button, self.remove_button):
            button.setAccessibleDescription(name)
        self.remove_button.setVisible(self.row.removable)
        self.use_button.clicked.connect(lambda: self.use_requested.emit(row_id))
        self.details_button.clicked.connect(self._toggle_details)
        self.remove_button.clicked.connect(self._ask)

    def _make_top(self, *, is_selected: bool) -> QBoxLayout:
        theme = self._theme
        picture = QLabel()
        picture.setPixmap(theme.pixmap("models", "accent", theme.spacing(7)))
        name = ElidedLabel("strong")
        name.setText(self.row.name)
        detail = ElidedLabel("muted")
        detail.setText(self.row.detail)
        name_row = QHBoxLayout()
        name_row.setSpacing(theme.spacing(2))
        name_row.addWidget(name)
        if is_selected:
            name_row.addWidget(make_label(self.tr("In use"), "badge"))
        name_row.addStretch(1)
        text = QVBoxLayout()
        text.setSpacing(theme.spacing(0.5))
        text.addLayout(name_row)
        text.addWidget(detail)
        about = QHBoxLayout()
        about.setSpacing(theme.spacing(4))
        about.addWidget(picture)
        about.addLayout(text, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.spacing(2))
        buttons.addStretch(1)
        for button in (self.details_button, self.remove_button, self.use_button):
            buttons.addWidget(button)
        top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        top.setSpacing(theme.spacing(2))
        top.addLayout(about, 1)
        top.addLayout(buttons)
        return top

    def _make_confirmation(self) -> QWidget:
        theme = self._theme
        panel = QWidget()
        question = make_label(
            self.tr("Remove {0} from this computer? Chats with it stay.").format(self.row.name),
            wraps=True,
        )
        keep = Button(f"keep_{self.row.id}", self.tr("Keep"), kind="secondary")
        remove = Button(f"confirm_{self.row.id}", self.tr("Remove for good"), kind="danger")
        keep.clicked.connect(self._keep)
        remove.clicked.connect(lambda: self.removal_requested.emit(self.row.id))
        line = QHBoxLayout(panel)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.spacing(2))
        line.addWidget(question, 1)
        line.addWidget(keep)
        line.addWidget(remove)
        self._keep_button = keep
        return panel

    def _ask(self) -> None:
        self._confirm.show()
        self._keep_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        self._confirm.hide()
        self.remove_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle_details(self) -> None:
        if self._details is None:
            self._details = self._make_details()
            self._column.addWidget(self._details)
            self._details.show()
        else:
            self._details.setVisible(not self._details.isVisibleTo(self))

    def _make_details(self) -> QWidget:
        theme = self._theme
        panel = QWidget()
        grid = QGridLayout(panel)
        grid.setContentsMargins(theme.spacing(11), 0, 0, 0)
        grid.setHorizontalSpacing(theme.spacing(4))
        grid.setVerticalSpacing(theme.spacing(1))
        grid.setColumnStretch(1, 1)
        facts = [*self.row.facts]
        if self.row.location:
            facts.append((self.tr("Where"), self.row.location))
        facts.append((self.tr("Name for the command line"), self.row.id))
        for line, (label, text) in enumerate(facts):
            value = make_label(text, wraps=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(make_label(label, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
        return panel

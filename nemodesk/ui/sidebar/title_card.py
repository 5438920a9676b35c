# SPDX-License-Identifier: Apache-2.0
"""Asks for another title of a chat, on a card in the window. It renames nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class TitleCard(QWidget):
    """A field with the present title, and what is done with it.

    Signals:
        title_chosen(str): give the chat this title.
        closed(): the person is done, with or without another title.
    """

    title_chosen = Signal(str)
    closed = Signal()

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("title_card")
        self.setAccessibleName(self.tr("Rename the chat"))
        self.field = QLineEdit(title)
        self.field.setObjectName("chat_title")
        self.field.setAccessibleName(self.tr("Chat title"))
        self.field.selectAll()
        self.save_button = Button("save_title", self.tr("Save title"), kind="primary")
        cancel = Button("cancel_title", self.tr("Cancel"))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.spacing(2))
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        edge = theme.spacing(5)
        column.setContentsMargins(edge, theme.spacing(4), edge, theme.spacing(4))
        column.setSpacing(theme.spacing(3))
        column.addWidget(make_label(self.accessibleName(), "title"))
        column.addWidget(self.field)
        column.addLayout(buttons)
        self.setMinimumWidth(min(theme.spacing(100), 9 * theme.smallest_window.width() // 10))
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._save)
        self.save_button.clicked.connect(self._save)
        cancel.clicked.connect(self.closed)
        self._on_typed(title)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(reason)

    def _on_typed(self, text: str) -> None:
        self.save_button.setEnabled(bool(text.strip()))

    def _save(self) -> None:
        title = " ".join(self.field.text().split())
        if title:
            self.closed.emit()
            self.title_chosen.emit(title)

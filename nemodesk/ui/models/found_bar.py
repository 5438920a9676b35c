# SPDX-License-Identifier: Apache-2.0
"""Says which models other programs have on this computer and offers them. It reads none."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class FoundBar(QFrame):
    """One sentence with Use them and Not now.

    Signals:
        accepted(): use the models in place.
        declined(): do not offer them any more.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.Notification)
        self.setObjectName("found_bar")
        self.setProperty("card", "found")
        self._picture = QLabel()
        self._sentence = make_label("", wraps=True)
        self.use_button = Button("use_found", self.tr("Use them"), kind="secondary")
        self.later_button = Button("decline_found", self.tr("Not now"), kind="quiet")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._picture)
        self._row.addWidget(self._sentence, 1)
        self._row.addWidget(self.later_button)
        self._row.addWidget(self.use_button)
        self.use_button.clicked.connect(self.accepted)
        self.later_button.clicked.connect(self.declined)
        self.set_theme(theme)
        self.hide()

    def show_sentence(self, sentence: str) -> None:
        """Offer what the sentence says; empty: there is nothing to offer."""
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        for button in (self.use_button, self.later_button):
            button.setAccessibleDescription(sentence)
        self.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._picture.setPixmap(theme.pixmap("folder", "accent", theme.spacing(5)))
        edge = theme.spacing(2)
        self._row.setContentsMargins(theme.spacing(4), edge, edge, edge)
        self._row.setSpacing(theme.spacing(3))

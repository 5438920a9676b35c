# SPDX-License-Identifier: Apache-2.0
"""A sheet over the window that asks for something, and a button for it. It does nothing."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.card_layout import fill_card
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.overlay import Overlay

_WIDTH_STEPS = 132


class Sheet(QWidget):
    """Title, words, what a subclass adds to `content`, a problem in place, and two buttons.

    Signals:
        cancelled(): the person wants none of it.

    Attributes:
        accept_button: the one that does it; a subclass decides what it means.
    """

    cancelled = Signal()

    def __init__(
        self, name: str, title: str, sentence: str, *, accept: str, theme: Theme, kind: str
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.theme = theme
        self.accept_button = Button(f"{name}_accept", accept, kind=kind)
        # Not self.tr: that looks under the name of the subclass.
        cancel = QCoreApplication.translate("Sheet", "Cancel")
        self.cancel_button = Button(f"{name}_cancel", cancel)
        self._problem = make_label("", "danger", wraps=True)
        set_role(self._problem, QAccessible.Role.AlertMessage)
        self._problem.hide()
        self.content = QVBoxLayout()
        self.content.setSpacing(theme.spacing(3))
        words = (make_label(title, "title", wraps=True), make_label(sentence, wraps=True))
        parts = (*words, self.content, self._problem)
        fill_card(self, parts, (self.cancel_button, self.accept_button), theme)
        self.setMinimumWidth(
            min(theme.spacing(_WIDTH_STEPS), theme.smallest_window.width() * 4 // 5)
        )
        self.cancel_button.clicked.connect(self.cancelled)

    def show_problem(self, sentence: str) -> None:
        """Say why it cannot be done so; empty takes that away."""
        sentence = say(sentence)
        self._problem.setText(sentence)
        self._problem.setAccessibleName(sentence)
        self._problem.setVisible(bool(sentence))
        if sentence:
            announce_alert(self._problem)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the button that changes nothing."""
        self.cancel_button.setFocus(reason)


def open_sheet(window: QWidget, sheet: Sheet) -> Overlay:
    """Show a sheet over the window; Esc and a click beside it change nothing."""
    overlay = Overlay(window, sheet, sheet.theme)
    sheet.cancelled.connect(overlay.close_card)
    return overlay

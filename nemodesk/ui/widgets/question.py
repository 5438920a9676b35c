# SPDX-License-Identifier: Apache-2.0
"""Asks before something that cannot be undone. It does nothing itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.card_layout import fill_card
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.overlay import Overlay


class Question(QWidget):
    """What would happen, a button that does it, and one that does not, which has the keyboard.

    Signals:
        accepted(): do it.
        declined(): leave it.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self, title: str, sentence: str, *, yes: str, no: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("question")
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.yes_button = Button("question_yes", yes, kind="danger")
        self.no_button = Button("question_no", no)
        for button in (self.yes_button, self.no_button):
            button.setAccessibleDescription(sentence)
        words = (make_label(title, "title", wraps=True), make_label(sentence, wraps=True))
        column = fill_card(self, words, (self.no_button, self.yes_button), theme)
        column.insertSpacing(len(words), theme.spacing(2))
        self.setMinimumWidth(min(theme.spacing(110), 9 * theme.smallest_window.width() // 10))
        self.yes_button.clicked.connect(self.accepted)
        self.no_button.clicked.connect(self.declined)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the button that changes nothing."""
        self.no_button.setFocus(reason)


def ask(window: QWidget, question: Question, theme: Theme) -> Overlay:
    """Show a question over the window; Esc and a click beside it change nothing."""
    overlay = Overlay(window, question, theme)
    question.accepted.connect(overlay.close_card)
    question.declined.connect(overlay.close_card)
    return overlay

# SPDX-License-Identifier: Apache-2.0
"""Takes the key for Hugging Face, and never shows it. It keeps none."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.card_layout import fill_card
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.widgets.question import Question, ask

_LONGEST_KEY = 500


class KeyCard(QFrame):
    """Says whether there is a key; buttons to set, replace and remove it.

    Signals:
        key_set(str): keep this key. Never log it.
        key_removed(): forget the key; the person was asked.
    """

    key_set = Signal(str)
    key_removed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("hub_key")
        self.setProperty("card", True)
        self._theme = theme
        self._state = make_label("", "strong", wraps=True)
        self._sentence = make_label(
            self.tr(
                "Some models are given only to people who have accepted their licence at Hugging "
                "Face. A key (“access token”) of your account there opens them. “Read” is enough."
            ),
            "muted",
            wraps=True,
        )
        self._note = make_label("", "small", wraps=True)
        self.set_button = Button("set_hub_key", self.tr("Add a key…"), icon="lock")
        self.replace_button = Button("replace_hub_key", self.tr("Replace the key…"), icon="lock")
        self.remove_button = Button("remove_hub_key", self.tr("Remove the key…"), icon="trash")
        self._column = QVBoxLayout(self)
        for label in (self._state, self._sentence, self._note):
            self._column.addWidget(label)
        self._buttons = FlowLayout()
        for button in (self.set_button, self.replace_button, self.remove_button):
            self._buttons.addWidget(button)
        self._column.addLayout(self._buttons)
        self.set_button.clicked.connect(self.ask_for_key)
        self.replace_button.clicked.connect(self.ask_for_key)
        self.remove_button.clicked.connect(self.ask_to_remove)
        self.show_state(is_set=False, note="")
        self.set_theme(theme)

    def show_state(self, *, is_set: bool, note: str) -> None:
        """Say whether there is a key, and where it is or what wins over it."""
        self._state.setText(self.tr("A key is kept.") if is_set else self.tr("There is no key."))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.set_button.setVisible(not is_set)
        self.replace_button.setVisible(is_set)
        self.remove_button.setVisible(is_set)

    def ask_for_key(self) -> "KeySheet":
        """Let the person write a key."""
        sheet = KeySheet(self._theme)
        overlay = Overlay(self.window(), sheet, self._theme)
        sheet.written.connect(overlay.close_card)
        sheet.cancelled.connect(overlay.close_card)
        sheet.written.connect(self.key_set)
        return sheet

    def ask_to_remove(self) -> Question:
        """Ask whether the key shall go."""
        question = Question(
            self.tr("Remove the key?"),
            self.tr("Models that need it cannot be downloaded then. The key itself stays valid."),
            yes=self.tr("Remove"),
            no=self.tr("Keep"),
            theme=self._theme,
        )
        question.accepted.connect(self.key_removed)
        ask(self.window(), question, self._theme)
        return question

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(4))
        self._column.setSpacing(theme.spacing(2))
        self._buttons.setSpacing(theme.spacing(2))
        for button in (self.set_button, self.replace_button, self.remove_button):
            button.set_theme(theme)


class KeySheet(QWidget):
    """Asks for a key; what is written is not readable.

    Signals:
        written(str): the key.
        cancelled(): none.
    """

    written = Signal(str)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        title = self.tr("The key for Hugging Face")
        self.setObjectName("hub_key_sheet")
        self.setAccessibleName(title)
        self.field = QLineEdit()
        self.field.setObjectName("hub_key_field")
        self.field.setAccessibleName(title)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText("hf_…")
        self.field.setMaxLength(_LONGEST_KEY)
        self._problem = make_label("", "danger", wraps=True)
        self._problem.hide()
        self.save_button = Button("hub_key_save", self.tr("Keep the key"), kind="primary")
        self.cancel_button = Button("hub_key_cancel", self.tr("Cancel"))
        self._lay_out(title, theme)
        self.field.textChanged.connect(self._update)
        self.field.returnPressed.connect(self._save)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancelled)
        self._update()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(reason)

    def _lay_out(self, title: str, theme: Theme) -> None:
        sentence = self.tr("Copy it from your account's page “Access Tokens” at Hugging Face.")
        words = (make_label(title, "title", wraps=True), make_label(sentence, wraps=True))
        parts = (*words, self.field, self._problem)
        fill_card(self, parts, (self.cancel_button, self.save_button), theme)
        self.setMinimumWidth(min(theme.spacing(110), 9 * theme.smallest_window.width() // 10))

    def _update(self) -> None:
        self.save_button.setEnabled(bool(self.field.text().strip()))
        self._problem.hide()

    def _save(self) -> None:
        key = self.field.text().strip()
        if not key:
            return
        # It becomes a header of a request: anything else would break it, or worse.
        if not key.isascii() or not key.isprintable() or " " in key:
            self._problem.setText(self.tr("This is no key: it has spaces or other signs in it."))
            self._problem.show()
            return
        self.field.clear()
        self.written.emit(key)

# SPDX-License-Identifier: Apache-2.0
"""The password that NemoDesk asks for, and when it locks by itself. It keeps no password."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from nemodesk.ui.rows import PrivacyRow
from nemodesk.ui.settings.vault_sheets import PasswordSheet
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.choice import Chips, Option
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.question import Question, ask
from nemodesk.ui.widgets.sheet import open_sheet

_MINUTES = (5, 15, 60)


class PasswordCard(QFrame):
    """Set, change, remove; lock now; lock after some time.

    Signals:
        password_chosen(str): ask for this one from now on.
        removal_requested(): ask for none any more; the person was asked.
        lock_requested(): lock the window now.
        minutes_chosen(object): lock after so many minutes without use; 0: only at the start.
    """

    password_chosen = Signal(str)
    removal_requested = Signal()
    lock_requested = Signal()
    minutes_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("password")
        self.setProperty("card", True)
        self._theme = theme
        self._row = PrivacyRow()
        self._state = make_label("", "strong", wraps=True)
        self._detail = make_label("", "muted", wraps=True)
        self.set_button = Button("set_password", self.tr("Set a password…"))
        self.change_button = Button("change_password", self.tr("Change the password…"))
        self.remove_button = Button("remove_password", self.tr("Remove the password…"))
        self.lock_button = Button("lock_now", self.tr("Lock now"), icon="lock")
        self._lock_title = make_label(self.tr("Lock by itself"), "strong")
        options = (
            Option(0, self.tr("Only at the start")),
            *(Option(n, self.tr("After %1 minutes").replace("%1", str(n))) for n in _MINUTES),
        )
        self.minutes = Chips("lock_minutes", self.tr("Lock by itself"), options, theme)
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons)
        self._column = QVBoxLayout(self)
        for part in (self._state, self._detail, self._buttons, self._lock_title, self.minutes):
            self._column.addWidget(part)
        self._all = (self.set_button, self.change_button, self.remove_button, self.lock_button)
        for button in self._all:
            self._flow.addWidget(button)
        self.set_button.clicked.connect(self.ask_for_password)
        self.change_button.clicked.connect(self.ask_for_password)
        self.remove_button.clicked.connect(self.ask_to_remove)
        self.lock_button.clicked.connect(self.lock_requested)
        self.minutes.chosen.connect(self.minutes_chosen)
        self.show_row(PrivacyRow())
        self.set_theme(theme)

    def show_row(self, row: PrivacyRow) -> None:
        """Say how it stands."""
        self._row = row
        self._state.setText(row.password)
        self._detail.setText(row.password_detail)
        self.set_button.setVisible(not row.has_password)
        self.set_button.setEnabled(row.is_encrypted or not row.needs_password)
        for part in (self.change_button, self.remove_button, self.lock_button):
            part.setVisible(row.has_password)
        self._lock_title.setVisible(row.has_password)
        self.minutes.setVisible(row.has_password)
        self.minutes.show_value(row.lock_minutes)

    def ask_for_password(self) -> PasswordSheet:
        """Let the person choose a password."""
        sentence = self.tr(
            "NemoDesk asks for it at each start, and when it was locked. It is not written down "
            "anywhere: only the recovery key helps whoever forgets it."
        )
        if not self._row.is_encrypted:
            sentence = self.tr(
                "NemoDesk asks for it at each start, and when it was locked. Without encryption it "
                "is a door only: whoever can read the files of this computer can read your chats."
            )
        sheet = PasswordSheet(sentence, self._theme)
        overlay = open_sheet(self.window(), sheet)
        sheet.accepted.connect(overlay.close_card)
        sheet.accepted.connect(self.password_chosen)
        return sheet

    def ask_to_remove(self) -> Question:
        """Ask whether there shall be no password any more."""
        sentence = self.tr("Whoever uses this computer can then open NemoDesk and read your chats.")
        if self._row.is_encrypted and self._row.needs_password:
            sentence = self.tr(
                "This computer has no keyring that could keep the key: NemoDesk then asks for the "
                "recovery key at each start."
            )
        question = Question(
            self.tr("Remove the password?"),
            sentence,
            yes=self.tr("Remove the password"),
            no=self.tr("Cancel"),
            theme=self._theme,
        )
        question.accepted.connect(self.removal_requested)
        ask(self.window(), question, self._theme)
        return question

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))
        self._flow.setSpacing(theme.spacing(2))
        for part in (*self._all, self.minutes):
            part.set_theme(theme)

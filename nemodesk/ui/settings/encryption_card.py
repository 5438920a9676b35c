# SPDX-License-Identifier: Apache-2.0
"""Says whether chats are encrypted and how a change of that goes. It changes nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.rows import PrivacyRow, WorkRow
from nemodesk.ui.settings.vault_sheets import EncryptSheet, KeySheet
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.progress import Progress
from nemodesk.ui.widgets.question import Question, ask
from nemodesk.ui.widgets.sheet import open_sheet


class EncryptionCard(QFrame):
    """State, the way to the other one, the recovery key, and a bar while it is changed.

    Signals:
        encryption_requested(): make a key, and let it be written down.
        encryption_confirmed(str): the key is written down; this password opens, if it is not empty.
        decryption_requested(): make the chats plain; the person was asked.
        recovery_key_requested(): show the recovery key again.
        save_requested(str): let the person choose a file for this recovery key.
        cancel_requested(): leave the chats as they are.
    """

    encryption_requested = Signal()
    encryption_confirmed = Signal(str)
    decryption_requested = Signal()
    recovery_key_requested = Signal()
    save_requested = Signal(str)
    cancel_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("encryption")
        self.setProperty("card", True)
        self._theme = theme
        self._row = PrivacyRow()
        self._state = make_label("", "strong", wraps=True)
        self._detail = make_label("", "muted", wraps=True)
        self.on_button = Button("encrypt_chats", self.tr("Encrypt my chats…"), icon="lock")
        self.off_button = Button("decrypt_chats", self.tr("Turn encryption off…"))
        self.key_button = Button("show_recovery", self.tr("Show the recovery key"))
        self._title = make_label("", "strong", wraps=True)
        self._text = make_label("", "muted", wraps=True)
        self.bar = Progress("encryption_progress", self.tr("Encrypting your chats"))
        self.cancel_button = Button("cancel_encryption", self.tr("Cancel"), kind="quiet")
        self._work = QWidget()
        self._work_column = QVBoxLayout(self._work)
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons)
        self._lay_out()
        self.on_button.clicked.connect(self.encryption_requested)
        self.off_button.clicked.connect(self.ask_to_decrypt)
        self.key_button.clicked.connect(self.recovery_key_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.show_row(PrivacyRow())
        self.show_work(None)
        self.set_theme(theme)

    def show_row(self, row: PrivacyRow) -> None:
        """Say how it stands."""
        self._row = row
        self._state.setText(row.encryption)
        self._detail.setText(row.encryption_detail)
        self.on_button.setVisible(not row.is_encrypted)
        self.off_button.setVisible(row.is_encrypted)
        self.key_button.setVisible(row.is_encrypted)

    def show_work(self, row: WorkRow | None) -> None:
        """Say how far a change is; None: nothing is being changed."""
        self._work.setVisible(row is not None)
        self._buttons.setVisible(row is None)
        if row is not None:
            self._title.setText(row.title)
            self._text.setText(row.text)
            self.bar.setAccessibleName(row.title)
            self.bar.show_share(row.progress)
            self.bar.setAccessibleDescription(row.text)

    def let_write_down(self, text: str) -> EncryptSheet:
        """Show the recovery key of chats that are about to be encrypted."""
        sheet = EncryptSheet(text, self._theme, needs_password=self._row.needs_password)
        overlay = open_sheet(self.window(), sheet)
        sheet.accepted.connect(overlay.close_card)
        sheet.accepted.connect(self.encryption_confirmed)
        sheet.save_requested.connect(lambda: self.save_requested.emit(text))
        return sheet

    def show_recovery_key(self, text: str) -> KeySheet:
        """Show the recovery key of encrypted chats."""
        sheet = KeySheet(text, self._theme)
        open_sheet(self.window(), sheet)
        sheet.save_requested.connect(lambda: self.save_requested.emit(text))
        return sheet

    def ask_to_decrypt(self) -> Question:
        """Ask whether the chats shall be plain again."""
        question = Question(
            self.tr("Turn encryption off?"),
            self.tr(
                "Whoever can read the files of this computer can then read your chats. The "
                "recovery key and the password are not needed any more."
            ),
            yes=self.tr("Turn encryption off"),
            no=self.tr("Cancel"),
            theme=self._theme,
        )
        question.accepted.connect(self.decryption_requested)
        ask(self.window(), question, self._theme)
        return question

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))
        self._flow.setSpacing(theme.spacing(2))
        self._work_column.setContentsMargins(0, 0, 0, 0)
        self._work_column.setSpacing(theme.spacing(1))
        for part in (self.on_button, self.off_button, self.key_button, self.cancel_button):
            part.set_theme(theme)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        for part in (self._state, self._detail, self._buttons, self._work):
            self._column.addWidget(part)
        for button in (self.on_button, self.key_button, self.off_button):
            self._flow.addWidget(button)
        self._work_column.addWidget(self._title)
        self._work_column.addWidget(self.bar)
        below = QHBoxLayout()
        below.addWidget(self._text, 1)
        below.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignTop)
        self._work_column.addLayout(below)

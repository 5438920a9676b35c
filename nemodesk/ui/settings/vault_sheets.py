# SPDX-License-Identifier: Apache-2.0
"""What is asked before chats are encrypted, before a password counts, and before all is erased.

The sheets check what can be seen from what was typed; they change nothing.
"""

import random

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.secret_field import SecretField
from nemodesk.ui.widgets.sheet import Sheet
from nemodesk.vault.password import SHORTEST

_COLUMNS = 7
_ASKED = 2
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that no group has, and the digits that were meant."""


class KeyGroups(QWidget):
    """A recovery key, group by group with numbers, to be written down; with Copy and Save.

    Signals:
        save_requested(): let the person choose a file for it.
    """

    save_requested = Signal()

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__()
        self._text = text
        grid = QGridLayout()
        grid.setSpacing(theme.spacing(2))
        for number, group in enumerate(text.split("-")):
            pair = QVBoxLayout()
            pair.setSpacing(0)
            code = QLabel(group)
            code.setProperty("type", "key")
            code.setFont(theme.font("code"))
            code.setAlignment(Qt.AlignmentFlag.AlignCenter)
            count = make_label(str(number + 1), "small")
            count.setAlignment(Qt.AlignmentFlag.AlignCenter)
            pair.addWidget(code)
            pair.addWidget(count)
            grid.addLayout(pair, number // _COLUMNS, number % _COLUMNS)
        # A key is read from the left in every language.
        box = QWidget()
        set_role(box, QAccessible.Role.StaticText)
        box.setObjectName("recovery_key_text")
        box.setAccessibleName(self.tr("Recovery key"))
        box.setAccessibleDescription(text)
        box.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        box.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        self.copy_button = Button("copy_recovery_key", self.tr("Copy"), icon="copy")
        self.save_button = Button("save_recovery_key", self.tr("Save…"))
        row = QHBoxLayout()
        row.setSpacing(theme.spacing(2))
        for button in (self.copy_button, self.save_button):
            button.set_theme(theme)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.spacing(2))
        column.addWidget(box)
        column.addLayout(row)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self.save_requested)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._text)
        self.copy_button.setText(self.tr("Copied"))


class EncryptSheet(Sheet):
    """Shows the recovery key of chats that are to be encrypted, and lets it be confirmed.

    Signals:
        accepted(str): encrypt, and let this password open the chats; empty: the keyring does.
        save_requested(): let the person choose a file for the recovery key.

    Args:
        needs_password: there is no keyring, so a password must open the chats.
        choice: picks the groups that are asked for.
    """

    accepted = Signal(str)
    save_requested = Signal()

    def __init__(
        self,
        text: str,
        theme: Theme,
        *,
        needs_password: bool,
        choice: random.Random | None = None,
    ) -> None:
        super().__init__(
            "encrypt_sheet",
            self.tr("Write down your recovery key"),
            self.tr(
                "It opens your chats when the keyring or the password is lost. Without it they are "
                "lost then, and nobody can help. Keep it on paper, or on another device."
            ),
            accept=self.tr("Encrypt my chats"),
            theme=theme,
            kind="primary",
        )
        self._groups = text.split("-")
        self._needs_password = needs_password
        self.key = KeyGroups(text, theme)
        self.key.save_requested.connect(self.save_requested)
        self.content.addWidget(self.key)
        self.content.addWidget(
            make_label(self.tr("Type two of its groups, so that it is right on your note:"))
        )
        picked = sorted((choice or random.SystemRandom()).sample(range(len(self._groups)), _ASKED))
        row = QHBoxLayout()
        row.setSpacing(theme.spacing(3))
        self.answers: dict[int, QLineEdit] = {}
        for number in picked:
            title = self.tr("Group %1").replace("%1", str(number + 1))
            edit = self.answers[number] = QLineEdit()
            edit.setObjectName(f"recovery_group_{number + 1}")
            edit.setAccessibleName(title)
            edit.setPlaceholderText(title)
            edit.returnPressed.connect(self._accept)
            row.addWidget(edit)
        self.content.addLayout(row)
        title = self.tr("Password") if needs_password else self.tr("Password (may stay empty)")
        self.password = SecretField("encrypt_password", title, theme)
        self.password.entered.connect(self._accept)
        self.content.addWidget(self.password)
        self.content.addWidget(make_label(self._password_text(), "small", wraps=True))
        self.accept_button.clicked.connect(self._accept)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard where the first group is typed."""
        next(iter(self.answers.values())).setFocus(reason)

    def _password_text(self) -> str:
        if self._needs_password:
            return self.tr(
                "This computer has no keyring that could keep the key, so a password has to open "
                "your chats at each start."
            )
        return self.tr(
            "Without a password your chats open by themselves while you are logged in to this "
            "computer. With one, NemoDesk asks for it at each start."
        )

    def _accept(self) -> None:
        for number, edit in self.answers.items():
            if edit.text().strip().upper().translate(_MISREAD) != self._groups[number]:
                group = self.tr("Group %1 is not right. Compare it with what stands above.")
                self.show_problem(group.replace("%1", str(number + 1)))
                edit.setFocus()
                return
        if problem := password_problem(self.password.text, is_needed=self._needs_password):
            self.show_problem(problem)
            self.password.setFocus()
            return
        self.accepted.emit(self.password.text)


class KeySheet(Sheet):
    """Shows the recovery key again.

    Signals:
        save_requested(): let the person choose a file for it.
    """

    save_requested = Signal()

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__(
            "key_sheet",
            self.tr("Your recovery key"),
            self.tr("Whoever has it can read your chats. Keep it on paper, or on another device."),
            accept=self.tr("Done"),
            theme=theme,
            kind="primary",
        )
        self.key = KeyGroups(text, theme)
        self.key.save_requested.connect(self.save_requested)
        self.content.addWidget(self.key)
        self.accept_button.clicked.connect(self.cancelled)
        self.cancel_button.hide()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on Done."""
        self.accept_button.setFocus(reason)


class PasswordSheet(Sheet):
    """Takes a new password twice.

    Signals:
        accepted(str): this is the password from now on.
    """

    accepted = Signal(str)

    def __init__(self, sentence: str, theme: Theme) -> None:
        super().__init__(
            "password_sheet",
            self.tr("Choose a password"),
            sentence,
            accept=self.tr("Set the password"),
            theme=theme,
            kind="primary",
        )
        self.first = SecretField("new_password", self.tr("New password"), theme)
        self.second = SecretField("new_password_again", self.tr("The same once more"), theme)
        for field in (self.first, self.second):
            field.entered.connect(self._accept)
            self.content.addWidget(field)
        self.accept_button.clicked.connect(self._accept)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the first field."""
        self.first.setFocus(reason)

    def _accept(self) -> None:
        problem = password_problem(self.first.text, is_needed=True)
        if not problem and self.first.text != self.second.text:
            problem = self.tr("The two are not the same.")
        if problem:
            self.show_problem(problem)
            self.first.setFocus()
        else:
            self.accepted.emit(self.first.text)


class EraseSheet(Sheet):
    """Asks whether everything shall be erased, with a word to be typed.

    Signals:
        accepted(): erase it.
    """

    accepted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            "erase_sheet",
            self.tr("Erase everything?"),
            self.tr(
                "All chats, attachments and their copies, all settings, keys and passwords, and "
                "the logs are erased for good, and NemoDesk closes. The models stay. "
                "Solid-state disks may keep old blocks for a while."
            ),
            accept=self.tr("Erase everything"),
            theme=theme,
            kind="danger",
        )
        self._word = self.tr("ERASE")
        title = self.tr("Type %1 to go on").replace("%1", self._word)
        self.word = QLineEdit()
        self.word.setObjectName("erase_word")
        self.word.setAccessibleName(title)
        self.word.setPlaceholderText(title)
        self.word.returnPressed.connect(self._accept)
        self.content.addWidget(self.word)
        self.accept_button.clicked.connect(self._accept)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard where the word is typed."""
        self.word.setFocus(reason)

    def _accept(self) -> None:
        if self.word.text().strip().casefold() == self._word.casefold():
            self.accepted.emit()
        else:
            self.show_problem(self.tr("Type the word %1 first.").replace("%1", self._word))
            self.word.setFocus()


def password_problem(password: str, *, is_needed: bool) -> str:
    """Return why a password cannot be taken; empty if it can."""
    if not password and not is_needed:
        return ""
    if len(password) >= SHORTEST:
        return ""
    sentence = QApplication.translate(
        "PasswordSheet",
        "A password needs %1 letters at least. Four words that do not belong together are easy "
        "to remember and hard to guess.",
    )
    return sentence.replace("%1", str(SHORTEST))

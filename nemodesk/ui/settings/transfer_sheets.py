# SPDX-License-Identifier: Apache-2.0
"""What is asked before a backup is made, opened or restored. The sheets do nothing of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nemodesk.exchange.backup.writing import SHORTEST_PASSPHRASE
from nemodesk.ui.rows import RestoreRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.choice import Chips, Option
from nemodesk.ui.widgets.field import Field
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.secret_field import SecretField
from nemodesk.ui.widgets.sheet import Sheet
from nemodesk.ui.widgets.switch import Switch


class BackupSheet(Sheet):
    """Asks for a passphrase, which may be left out.

    Signals:
        accepted(str, bool): back up with this passphrase, and with keys.
    """

    accepted = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            "backup_sheet",
            self.tr("Back up everything"),
            self.tr(
                "A passphrase seals the backup: nobody can open it without, and nobody can bring "
                "a lost one back. Without a passphrase, whoever has the file can read your chats."
            ),
            accept=self.tr("Choose a place…"),
            theme=theme,
            kind="primary",
        )
        self.first = SecretField("backup_passphrase", self.tr("Passphrase, if you like"), theme)
        self.second = SecretField("backup_again", self.tr("The same once more"), theme)
        title = self.tr("Also keep keys in it")
        self.keys = Switch("backup_keys", title, theme)
        sentence = self.tr("Such as the key for Hugging Face. Only with a passphrase.")
        for part in (
            self.first,
            self.second,
            Field(title, sentence, self.keys, theme, is_beside=True),
        ):
            self.content.addWidget(part)
        for field in (self.first, self.second):
            field.entered.connect(self._accept)
        self.first.changed.connect(self._fit)
        self.accept_button.clicked.connect(self._accept)
        self._fit()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the first field."""
        self.first.setFocus(reason)

    def _fit(self) -> None:
        """Only with a passphrase is there something to repeat, and something to keep safe."""
        has_passphrase = bool(self.first.text)
        self.second.setEnabled(has_passphrase)
        self.keys.setEnabled(has_passphrase)
        if not has_passphrase:
            self.keys.setChecked(False)

    def _accept(self) -> None:
        passphrase, problem = self.first.text, ""
        if 0 < len(passphrase) < SHORTEST_PASSPHRASE:
            problem = self.tr("A passphrase needs %1 characters at least.")
            problem = problem.replace("%1", str(SHORTEST_PASSPHRASE))
        elif passphrase and passphrase != self.second.text:
            problem = self.tr("The two are not the same.")
        self.show_problem(problem)
        if problem:
            self.first.setFocus()
        else:
            self.accepted.emit(passphrase, self.keys.isChecked())


class PassphraseSheet(Sheet):
    """Asks for the passphrase of a backup.

    Signals:
        accepted(str): open it with this one.
    """

    accepted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            "passphrase_sheet",
            self.tr("This backup is protected"),
            self.tr("Enter the passphrase that it was made with."),
            accept=self.tr("Open"),
            theme=theme,
            kind="primary",
        )
        self.field = SecretField("restore_passphrase", self.tr("Passphrase"), theme)
        self.field.entered.connect(self._accept)
        self.content.addWidget(self.field)
        self.accept_button.clicked.connect(self._accept)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(reason)

    def _accept(self) -> None:
        if self.field.text:
            self.accepted.emit(self.field.text)
        else:
            self.show_problem(self.tr("Enter the passphrase first."))
            self.field.setFocus()


class RestoreSheet(Sheet):
    """Shows what is in a backup, and asks what shall become of what is here.

    Signals:
        accepted(str): restore it, "merge" or "replace".
    """

    accepted = Signal(str)

    def __init__(self, row: RestoreRow, theme: Theme) -> None:
        super().__init__(
            "restore_sheet",
            self.tr("Restore this backup?"),
            row.made,
            accept=self.tr("Restore"),
            theme=theme,
            kind="primary",
        )
        self._way = "merge"
        for line in row.lines:
            self.content.addWidget(make_label(line, wraps=True))
        title = self.tr("The chats that are here")
        options = (
            Option("merge", self.tr("Keep them too")),
            Option("replace", self.tr("Put them into the trash")),
        )
        self.ways = Chips("restore_way", title, options, theme)
        self.ways.chosen.connect(self._take_way)
        box = QWidget()
        across = QHBoxLayout(box)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.spacing(3))
        across.addWidget(make_label(title, "strong"))
        across.addWidget(self.ways, 1)
        self.content.addWidget(box)
        self._note = make_label("", "muted", wraps=True)
        self.content.addWidget(self._note)
        self._row = row
        self._take_way("merge")
        self.accept_button.clicked.connect(lambda: self.accepted.emit(self._way))

    def _take_way(self, way: object) -> None:
        self._way = str(way)
        merge = self.tr("Chats that are not here are added, and the settings of the backup count.")
        self._note.setText(merge if way == "merge" else self._row.replacing)

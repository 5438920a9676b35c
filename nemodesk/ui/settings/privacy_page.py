# SPDX-License-Identifier: Apache-2.0
"""The page Privacy and security: encryption, password, connections, what is kept where.

It encrypts, locks and erases nothing.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.rows import FileRow, PrivacyRow
from nemodesk.ui.settings.encryption_card import EncryptionCard
from nemodesk.ui.settings.password_card import PasswordCard
from nemodesk.ui.settings.vault_sheets import EraseSheet
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.field import Field, FieldState
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.widgets.sheet import open_sheet
from nemodesk.ui.widgets.switch import Switch


class PrivacyPage(QWidget):
    """Cards below each other.

    Signals:
        offline_chosen(bool): make no connection at all, or make some again.
        erasing_requested(): erase everything; the person was asked.

    Attributes:
        encryption, password: cards with signals of their own.
    """

    offline_chosen = Signal(bool)
    erasing_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("privacy_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("Privacy and security"))
        self._theme = theme
        self._row = PrivacyRow()
        self.encryption = EncryptionCard(theme)
        self.password = PasswordCard(theme)
        title = self.tr("Work offline")
        sentence = self.tr(
            "NemoDesk then makes no connection at all: no search for models, no download."
        )
        self.offline = Switch("offline", title, theme)
        self._offline_field = Field(title, sentence, self.offline, theme, is_beside=True)
        self._files = _FilesCard(theme)
        self.erase_button = Button("erase_everything", self.tr("Erase everything…"), kind="danger")
        self._column = QVBoxLayout(self)
        self._lay_out()
        # Not clicked: the accessibility interface toggles.
        self.offline.toggled.connect(self._on_offline)
        self.erase_button.clicked.connect(self.ask_to_erase)
        self.set_theme(theme)

    def show_row(self, row: PrivacyRow) -> None:
        """Say how everything stands."""
        self._row = row
        self.encryption.show_row(row)
        self.password.show_row(row)
        self.offline.setChecked(row.is_offline)
        self.offline.setEnabled(not row.offline_note)
        self._offline_field.show_state(FieldState(note=row.offline_note))
        self._files.show_rows(row.files)

    def ask_to_erase(self) -> EraseSheet:
        """Ask whether everything shall be erased."""
        sheet = EraseSheet(self._theme)
        overlay = open_sheet(self.window(), sheet)
        sheet.accepted.connect(overlay.close_card)
        sheet.accepted.connect(self.erasing_requested)
        return sheet

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        edge = theme.spacing(4)
        self._offline_column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        parts = (self.encryption, self.password, self._offline_field, self.offline, self._files)
        for part in (*parts, self.erase_button):
            part.set_theme(theme)

    def _on_offline(self, is_on: bool) -> None:  # noqa: FBT001 - a slot
        if is_on != self._row.is_offline:
            self.offline_chosen.emit(is_on)

    def _lay_out(self) -> None:
        offline = QFrame()
        offline.setProperty("card", True)
        self._offline_column = QVBoxLayout(offline)
        self._offline_column.addWidget(self._offline_field)
        cards: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Encryption"), self.encryption),
            (self.tr("Password"), self.password),
            (self.tr("Connections"), offline),
            (self.tr("What is kept, and where"), self._files),
        )
        for title, card in cards:
            if card is not self.encryption:
                self._column.addSpacing(self._theme.spacing(5))
            self._column.addWidget(make_label(title, "title"))
            self._column.addWidget(card)
        self._column.addWidget(self.erase_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addStretch(1)


class _FilesCard(QFrame):
    """A line for each thing that is kept."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.List)
        self.setObjectName("kept_files")
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("What is kept, and where"))
        self._theme = theme
        self._rows: tuple[FileRow, ...] = ()
        self._lines: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self.set_theme(theme)

    def show_rows(self, rows: Sequence[FileRow]) -> None:
        """Show these."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = [self._make_line(row) for row in rows]
        for line in self._lines:
            self._column.addWidget(line)

    def set_theme(self, theme: Theme) -> None:
        """Take sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))

    def _make_line(self, row: FileRow) -> QWidget:
        line = QWidget()
        set_role(line, QAccessible.Role.ListItem)
        line.setAccessibleName(", ".join(part for part in (row.what, row.size, row.place) if part))
        name = make_label(row.what, wraps=True)
        size = make_label(row.size, "muted")
        place = ElidedLabel("small")
        place.setText(row.place)
        top = QHBoxLayout()
        top.addWidget(name, 1)
        top.addWidget(size, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(place)
        return line

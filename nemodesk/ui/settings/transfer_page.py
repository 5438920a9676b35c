# SPDX-License-Identifier: Apache-2.0
"""The page Backup and transfer: everything in one file, chats from others, chats for others.

It reads and writes nothing.
"""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.rows import RestoreRow
from nemodesk.ui.settings.transfer_sheets import BackupSheet, PassphraseSheet, RestoreSheet
from nemodesk.ui.settings.work_card import WorkCard
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.choice import Chips, Option
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.sheet import open_sheet


class TransferPage(QWidget):
    """Three cards below each other.

    Signals:
        backup_confirmed(str, bool): back up, sealed with this passphrase if it is not empty, and
            with keys in it.
        restore_requested(): let the person choose a backup.
        passphrase_entered(str): open the backup with it.
        restore_confirmed(str): restore it, "merge" or "replace".
        import_requested(bool): let the person choose a file, or a folder.
        export_requested(str): let the person choose a place for all chats in this format.

    Attributes:
        backup, importing, exporting: the cards.
    """

    backup_confirmed = Signal(str, bool)
    restore_requested = Signal()
    passphrase_entered = Signal(str)
    restore_confirmed = Signal(str)
    import_requested = Signal(bool)
    export_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transfer_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("Backup and transfer"))
        self._theme = theme
        self._format = "html"
        self.backup_button = Button("create_backup", self.tr("Back up…"), icon="archive")
        self.restore_button = Button("restore_backup", self.tr("Restore…"), icon="restore")
        self.file_button = Button("import_file", self.tr("Import a file…"), icon="open_file")
        self.folder_button = Button("import_folder", self.tr("Import a folder…"), icon="folder")
        self.export_button = Button("export_chats", self.tr("Export…"), icon="download")
        self.formats = Chips("export_format", self.tr("Format"), self._options(), theme)
        self._make_cards(theme)
        self._lay_out()
        self.backup_button.clicked.connect(self.ask_for_backup)
        self.restore_button.clicked.connect(self.restore_requested)
        self.file_button.clicked.connect(lambda: self.import_requested.emit(False))
        self.folder_button.clicked.connect(lambda: self.import_requested.emit(True))
        self.formats.chosen.connect(self._take_format)
        self.export_button.clicked.connect(lambda: self.export_requested.emit(self._format))
        self.set_theme(theme)

    @property
    def cards(self) -> Mapping[str, WorkCard]:
        """The cards by what is done in them."""
        return {"backup": self.backup, "import": self.importing, "export": self.exporting}

    def ask_for_backup(self) -> BackupSheet:
        """Ask how the backup shall be protected."""
        sheet = BackupSheet(self._theme)
        overlay = open_sheet(self.window(), sheet)
        sheet.accepted.connect(overlay.close_card)
        sheet.accepted.connect(self.backup_confirmed)
        return sheet

    def ask_for_passphrase(self, problem: str) -> PassphraseSheet:
        """Ask for the passphrase of a backup.

        Args:
            problem: what was wrong with the last one; empty at first.
        """
        sheet = PassphraseSheet(self._theme)
        overlay = open_sheet(self.window(), sheet)
        sheet.accepted.connect(overlay.close_card)
        sheet.accepted.connect(self.passphrase_entered)
        if problem:
            sheet.show_problem(problem)
        return sheet

    def offer_restoring(self, row: RestoreRow) -> RestoreSheet:
        """Show what is in a backup, and ask what shall become of what is here."""
        sheet = RestoreSheet(row, self._theme)
        overlay = open_sheet(self.window(), sheet)
        sheet.accepted.connect(overlay.close_card)
        sheet.accepted.connect(self.restore_confirmed)
        return sheet

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        for card in self.cards.values():
            card.set_theme(theme)

    def _options(self) -> tuple[Option, ...]:
        return (
            Option("html", self.tr("Web page")),
            Option("md", self.tr("Markdown")),
            Option("json", self.tr("JSON")),
            Option("jsonl", self.tr("JSON lines")),
        )

    def _take_format(self, value: object) -> None:
        self._format = str(value)

    def _make_cards(self, theme: Theme) -> None:
        self.backup = WorkCard(
            "backup_card",
            self.tr("Backup"),
            self.tr(
                "One file with your chats, your settings and the list of your models. Restore it "
                "here, or on another computer. The model files are not in it: they can be "
                "downloaded again."
            ),
            (self.backup_button, self.restore_button),
            theme,
        )
        self.importing = WorkCard(
            "import_card",
            self.tr("Import chats"),
            self.tr(
                "Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an "
                "archive as you downloaded it, or a folder. Chats that are here already are not "
                "taken in twice."
            ),
            (self.file_button, self.folder_button),
            theme,
        )
        self.exporting = WorkCard(
            "export_card",
            self.tr("Export chats"),
            self.tr(
                "All chats in one file: a web page or Markdown to read, JSON to keep everything, "
                "JSON lines for programs that train models. A single chat is exported from its "
                "menu in the list."
            ),
            (self.export_button,),
            theme,
            choice=self.formats,
        )

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        for card in self.cards.values():
            if card is not self.backup:
                self._column.addSpacing(self._theme.spacing(5))
            self._column.addWidget(make_label(card.accessibleName(), "title"))
            self._column.addWidget(card)
        self._column.addStretch(1)

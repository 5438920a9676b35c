# SPDX-License-Identifier: Apache-2.0
"""The page Backup and transfer as sessions know it, also before it is built. It joins nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nemodesk.ui.rows import RestoreRow, WorkRow

if TYPE_CHECKING:
    from nemodesk.ui.settings.transfer_page import TransferPage


class TransferDoor(QObject):
    """Takes facts for the page and passes its wishes on.

    Signals: those of the page, and
        cancel_requested(): end what is being done.
    """

    backup_confirmed = Signal(str, bool)
    restore_requested = Signal()
    passphrase_entered = Signal(str)
    restore_confirmed = Signal(str)
    import_requested = Signal(bool)
    export_requested = Signal(str)
    cancel_requested = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: tuple[str, WorkRow | None] = ("", None)
        self._reports: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.page: TransferPage | None = None

    def join(self, page: "TransferPage") -> None:
        """Tell a page that has just been built what is known, and pass its wishes on."""
        self.page = page
        page.backup_confirmed.connect(self.backup_confirmed)
        page.restore_requested.connect(self.restore_requested)
        page.passphrase_entered.connect(self.passphrase_entered)
        page.restore_confirmed.connect(self.restore_confirmed)
        page.import_requested.connect(self.import_requested)
        page.export_requested.connect(self.export_requested)
        for card in page.cards.values():
            card.cancel_requested.connect(self.cancel_requested)
        self.show_work(*self._work)
        for name, (sentence, details) in self._reports.items():
            self.show_report(name, sentence, details)

    def show_work(self, name: str, row: WorkRow | None) -> None:
        """Say on a card how far it is; None: nothing is being done anywhere."""
        self._work = (name, row)
        if self.page is not None:
            for card_name, card in self.page.cards.items():
                card.show_work(row if card_name == name else None)
                card.allow(is_allowed=row is None)

    def show_report(self, name: str, sentence: str, details: Sequence[str] = ()) -> None:
        """Say on a card what came of it."""
        self._reports[name] = (sentence, tuple(details))
        if self.page is not None:
            self.page.cards[name].show_report(sentence, details)

    def ask_for_passphrase(self, problem: str = "") -> None:
        """Ask for the passphrase of a backup."""
        if self.page is not None:
            self.page.ask_for_passphrase(problem)

    def offer_restoring(self, row: RestoreRow) -> None:
        """Show what is in a backup, and ask what shall become of what is here."""
        if self.page is not None:
            self.page.offer_restoring(row)

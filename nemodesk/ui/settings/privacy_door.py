# SPDX-License-Identifier: Apache-2.0
"""The page Privacy and security as sessions know it, also before it is built. It joins nothing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nemodesk.ui.rows import PrivacyRow, WorkRow

if TYPE_CHECKING:
    from nemodesk.ui.settings.privacy_page import PrivacyPage


class PrivacyDoor(QObject):
    """Takes facts for the page and passes its wishes on.

    Signals: those of the page and of its cards, and
        entered(): the person looks at the page.
    """

    entered = Signal()
    encryption_requested = Signal()
    encryption_confirmed = Signal(str)
    decryption_requested = Signal()
    recovery_key_requested = Signal()
    save_requested = Signal(str)
    cancel_requested = Signal()
    password_chosen = Signal(str)
    removal_requested = Signal()
    lock_requested = Signal()
    minutes_chosen = Signal(object)
    offline_chosen = Signal(bool)
    erasing_requested = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._row = PrivacyRow()
        self._work: WorkRow | None = None
        self.page: PrivacyPage | None = None

    def join(self, page: "PrivacyPage") -> None:
        """Tell a page that has just been built what is known, and pass its wishes on."""
        self.page = page
        page.show_row(self._row)
        page.encryption.show_work(self._work)
        encryption, password = page.encryption, page.password
        encryption.encryption_requested.connect(self.encryption_requested)
        encryption.encryption_confirmed.connect(self.encryption_confirmed)
        encryption.decryption_requested.connect(self.decryption_requested)
        encryption.recovery_key_requested.connect(self.recovery_key_requested)
        encryption.save_requested.connect(self.save_requested)
        encryption.cancel_requested.connect(self.cancel_requested)
        password.password_chosen.connect(self.password_chosen)
        password.removal_requested.connect(self.removal_requested)
        password.lock_requested.connect(self.lock_requested)
        password.minutes_chosen.connect(self.minutes_chosen)
        page.offline_chosen.connect(self.offline_chosen)
        page.erasing_requested.connect(self.erasing_requested)

    def show_row(self, row: PrivacyRow) -> None:
        """Say how everything stands."""
        self._row = row
        if self.page is not None:
            self.page.show_row(row)

    def show_work(self, row: WorkRow | None) -> None:
        """Say how far a change of the encryption is; None: nothing is being changed."""
        self._work = row
        if self.page is not None:
            self.page.encryption.show_work(row)

    def let_write_down(self, text: str) -> None:
        """Show a new recovery key on the page."""
        if self.page is not None:
            self.page.encryption.let_write_down(text)

    def show_recovery_key(self, text: str) -> None:
        """Show the recovery key again."""
        if self.page is not None:
            self.page.encryption.show_recovery_key(text)

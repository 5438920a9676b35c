# SPDX-License-Identifier: Apache-2.0
"""The room Settings as the rest of the window knows it: built when first entered. It joins nothing.

What is told before the room is built waits here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nemodesk.ui.rows import CheckRow, StorageRow, WorkRow
from nemodesk.ui.settings.privacy_door import PrivacyDoor
from nemodesk.ui.settings.transfer_door import TransferDoor
from nemodesk.ui.theme import Theme, ThemeChoice
from nemodesk.ui.widgets.file_dialog import choose_folder

if TYPE_CHECKING:
    from nemodesk.ui.settings.settings_room import SettingsRoom


class SettingsDoor(QObject):
    """Takes facts for the room and passes its wishes on.

    Signals:
        theme_selected(str): system, light, dark or high_contrast.
        welcome_requested(): show the first page again.
        move_requested(str): keep the models in this folder from now on.
        move_cancelled(): leave them where they are.
        verify_requested(), verify_stopped(): read and compare all models; that is enough.
        restore_requested(str): take back the removal with this receipt.
        emptying_requested(): delete for good what is in the trash.
        storage_entered(): the person looks at the page Models and storage.
        entered(): the room is built; it wants to know what counts.
        setting_chosen(str, object): the person wants this value for this setting.
        setting_reset(str): the person wants the setting's default again.
        key_set(str), key_removed(): keep this key for the hub; forget it.
    """

    theme_selected = Signal(str)
    welcome_requested = Signal()
    move_requested = Signal(str)
    move_cancelled = Signal()
    verify_requested = Signal()
    verify_stopped = Signal()
    restore_requested = Signal(str)
    emptying_requested = Signal()
    storage_entered = Signal()
    entered = Signal()
    setting_chosen = Signal(str, object)
    setting_reset = Signal(str)
    key_set = Signal(str)
    key_removed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._theme_choice: str = ThemeChoice.SYSTEM
        self._storage = StorageRow()
        self._move: WorkRow | None = None
        self._checks: tuple[CheckRow, ...] = ()
        self._check_work: WorkRow | None = None
        self.privacy = PrivacyDoor(self)
        self.transfer = TransferDoor(self)
        self.room: SettingsRoom | None = None

    def make_room(self, theme: Theme) -> "SettingsRoom":
        """Build the room with what has been told."""
        # Imported when first entered: the window is usable sooner.
        from nemodesk.ui.settings.settings_room import SettingsRoom  # noqa: PLC0415

        self.room = room = SettingsRoom(theme)
        room.general.show_theme_choice(self._theme_choice)
        room.storage.show_row(self._storage)
        room.storage.folder.show_work(self._move)
        room.storage.check.show_checks(self._checks)
        room.storage.check.show_work(self._check_work)
        self.privacy.join(room.privacy)
        self.transfer.join(room.transfer)
        room.privacy_entered.connect(self.privacy.entered)
        room.theme_selected.connect(self.theme_selected)
        room.welcome_requested.connect(self.welcome_requested)
        room.storage_entered.connect(self.storage_entered)
        storage = room.storage
        storage.folder.move_wanted.connect(self._choose_folder)
        storage.folder.cancel_requested.connect(self.move_cancelled)
        storage.check.verify_requested.connect(self.verify_requested)
        storage.check.stop_requested.connect(self.verify_stopped)
        storage.trash.restore_requested.connect(self.restore_requested)
        storage.trash.emptying_requested.connect(self.emptying_requested)
        room.setting_chosen.connect(self.setting_chosen)
        room.setting_reset.connect(self.setting_reset)
        room.connections.key.key_set.connect(self.key_set)
        room.connections.key.key_removed.connect(self.key_removed)
        self.entered.emit()
        return room

    def show_theme_choice(self, choice: str) -> None:
        """Mark which theme the person chose."""
        self._theme_choice = choice
        if self.room is not None:
            self.room.general.show_theme_choice(choice)

    def show_storage(self, row: StorageRow) -> None:
        """Say where the models are and what they take."""
        self._storage = row
        if self.room is not None:
            self.room.storage.show_row(row)

    def show_move(self, row: WorkRow | None) -> None:
        """Say how far a move of the models is; None: nothing moves."""
        self._move = row
        if self.room is not None:
            self.room.storage.folder.show_work(row)

    def show_checks(self, rows: Sequence[CheckRow], work: WorkRow | None) -> None:
        """Say how the models stand that are compared; None: nothing is being read."""
        self._checks, self._check_work = tuple(rows), work
        if self.room is not None:
            self.room.storage.check.show_checks(rows)
            self.room.storage.check.show_work(work)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        if self.room is not None:
            self.room.set_theme(theme)

    def _choose_folder(self) -> None:
        choose_folder(
            self._window,
            self.tr("Where to keep your models"),
            str(Path(self._storage.folder).parent),
            self.move_requested.emit,
        )

# SPDX-License-Identifier: Apache-2.0
"""The room Models as the rest of the window knows it: built when first entered. It joins nothing.

What is told before the room is built waits here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nemodesk.ui.rows import CardRow, HubRow
from nemodesk.ui.theme import Theme

if TYPE_CHECKING:
    from nemodesk.ui.models.models_room import ModelsRoom


class ModelsDoor(QObject):
    """Takes facts for the room and passes its wishes on.

    Signals: as of `ModelsRoom`, and
        entered(): the person looks at the room.
    """

    model_selected = Signal(str)
    download_requested = Signal(str, str)
    details_requested = Signal(str)
    removal_requested = Signal(str)
    undo_requested = Signal(int)
    link_requested = Signal(str)
    hub_search_requested = Signal(str)
    refresh_requested = Signal()
    file_requested = Signal()
    found_accepted = Signal()
    found_declined = Signal()
    entered = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._cards: tuple[CardRow, ...] = ()
        self._hub = HubRow()
        self._found = ""
        self.room: ModelsRoom | None = None

    def make_room(self, theme: Theme) -> "ModelsRoom":
        """Build the room with what has been told."""
        # Imported when first entered: the window is usable sooner.
        from nemodesk.ui.models.models_room import ModelsRoom  # noqa: PLC0415

        room = ModelsRoom(theme)
        room.show_cards(self._cards)
        room.show_hub(self._hub)
        room.show_found(self._found)
        room.model_selected.connect(self.model_selected)
        room.download_requested.connect(self.download_requested)
        room.details_requested.connect(self.details_requested)
        room.removal_requested.connect(self.removal_requested)
        room.undo_requested.connect(self.undo_requested)
        room.link_requested.connect(self.link_requested)
        room.hub_search_requested.connect(self.hub_search_requested)
        room.refresh_requested.connect(self.refresh_requested)
        room.file_requested.connect(self.file_requested)
        room.found_accepted.connect(self.found_accepted)
        room.found_declined.connect(self.found_declined)
        self.room = room
        return room

    def show_cards(self, rows: Sequence[CardRow]) -> None:
        """Show what is on this computer and what the catalog offers."""
        self._cards = tuple(rows)
        if self.room is not None:
            self.room.show_cards(rows)

    def show_hub(self, row: HubRow) -> None:
        """Show what a search of the hub has brought."""
        self._hub = row
        if self.room is not None:
            self.room.show_hub(row)

    def show_found(self, sentence: str) -> None:
        """Offer the models of other programs; empty: there are none."""
        self._found = sentence
        if self.room is not None:
            self.room.show_found(sentence)

    def offer_undo(self, sentence: str, number: int) -> None:
        """Offer for a moment to bring a removed model back."""
        if self.room is not None:
            self.room.offer_undo(sentence, number)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        if self.room is not None:
            self.room.set_theme(theme)

# SPDX-License-Identifier: Apache-2.0
"""The room Downloads as the rest of the window knows it: built when first entered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nemodesk.ui.rows import DownloadRow
from nemodesk.ui.theme import Theme

if TYPE_CHECKING:
    from nemodesk.ui.downloads.downloads_room import DownloadsRoom


class DownloadsDoor(QObject):
    """Takes facts for the room and passes its wishes on.

    Signals: as of `DownloadsRoom`, and
        progress_changed(object): thousandths of everything under way, or None.
    """

    pause_requested = Signal(str)
    resume_requested = Signal(str)
    retry_requested = Signal(str)
    cancel_requested = Signal(str)
    move_requested = Signal(str, int)
    limit_chosen = Signal(object)
    model_selected = Signal(str)
    models_requested = Signal()
    progress_changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[DownloadRow, ...] = ()
        self._limit: int | None = None
        self.room: DownloadsRoom | None = None

    def make_room(self, theme: Theme) -> "DownloadsRoom":
        """Build the room with what has been told."""
        # Imported when first entered: the window is usable sooner.
        from nemodesk.ui.downloads.downloads_room import DownloadsRoom  # noqa: PLC0415

        room = DownloadsRoom(theme)
        room.show_downloads(self._rows)
        room.speed_limit.show_limit(self._limit)
        room.pause_requested.connect(self.pause_requested)
        room.resume_requested.connect(self.resume_requested)
        room.retry_requested.connect(self.retry_requested)
        room.cancel_requested.connect(self.cancel_requested)
        room.move_requested.connect(self.move_requested)
        room.limit_chosen.connect(self.limit_chosen)
        room.model_selected.connect(self.model_selected)
        room.models_requested.connect(self.models_requested)
        self.room = room
        return room

    def show_downloads(self, rows: Sequence[DownloadRow]) -> None:
        """Show these, in this order."""
        self._rows = tuple(rows)
        if self.room is not None:
            self.room.show_downloads(rows)

    def show_limit(self, limit: int | None) -> None:
        """Say how fast downloads may be, in bytes a second; None: as fast as they can."""
        self._limit = limit
        if self.room is not None:
            self.room.speed_limit.show_limit(limit)

    def show_progress(self, thousandths: int | None) -> None:
        """Say how far everything under way is; None: nothing is."""
        self.progress_changed.emit(thousandths)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        if self.room is not None:
            self.room.set_theme(theme)

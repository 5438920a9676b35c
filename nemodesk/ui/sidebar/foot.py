# SPDX-License-Identifier: Apache-2.0
"""What stands below the list: the ways to archive and trash, and what can be done there."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from nemodesk.chats.message import Chat
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button, RowButton


class Foot(QWidget):
    """The buttons that go with a view.

    Signals:
        view_requested(str): show the archive or the trash.
        restore_requested(), unarchive_requested(), erasure_requested(): for what is selected.
        emptying_requested(): delete everything in the trash for good.
    """

    view_requested = Signal(str)
    restore_requested = Signal()
    unarchive_requested = Signal()
    erasure_requested = Signal()
    emptying_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.archive_button = Button(
            "show_archive", self.tr("Archive"), kind="quiet", icon="archive"
        )
        self.trash_button = Button("show_trash", self.tr("Trash"), kind="quiet", icon="trash")
        self.restore_button = RowButton("restore_chats", self.tr("Restore"), icon="restore")
        self.erase_button = RowButton("erase_chats", self.tr("Delete for good…"), icon="close")
        self.empty_button = RowButton("empty_chat_trash", self.tr("Empty the trash…"), icon="trash")
        self.unarchive_button = RowButton(
            "unarchive_chats", self.tr("Move back to the chats"), icon="restore"
        )
        self._grid = QGridLayout(self)
        self._grid.addWidget(self.archive_button, 0, 0)
        self._grid.addWidget(self.trash_button, 0, 1)
        below = (self.unarchive_button, self.restore_button, self.erase_button, self.empty_button)
        for row, button in enumerate(below, 1):
            self._grid.addWidget(button, row, 0, 1, 2)
        self._buttons = (self.archive_button, self.trash_button, *below)
        self.archive_button.clicked.connect(lambda: self.view_requested.emit("archive"))
        self.trash_button.clicked.connect(lambda: self.view_requested.emit("trash"))
        self.restore_button.clicked.connect(self.restore_requested)
        self.unarchive_button.clicked.connect(self.unarchive_requested)
        self.erase_button.clicked.connect(self.erasure_requested)
        self.empty_button.clicked.connect(self.emptying_requested)
        self.set_theme(theme)

    def show_listing(self, listing: Listing) -> None:
        """Show the buttons of a view."""
        for button in (self.archive_button, self.trash_button):
            button.setVisible(listing.view == "chats")
        for button in (self.restore_button, self.erase_button, self.empty_button):
            button.setVisible(listing.view == "trash")
        self.empty_button.setEnabled(not listing.is_empty)
        self.unarchive_button.setVisible(listing.view == "archive")

    def show_selection(self, chats: Sequence[Chat]) -> None:
        """Offer what can be done with the selected chats."""
        for button in (self.restore_button, self.erase_button, self.unarchive_button):
            button.setEnabled(bool(chats))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        for button in self._buttons:
            button.set_theme(theme)
        self._grid.setContentsMargins(0, 0, theme.spacing(2), 0)
        self._grid.setSpacing(0)

# SPDX-License-Identifier: Apache-2.0
"""Stands above the archive and the trash: the way back, and what they are. It lists nothing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class ViewHead(QWidget):
    """The name of a view that is not the usual one, and a sentence about it.

    Signals:
        back_requested(): show the chats again.
    """

    back_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        icon = "chevron_right" if self.isRightToLeft() else "chevron_left"
        self.back_button = Button(
            "back_to_chats", self.tr("Back to the chats"), kind="icon", icon=icon
        )
        self._title = make_label("", "strong")
        self._sentence = make_label("", "small", wraps=True)
        self._column = QVBoxLayout(self)
        self._row = QHBoxLayout()
        self._row.addWidget(self.back_button)
        self._row.addWidget(self._title, 1)
        self._column.addLayout(self._row)
        self._column.addWidget(self._sentence)
        self.back_button.clicked.connect(self.back_requested)
        self.set_theme(theme)

    def show_listing(self, listing: Listing) -> None:
        """Name the view."""
        if listing.view == "archive":
            self._title.setText(self.tr("Archive"))
            self._sentence.setText(
                self.tr("Chats that you want to keep, but not to see every day.")
            )
        else:
            self._title.setText(self.tr("Trash"))
            days = self.tr("Deleted chats can be restored. They are erased after %1 days.")
            until = self.tr("Deleted chats can be restored until the trash is emptied.")
            has_end = listing.trash_days > 0
            self._sentence.setText(
                days.replace("%1", str(listing.trash_days)) if has_end else until
            )

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self.back_button.set_theme(theme)
        self._column.setContentsMargins(0, 0, theme.spacing(2), 0)
        self._column.setSpacing(theme.spacing(1))
        self._row.setSpacing(theme.spacing(1))
        self._sentence.setContentsMargins(theme.spacing(2), 0, 0, 0)

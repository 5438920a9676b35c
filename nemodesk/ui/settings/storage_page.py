# SPDX-License-Identifier: Apache-2.0
"""The page Models and storage: where models are, whether they are whole, the trash.

It moves, reads and deletes nothing.
"""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.rows import StorageRow
from nemodesk.ui.settings.check_card import CheckCard
from nemodesk.ui.settings.folder_card import FolderCard
from nemodesk.ui.settings.setting_card import SettingCard
from nemodesk.ui.settings.trash_card import TrashCard
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.labels import make_label


class StoragePage(QWidget):
    """Cards below each other.

    Attributes:
        folder, check, trash: the cards, with signals of their own.
        cards: the cards with settings.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("storage_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("Models and storage"))
        self.folder = FolderCard(theme)
        self.check = CheckCard(theme)
        self.trash = TrashCard(theme)
        limits = SettingCard(
            "storage_limits", ("trash.keep_days", "downloads.rate_bytes_per_s"), theme
        )
        self.cards = (limits,)
        self._column = QVBoxLayout(self)
        titles = (
            self.tr("Where your models are"),
            self.tr("Are they whole?"),
            self.tr("Trash"),
            self.tr("Limits"),
        )
        cards = (self.folder, self.check, self.trash, limits)
        for title, card in zip(titles, cards, strict=True):
            if card is not self.folder:
                self._column.addSpacing(theme.spacing(5))
            self._column.addWidget(make_label(title, "title"))
            self._column.addWidget(card)
        self._column.addStretch(1)
        self.set_theme(theme)

    def show_row(self, row: StorageRow) -> None:
        """Say where the models are and what they take."""
        self.folder.show_row(row)
        self.trash.show_row(row)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        for card in (self.folder, self.check, self.trash, *self.cards):
            card.set_theme(theme)

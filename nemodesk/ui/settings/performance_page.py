# SPDX-License-Identifier: Apache-2.0
"""The page Performance: what models compute with, and how much they hold. It decides nothing."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.settings.setting_card import SettingCard
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.labels import make_label


class PerformancePage(QWidget):
    """Two cards: what computes, and what a chat takes of the memory.

    Attributes:
        cards: the cards with settings.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("performance_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("Performance"))
        computing = SettingCard("computing", ("engine.threads", "engine.gpu_layers"), theme)
        memory = SettingCard("chat_memory", ("engine.context_tokens", "engine.cache_type"), theme)
        self.cards = (computing, memory)
        self._column = QVBoxLayout(self)
        self._column.addWidget(
            make_label(
                self.tr(
                    "NemoDesk finds out by itself what suits this computer. Change this only to "
                    "try something, or to leave room for other programs."
                ),
                "muted",
                wraps=True,
            )
        )
        titles = (self.tr("What computes"), self.tr("What a chat takes of the memory"))
        for title, card in zip(titles, self.cards, strict=True):
            self._column.addSpacing(theme.spacing(4))
            self._column.addWidget(make_label(title, "title"))
            self._column.addWidget(card)
        self._column.addStretch(1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        for card in self.cards:
            card.set_theme(theme)

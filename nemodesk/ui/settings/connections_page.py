# SPDX-License-Identifier: Apache-2.0
"""The page Connections: what NemoDesk connects to, and how. It connects to nothing."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.settings.key_card import KeyCard
from nemodesk.ui.settings.setting_card import SettingCard
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.labels import make_label


class ConnectionsPage(QWidget):
    """Which addresses are contacted; the offline switch, the hub, the key for it.

    Attributes:
        cards: the cards with settings.
        key: the card with the key.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connections_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("Connections"))
        offline = SettingCard("offline_card", ("privacy.offline",), theme)
        hub = SettingCard("hub_card", ("hub.endpoint", "hub.proxy"), theme)
        self.cards = (offline, hub)
        self.key = KeyCard(theme)
        self._addresses = make_label("", "muted", wraps=True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(make_label(self.tr("What is contacted"), "title"))
        self._column.addWidget(self._addresses)
        self._column.addWidget(offline)
        for title, card in ((self.tr("The hub"), hub), (self.tr("Your key"), self.key)):
            self._column.addSpacing(theme.spacing(4))
            self._column.addWidget(make_label(title, "title"))
            self._column.addWidget(card)
        self._column.addStretch(1)
        self.show_hub("huggingface.co")
        self.set_theme(theme)

    def show_hub(self, address: str) -> None:
        """Say which address is contacted, and when."""
        self._addresses.setText(
            self.tr(
                "NemoDesk connects to %1 and to the servers that it names for its files, and only "
                "when you search for models, look at their details, or download one. To nothing "
                "else, and never with your chats."
            ).replace("%1", address)
        )

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        for card in (*self.cards, self.key):
            card.set_theme(theme)

# SPDX-License-Identifier: Apache-2.0
"""The page General: looks, language, habits, the first page. It changes nothing itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from nemodesk.ui.sentences import say
from nemodesk.ui.settings.setting_card import SettingCard
from nemodesk.ui.theme import Theme, ThemeChoice
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class GeneralPage(QWidget):
    """Appearance, language, what chats do, the way back to the first page.

    Signals:
        theme_selected(str): system, light, dark or high_contrast.
        welcome_requested(): show the first page again.

    Attributes:
        cards: the cards with settings.
    """

    theme_selected = Signal(str)
    welcome_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("general_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("General"))
        self._buttons: dict[ThemeChoice, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._shown_choice = ThemeChoice.SYSTEM
        card = QFrame()
        card.setProperty("card", True)
        self._card_column = QVBoxLayout(card)
        for choice, text in self._choices():
            self._card_column.addWidget(self._make_button(choice, text))
        language = SettingCard("language_card", ("appearance.language",), theme)
        chats = SettingCard(
            "chat_habits", ("chat.send_with", "chat.automatic_titles", "chat.show_speed"), theme
        )
        self.cards = (language, chats)
        self._lay_out(card, theme)
        self.show_theme_choice(ThemeChoice.SYSTEM)
        self.set_theme(theme)

    def _lay_out(self, looks: QFrame, theme: Theme) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(make_label(self.tr("Appearance"), "title"))
        self._column.addWidget(
            make_label(
                self.tr("High contrast puts clear edges on everything."), "muted", wraps=True
            )
        )
        self._column.addWidget(looks)
        self._column.addWidget(self.cards[0])
        self._column.addSpacing(theme.spacing(5))
        self._column.addWidget(make_label(self.tr("Chats"), "title"))
        self._column.addWidget(self.cards[1])
        self._column.addSpacing(theme.spacing(5))
        self._column.addWidget(make_label(self.tr("The right model"), "title"))
        self._column.addWidget(
            make_label(
                self.tr("The welcome page looks at this computer and names the best model for it."),
                "muted",
                wraps=True,
            )
        )
        self._welcome_button = Button("show_welcome", self.tr("Show the welcome page again"))
        self._welcome_button.clicked.connect(self.welcome_requested)
        self._column.addWidget(self._welcome_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._whereabouts_title = make_label(self.tr("Where your settings are"), "title")
        self._whereabouts = make_label("", "muted", wraps=True)
        self._column.addSpacing(theme.spacing(5))
        self._column.addWidget(self._whereabouts_title)
        self._column.addWidget(self._whereabouts)
        self.show_whereabouts("")
        self._column.addStretch(1)

    def show_theme_choice(self, choice: str) -> None:
        """Mark what is chosen, without wishing for it."""
        self._shown_choice = ThemeChoice(choice)
        self._buttons[self._shown_choice].setChecked(True)

    def show_whereabouts(self, sentence: str) -> None:
        """Say where settings are kept; empty: nobody knows yet."""
        self._whereabouts.setText(say(sentence))
        for label in (self._whereabouts_title, self._whereabouts):
            label.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        edge = theme.spacing(2)
        self._card_column.setContentsMargins(edge, edge, edge, edge)
        self._card_column.setSpacing(theme.spacing(1))
        for below in self.cards:
            below.set_theme(theme)
        for choice, button in self._buttons.items():
            button.setIconSize(theme.icon_size)
            button.setIcon(theme.icon(_ICONS[choice], "text_muted"))

    def _on_toggled(self, choice: ThemeChoice) -> None:
        if self._buttons[choice].isChecked() and choice != self._shown_choice:
            self._shown_choice = choice
            self.theme_selected.emit(str(choice))

    def _choices(self) -> tuple[tuple[ThemeChoice, str], ...]:
        return (
            (ThemeChoice.SYSTEM, self.tr("Follow the system")),
            (ThemeChoice.LIGHT, self.tr("Light")),
            (ThemeChoice.DARK, self.tr("Dark")),
            (ThemeChoice.HIGH_CONTRAST, self.tr("High contrast")),
        )

    def _make_button(self, choice: ThemeChoice, text: str) -> QRadioButton:
        button = QRadioButton(text)
        button.setObjectName(f"theme_{choice}")
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Not clicked: the accessibility interface toggles.
        button.toggled.connect(lambda: self._on_toggled(choice))
        self._group.addButton(button)
        self._buttons[choice] = button
        return button


_ICONS = {
    ThemeChoice.SYSTEM: "computer",
    ThemeChoice.LIGHT: "light",
    ThemeChoice.DARK: "dark",
    ThemeChoice.HIGH_CONTRAST: "contrast",
}

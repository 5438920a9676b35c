# SPDX-License-Identifier: Apache-2.0
"""The page General: how NemoDesk looks, and its first page. It changes nothing itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme, ThemeChoice
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class GeneralPage(QWidget):
    """Appearance, and the way back to the first page.

    Signals:
        theme_selected(str): system, light, dark or high_contrast.
        welcome_requested(): show the first page again.
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
        self._column = QVBoxLayout(self)
        self._column.addWidget(make_label(self.tr("Appearance"), "title"))
        self._column.addWidget(
            make_label(
                self.tr("High contrast puts clear edges on everything."), "muted", wraps=True
            )
        )
        self._column.addWidget(card)
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
        self._column.addStretch(1)
        self.show_theme_choice(ThemeChoice.SYSTEM)
        self.set_theme(theme)

    def show_theme_choice(self, choice: str) -> None:
        """Mark what is chosen, without wishing for it."""
        self._shown_choice = ThemeChoice(choice)
        self._buttons[self._shown_choice].setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        edge = theme.spacing(2)
        self._card_column.setContentsMargins(edge, edge, edge, edge)
        self._card_column.setSpacing(theme.spacing(1))
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

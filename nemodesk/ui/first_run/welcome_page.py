# SPDX-License-Identifier: Apache-2.0
"""The first page: this computer, the best model for it, one button. It measures nothing itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.ui.rows import WelcomeRow
from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label, set_badge
from nemodesk.ui.widgets.progress import Skeleton
from nemodesk.ui.wording import badge_text


class WelcomePage(QWidget):
    """What the computer is, what runs best on it, and three ways to go on.

    Signals:
        download_requested(): fetch the best model and begin to chat.
        choice_requested(): show all models.
        starter_requested(): go on with the starter model.
    """

    download_requested = Signal()
    choice_requested = Signal()
    starter_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, QAccessible.Role.Grouping)
        self.setObjectName("welcome_page")
        self.setAccessibleName(self.tr("Welcome"))
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = make_label(self.tr("Welcome"), "heading", wraps=True)
        self._promise = make_label(
            self.tr(
                "A private assistant that runs on this computer. After the download it works "
                "without the internet."
            ),
            "muted",
            wraps=True,
        )
        for label in (self._heading, self._promise):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._make_words(theme)
        self.download_button = Button(
            "download_and_start", self.tr("Download and start"), kind="primary"
        )
        self.choose_button = Button("choose_another_model", self.tr("Choose another model"))
        self.starter_button = Button(
            "use_the_starter_model", self.tr("Use the starter model"), kind="quiet"
        )
        self._lay_out(theme)
        self.download_button.clicked.connect(self.download_requested)
        self.choose_button.clicked.connect(self.choice_requested)
        self.starter_button.clicked.connect(self.starter_requested)
        self.set_theme(theme)
        self.show_measuring()

    def show_measuring(self) -> None:
        """Say that the computer is being looked at."""
        self._computer.setText(self.tr("Your computer is being looked at…"))
        for label in (self._name, self._badge, self._figures, self._sentence, self._best):
            label.hide()
        self._skeleton.begin()
        self.download_button.setEnabled(False)

    def show_row(self, row: WelcomeRow) -> None:
        """Say what the computer is and what runs best on it."""
        self._skeleton.end()
        self._computer.setText(row.computer)
        self._name.setText(row.name)
        self._figures.setText(row.figures)
        self._sentence.setText(say(row.sentence))
        set_badge(self._badge, badge_text(row.badge), row.badge)
        self._best.setVisible(bool(row.name))
        for label in (self._name, self._figures, self._sentence):
            label.setVisible(bool(label.text()))
        self.download_button.setEnabled(bool(row.name))
        said = (row.computer, row.name, row.figures, row.sentence)
        self.download_button.setAccessibleDescription(" ".join(part for part in said if part))

    def show_starter(self, *, is_there: bool) -> None:
        """Offer to go on with the starter model only where there is one."""
        self.starter_button.setVisible(is_there)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._picture.setPixmap(theme.pixmap("mark", "accent", theme.spacing(9)))
        self._skeleton.set_theme(theme)
        edge = theme.spacing(5)
        self._card_column.setContentsMargins(edge, edge, edge, edge)
        self._card_column.setSpacing(theme.spacing(2))
        self._column.setSpacing(theme.spacing(2))
        self._buttons.setSpacing(theme.spacing(2))
        self._column_widget.setMaximumWidth(theme.spacing(130))
        margin = theme.spacing(4)
        self._outer.setContentsMargins(margin, margin, margin, margin)

    def _make_words(self, theme: Theme) -> None:
        self._computer = make_label("", wraps=True)
        self._computer.setObjectName("this_computer")
        self._best = make_label(self.tr("Best for it"), "small")
        self._name = make_label("", "title", wraps=True)
        self._badge = make_label("", "badge")
        self._figures = make_label("", wraps=True)
        self._sentence = make_label("", "muted", wraps=True)
        self._skeleton = Skeleton(
            "welcome_skeleton", self.tr("Your computer is being looked at"), theme
        )

    def _lay_out(self, theme: Theme) -> None:
        self._outer = QHBoxLayout(self)
        self._outer.addStretch(1)
        middle = QVBoxLayout()
        self._outer.addLayout(middle, 1000)
        self._outer.addStretch(1)
        self._column_widget = QWidget()
        middle.addStretch(2)
        middle.addWidget(self._column_widget)
        middle.addStretch(3)
        self._column = QVBoxLayout(self._column_widget)
        self._column.setContentsMargins(0, 0, 0, 0)
        for label in (self._picture, self._heading, self._promise):
            self._column.addWidget(label)
        self._column.addSpacing(theme.spacing(3))
        card = QFrame()
        card.setProperty("card", "offer")
        self._card_column = QVBoxLayout(card)
        name_row = QHBoxLayout()
        name_row.addWidget(self._name, 1)
        name_row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        self._card_column.addWidget(self._computer)
        self._card_column.addWidget(self._best)
        self._card_column.addLayout(name_row)
        self._card_column.addWidget(self._figures)
        self._card_column.addWidget(self._sentence)
        self._card_column.addWidget(self._skeleton)
        self._card_column.addSpacing(theme.spacing(2))
        self._card_column.addWidget(self.download_button)
        self._column.addWidget(card)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.choose_button)
        self._buttons.addWidget(self.starter_button)
        self._buttons.addStretch(1)
        self._column.addLayout(self._buttons)

# SPDX-License-Identifier: Apache-2.0
"""The part of the room Models that shows what the hub has. It asks for nothing by itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nemodesk.ui.models.card_list import CardList
from nemodesk.ui.rows import HubRow
from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.progress import Skeleton


class HubPart(QWidget):
    """A button that searches, what it has found, or why that did not work.

    Signals:
        search_requested(str): ask the hub for models with this in their names.
    """

    search_requested = Signal(str)

    def __init__(self, inside: QWidget, theme: Theme) -> None:
        super().__init__(inside)
        self.setObjectName("hub_part")
        self._text = ""
        self._row = HubRow()
        self.search_button = Button("search_hub", "", kind="secondary", icon="search")
        self._title = make_label("", "title", wraps=True)
        self._sentence = make_label("", "muted", wraps=True)
        self._failure = self._make_failure()
        self.retry_button = Button("search_hub_again", self.tr("Try again"), kind="secondary")
        self._skeleton = Skeleton(
            "hub_skeleton", self.tr("Hugging Face is being asked"), theme, lines=4
        )
        self.cards = CardList("hub_models", inside, theme)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._title)
        self._column.addWidget(self._sentence)
        self._column.addWidget(self._failure)
        for button in (self.retry_button, self.search_button):
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addWidget(self._skeleton)
        self.search_button.clicked.connect(lambda: self.search_requested.emit(self._text))
        self.retry_button.clicked.connect(lambda: self.search_requested.emit(self._row.text))
        self.set_theme(theme)
        self.show_text("")

    def show_text(self, text: str) -> None:
        """Take what stands in the search field; nothing is asked for it yet."""
        self._text = text
        self.search_button.setText(
            "\u2002" + self.tr("Search Hugging Face for “{0}”").format(text[:60]).replace("&", "&&")
        )
        self.search_button.setAccessibleName(self.tr("Search Hugging Face for “{0}”").format(text))
        self._show()

    def show_row(self, row: HubRow) -> None:
        """Show what the hub said."""
        is_new = row.text != self._row.text or row.state != self._row.state
        self._row = row
        self._show()
        self.cards.show_rows(row.cards, from_start=is_new)
        if is_new and row.state == "failed":
            announce_alert(self._failure)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self.search_button.set_theme(theme)
        self.retry_button.set_theme(theme)
        self._skeleton.set_theme(theme)
        self.cards.set_theme(theme)
        self._column.setSpacing(theme.spacing(2))

    def _make_failure(self) -> QLabel:
        label = make_label("", "danger", wraps=True)
        set_role(label, QAccessible.Role.AlertMessage)
        label.setObjectName("hub_failure")
        return label

    def _show(self) -> None:
        row = self._row
        self.search_button.setVisible(
            bool(self._text) and not (row.text == self._text and row.state != "idle")
        )
        self._title.setVisible(row.state != "idle")
        self._title.setText(self.tr("“{0}” at Hugging Face").format(row.text))
        if row.state == "searching":
            if self._skeleton.isHidden():
                self._skeleton.begin()
        else:
            self._skeleton.end()
        is_empty = row.state == "found" and not row.cards
        self._sentence.setVisible(is_empty)
        self._sentence.setText(
            self.tr("Nothing is called so there. Try fewer or other words.") if is_empty else ""
        )
        self._failure.setVisible(row.state == "failed")
        self._failure.setText(say(row.sentence))
        self._failure.setAccessibleName(say(row.sentence))
        self.retry_button.setVisible(row.state == "failed")

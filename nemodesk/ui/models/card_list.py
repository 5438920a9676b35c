# SPDX-License-Identifier: Apache-2.0
"""A column of cards that shows some of many rows and more when asked. It decides no order."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nemodesk.ui.models.card import ModelCard
from nemodesk.ui.rows import CardRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button

# A card is some fifteen widgets: a thousand of them would hold the window up for seconds.
_PAGE = 24

# Made in one go, and then between other events: each takes some 6 ms with all it is dressed in.
_FIRST_CARDS = 4
_MORE_CARDS = 2


class CardList(QObject):
    """Cards inside a widget that others lay out; cards of rows that stay are kept.

    Signals:
        use_requested(str), download_requested(str, str), details_requested(str),
        removal_requested(str), link_requested(str): as of the cards.
        completed(): the cards that were still to come are there.

    Args:
        inside: the widget that the cards belong to.
    """

    use_requested = Signal(str)
    download_requested = Signal(str, str)
    details_requested = Signal(str)
    removal_requested = Signal(str)
    link_requested = Signal(str)
    completed = Signal()

    def __init__(self, name: str, inside: QWidget, theme: Theme) -> None:
        super().__init__(inside)
        self._inside = inside
        self._theme = theme
        self._rows: tuple[CardRow, ...] = ()
        self._limit = _PAGE
        self._cards: dict[str, ModelCard] = {}
        self._build_soon = QTimer(self)
        self._build_soon.setSingleShot(True)
        self._build_soon.setInterval(0)
        self._build_soon.timeout.connect(self._build_more)
        self.column = QVBoxLayout()
        self.more_button = Button(f"more_{name}", self.tr("Show more"), kind="secondary")
        self.more_button.setParent(inside)
        self.more_button.clicked.connect(self.show_more)
        self.column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.more_button.hide()
        self.set_theme(theme)

    @property
    def cards(self) -> list[ModelCard]:
        """The cards that are shown, from top to bottom; the last may still be to come."""
        shown = (self._cards.get(row.id) for row in self._rows[: self._limit])
        return [card for card in shown if card is not None]

    def show_rows(self, rows: Sequence[CardRow], *, from_start: bool = False) -> None:
        """Show these; from_start: they answer another question, so begin with the first page."""
        if from_start:
            self._limit = _PAGE
        if tuple(rows) != self._rows or from_start:
            self._rows = tuple(rows)
            self._update()

    def show_more(self) -> None:
        """Show the next ones, and put the keyboard on the first of them."""
        first_new = self._limit
        had_focus = self.more_button.hasFocus()
        self._limit += _PAGE
        self._update()
        if had_focus and first_new < len(self._rows):
            card = self._cards[self._rows[first_new].id]
            card.details_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme: the cards are made anew."""
        is_other = theme is not self._theme
        self._theme = theme
        self.column.setSpacing(theme.spacing(3))
        if is_other:
            for card in self._cards.values():
                _remove(self.column, card)
            self._cards = {}
            self._update()

    def _build_more(self) -> None:
        self._update(_MORE_CARDS)
        if not self._build_soon.isActive():
            self.completed.emit()

    def _update(self, most_new: int = _FIRST_CARDS) -> None:
        shown = self._rows[: self._limit]
        wanted = {row.id for row in shown}
        for row_id in [row_id for row_id in self._cards if row_id not in wanted]:
            _remove(self.column, self._cards.pop(row_id))
        missing = [row for row in shown if row.id not in self._cards]
        for row in missing[:most_new]:
            self._cards[row.id] = self._make_card(row)
        for place, card in enumerate(self.cards):
            if self.column.indexOf(card) != place:
                self.column.removeWidget(card)
                self.column.insertWidget(place, card)
            card.show()
        for row in shown:
            card = self._cards.get(row.id)
            if card is not None and card.row != row:
                card.show_row(row)
        is_complete = len(missing) <= most_new
        self.more_button.setVisible(is_complete and len(self._rows) > self._limit)
        if not is_complete:
            self._build_soon.start()

    def _make_card(self, row: CardRow) -> ModelCard:
        card = ModelCard(row, self._theme)
        card.setParent(self._inside)
        card.use_requested.connect(self.use_requested)
        card.download_requested.connect(self.download_requested)
        card.details_requested.connect(self.details_requested)
        card.removal_requested.connect(self.removal_requested)
        card.link_requested.connect(self.link_requested)
        return card


def _remove(column: QVBoxLayout, card: ModelCard) -> None:
    column.removeWidget(card)
    card.hide()
    card.deleteLater()

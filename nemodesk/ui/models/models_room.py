# SPDX-License-Identifier: Apache-2.0
"""The room Models: what is on this computer and what could be. It fetches and removes nothing."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.models.card_list import CardList
from nemodesk.ui.models.found_bar import FoundBar
from nemodesk.ui.models.hub_part import HubPart
from nemodesk.ui.rows import CardRow, HubRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import EmptyState, make_label
from nemodesk.ui.widgets.list_page import ListPage
from nemodesk.ui.widgets.notices import UndoBar
from nemodesk.ui.widgets.search_field import SearchField

# In steps of the grid.
_NARROW_STEPS = 150
_ALL, _FITTING, _HERE = range(3)


class ModelsRoom(QWidget):
    """Cards of models, filters, a search of the hub, and a way to add a file.

    Signals:
        model_selected(str): chat with this model.
        download_requested(str, str): fetch a choice of what this card offers; empty: the best.
        details_requested(str): ask the hub what this card offers.
        removal_requested(str): remove this model.
        undo_requested(int): take back the removal with this number.
        link_requested(str): show this page.
        hub_search_requested(str): search the hub.
        refresh_requested(): ask the hub for new models of the catalog.
        file_requested(): let the person open a model file.
        found_accepted(), found_declined(): whether to use the models of other programs.
    """

    model_selected = Signal(str)
    download_requested = Signal(str, str)
    details_requested = Signal(str)
    removal_requested = Signal(str)
    undo_requested = Signal(int)
    link_requested = Signal(str)
    hub_search_requested = Signal(str)
    refresh_requested = Signal()
    file_requested = Signal()
    found_accepted = Signal()
    found_declined = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models_room")
        self._theme = theme
        self._rows: tuple[CardRow, ...] = ()
        self._open_button = Button(
            "open_model_file", self.tr("Open a model file…"), icon="open_file", icon_role="accent"
        )
        self.refresh_button = Button(
            "refresh_catalog", self.tr("Look for new models"), kind="quiet", icon="regenerate"
        )
        self.search_field = SearchField("search_models", self.tr("Search models"), theme)
        self._filters = QButtonGroup(self)
        self._filter_line = self._make_filters()
        self.found_bar = FoundBar(theme)
        self._page = ListPage("model", self.tr("Model list"), theme)
        self.own = CardList("models", self._page.content, theme)
        self.hub = HubPart(self._page.content, theme)
        self._none = EmptyState("models", "", "")
        self.undo_bar = UndoBar(theme, self)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._filter()

    def show_cards(self, rows: Sequence[CardRow]) -> None:
        """Show what is on this computer and what the catalog offers, the best first."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._filter()

    def show_hub(self, row: HubRow) -> None:
        """Show what a search of the hub has brought."""
        self.hub.show_row(row)
        self._show_whether_empty()

    def show_found(self, sentence: str) -> None:
        """Offer the models of other programs; empty: there are none."""
        self.found_bar.show_sentence(sentence)

    def offer_undo(self, sentence: str, number: int) -> None:
        """Offer for a moment to bring a removed model back."""
        self.undo_bar.offer(sentence, number)
        self._place_undo_bar()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.refresh_button.set_theme(theme)
        parts = (self._open_button, self._none, self.search_field, self.found_bar, self.hub)
        for part in (*parts, self._page, self.undo_bar):
            part.set_theme(theme)
        self.own.set_theme(theme)
        edge = theme.spacing(2)
        self._outer.setContentsMargins(edge, edge, edge, edge)
        side = theme.spacing(8)
        self._column.setContentsMargins(side, theme.spacing(7), side, 0)
        self._column.setSpacing(theme.spacing(4))
        self._filter_line.setSpacing(edge)
        self._column_widget.setMaximumWidth(theme.spacing(240))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the undo bar at the lower edge, and all filters in sight."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._filter_line.setDirection(down if is_narrow else across)
        self._place_undo_bar()

    def _place_undo_bar(self) -> None:
        width = min(self._theme.spacing(100), self.width() - self._theme.spacing(8))
        height = self.undo_bar.sizeHint().height()
        left = self.rect().center().x() - width // 2
        top = self.height() - height - self._theme.spacing(6)
        self.undo_bar.setGeometry(left, top, width, height)

    def _lay_out(self) -> None:
        self._outer = QHBoxLayout(self)
        sheet = QFrame()
        sheet.setObjectName("sheet")
        self._outer.addWidget(sheet)
        centre = QHBoxLayout(sheet)
        centre.setContentsMargins(1, 1, 1, 1)
        self._column_widget = QWidget()
        centre.addStretch(1)
        centre.addWidget(self._column_widget, 1000)
        centre.addStretch(1)
        self._column = QVBoxLayout(self._column_widget)
        top = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(make_label(self.tr("Models"), "heading"))
        words.addWidget(
            make_label(
                self.tr("What this computer can run, and how fast it would write."),
                "muted",
                wraps=True,
            )
        )
        top.addLayout(words, 1)
        top.addWidget(self._open_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(top)
        self._column.addWidget(self.search_field)
        self._column.addLayout(self._filter_line)
        self._page.column.addWidget(self.found_bar)
        self._page.column.addLayout(self.own.column)
        self._page.column.addWidget(self._none)
        self._page.column.addWidget(self.hub)
        self._page.column.addLayout(self.hub.cards.column)
        self._page.column.addStretch(1)
        self._column.addWidget(self._page, 1)

    def _make_filters(self) -> QBoxLayout:
        chips = FlowLayout()
        chips.setSpacing(self._theme.spacing(2))
        titles = (self.tr("All"), self.tr("Fits this computer"), self.tr("On this computer"))
        for number, (name, title) in enumerate(
            zip(("all", "fitting", "here"), titles, strict=True)
        ):
            chip = Button(f"filter_{name}", title, kind="chip")
            chip.setCheckable(True)
            chip.setChecked(number == _ALL)
            self._filters.addButton(chip, number)
            chips.addWidget(chip)
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        line.addLayout(chips, 1)
        leading = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
        line.addWidget(self.refresh_button, 0, leading)
        return line

    def _connect(self) -> None:
        self._open_button.clicked.connect(self.file_requested)
        self.refresh_button.clicked.connect(self.refresh_requested)
        self.search_field.textChanged.connect(self._on_text)
        self.search_field.returnPressed.connect(self._search_hub)
        # Not clicked: the accessibility interface toggles.
        self._filters.idToggled.connect(lambda: self._filter(from_start=True))
        self.hub.search_requested.connect(self.hub_search_requested)
        for cards in (self.own, self.hub.cards):
            cards.use_requested.connect(self.model_selected)
            cards.download_requested.connect(self.download_requested)
            cards.details_requested.connect(self.details_requested)
            cards.removal_requested.connect(self.removal_requested)
            cards.link_requested.connect(self.link_requested)
            cards.completed.connect(self._page.keep_order)
        self.undo_bar.undo_requested.connect(self.undo_requested)
        self.found_bar.accepted.connect(self.found_accepted)
        self.found_bar.declined.connect(self.found_declined)

    def _on_text(self) -> None:
        self.hub.show_text(self.search_field.text().strip())
        self._filter(from_start=True)

    def _search_hub(self) -> None:
        text = self.search_field.text().strip()
        if text:
            self.hub_search_requested.emit(text)

    def _filter(self, *, from_start: bool = False) -> None:
        words = self.search_field.text().casefold().split()
        chosen = self._filters.checkedId()
        rows = [row for row in self._rows if _is_wanted(row, words, chosen)]
        self.own.show_rows(rows, from_start=from_start)
        self._show_whether_empty()

    def _show_whether_empty(self) -> None:
        self._page.keep_order()
        is_empty = not self.own.cards and not self.hub.cards.cards
        self._none.setVisible(is_empty)
        text = self.search_field.text().strip()
        if text:
            self._none.set_text(
                self.tr("Nothing found here"),
                self.tr("No model on this computer or in the catalog is called “{0}”.").format(
                    text
                ),
            )
        elif self._rows:
            self._none.set_text(
                self.tr("Nothing to show"), self.tr("Choose “All” to see every model.")
            )
        else:
            self._none.set_text(
                self.tr("No models yet"),
                self.tr("Open a model file, or drop one here. Model files end in .gguf."),
            )


def _is_wanted(row: CardRow, words: Sequence[str], chosen: int) -> bool:
    if (chosen == _FITTING and not row.fits) or (chosen == _HERE and not row.is_on_computer):
        return False
    about = f"{row.name} {row.id} {row.summary} {row.search_text}".casefold()
    return all(word in about for word in words)

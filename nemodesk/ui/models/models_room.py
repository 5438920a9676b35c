# SPDX-License-Identifier: Apache-2.0
"""The room Models: the models on this computer. It loads, adds and removes nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nemodesk.ui.models.card import ModelCard
from nemodesk.ui.rows import ModelRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import EmptyState, make_label
from nemodesk.ui.widgets.search_field import SearchField


class ModelsRoom(QWidget):
    """Cards of models, a filter, and a way to add a file.

    Signals:
        model_selected(str): chat with this model.
        removal_requested(str): remove this model.
        file_requested(): let the person open a model file.
    """

    model_selected = Signal(str)
    removal_requested = Signal(str)
    file_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models_room")
        self._theme = theme
        self._rows: tuple[ModelRow, ...] = ()
        self._selected_id = ""
        self._cards: list[ModelCard] = []
        self._open_button = Button(
            "open_model_file", self.tr("Open a model file…"), icon="open_file", icon_role="accent"
        )
        self.search_field = SearchField("search_models", self.tr("Search models"), theme)
        self._none = EmptyState(
            "models",
            self.tr("No models yet"),
            self.tr("Open a model file, or drop one here. Model files end in .gguf."),
        )
        self._none_found = EmptyState("search", self.tr("Nothing found"), "")
        self._lay_out()
        self._open_button.clicked.connect(self.file_requested)
        self.search_field.textChanged.connect(self._filter)
        self.set_theme(theme)

    def show_models(self, rows: Sequence[ModelRow], selected_id: str) -> None:
        """Replace the cards."""
        if (tuple(rows), selected_id) == (self._rows, self._selected_id) and self._cards:
            return
        self._rows, self._selected_id = tuple(rows), selected_id
        self._build_cards()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._open_button.set_theme(theme)
        self._none.set_theme(theme)
        self._none_found.set_theme(theme)
        self.search_field.set_theme(theme)
        edge = theme.spacing(2)
        self._outer.setContentsMargins(edge, edge, edge, edge)
        side = theme.spacing(8)
        self._column.setContentsMargins(side, theme.spacing(7), side, 0)
        self._column.setSpacing(theme.spacing(5))
        self._list_column.setSpacing(theme.spacing(3))
        self._list_column.setContentsMargins(0, 0, 0, theme.spacing(6))
        self._column_widget.setMaximumWidth(theme.spacing(220))
        self._build_cards()

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
            make_label(self.tr("What is on this computer, ready to use."), "muted", wraps=True)
        )
        top.addLayout(words, 1)
        top.addWidget(self._open_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(top)
        self._column.addWidget(self.search_field)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._make_list())
        self._pages.addWidget(self._none)
        self._pages.addWidget(self._none_found)
        self._column.addLayout(self._pages, 1)

    def _make_list(self) -> QScrollArea:
        self._list = QWidget()
        set_role(self._list, QAccessible.Role.List)
        self._list.setObjectName("model_list")
        self._list.setProperty("page", True)
        self._list.setAccessibleName(self.tr("Model list"))
        self._list_column = QVBoxLayout(self._list)
        self._list_column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("model_scroll_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._list)
        return area

    def _build_cards(self) -> None:
        for card in self._cards:
            self._list_column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for row in self._rows:
            card = ModelCard(row, self._theme, is_selected=row.id == self._selected_id)
            card.use_requested.connect(self.model_selected)
            card.removal_requested.connect(self.removal_requested)
            self._list_column.insertWidget(self._list_column.count() - 1, card)
            self._cards.append(card)
        self._filter()

    def _filter(self) -> None:
        text = self.search_field.text().strip()
        count = 0
        for card in self._cards:
            is_wanted = card.matches(text)
            card.setVisible(is_wanted)
            count += is_wanted
        self._none_found.set_text(
            self.tr("Nothing found"),
            self.tr("No model on this computer is called “{0}”.").format(text),
        )
        self.search_field.setVisible(bool(self._cards))
        if count:
            self._pages.setCurrentIndex(0)
        else:
            self._pages.setCurrentWidget(self._none_found if self._cards else self._none)

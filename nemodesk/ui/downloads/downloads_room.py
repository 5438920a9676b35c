# SPDX-License-Identifier: Apache-2.0
"""The room Downloads: what is being fetched, and what has arrived. It fetches nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from nemodesk.ui.downloads.item import DownloadItem
from nemodesk.ui.downloads.speed_limit import SpeedLimit
from nemodesk.ui.rows import DownloadRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import EmptyState, make_label
from nemodesk.ui.widgets.list_page import ListPage


class DownloadsRoom(QWidget):
    """The list of downloads, a speed limit, and the way to Models while there are none.

    Signals:
        pause_requested(str), resume_requested(str), retry_requested(str), cancel_requested(str):
            of the download with this id.
        move_requested(str, int): one place up (-1) or down (+1).
        limit_chosen(object): bytes a second, or None.
        model_selected(str): chat with this model.
        models_requested(): show the room Models.
    """

    pause_requested = Signal(str)
    resume_requested = Signal(str)
    retry_requested = Signal(str)
    cancel_requested = Signal(str)
    move_requested = Signal(str, int)
    limit_chosen = Signal(object)
    model_selected = Signal(str)
    models_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("downloads_room")
        self._theme = theme
        self._rows: tuple[DownloadRow, ...] = ()
        self._items: dict[str, DownloadItem] = {}
        self.speed_limit = SpeedLimit(theme)
        self._page = ListPage("downloads", self.tr("Downloads"), theme)
        self._page.column.addStretch(1)
        self._none = EmptyState(
            "download",
            self.tr("No downloads"),
            self.tr("Models that you download are listed here while they arrive."),
        )
        self._models_button = Button("find_models", self.tr("Find a model"), kind="primary")
        self._none.add_action(self._models_button)
        self._lay_out()
        self._models_button.clicked.connect(self.models_requested)
        self.speed_limit.limit_chosen.connect(self.limit_chosen)
        self.set_theme(theme)
        self.show_downloads(())

    def item(self, download_id: str) -> DownloadItem:
        """Return the item of a download; KeyError if there is none."""
        return self._items[download_id]

    def show_downloads(self, rows: Sequence[DownloadRow]) -> None:
        """Show these, in this order; items that stay keep the keyboard."""
        self._rows = tuple(rows)
        wanted = {row.id for row in rows}
        for gone in [row_id for row_id in self._items if row_id not in wanted]:
            self._remove(self._items.pop(gone))
        unfinished = [row.id for row in rows if row.state != "done"]
        for place, row in enumerate(rows):
            item = self._items.get(row.id)
            if item is None:
                item = self._items[row.id] = self._make_item(row)
            if self._page.column.indexOf(item) != place:
                self._page.column.removeWidget(item)
                self._page.column.insertWidget(place, item)
                item.show()
            turn = unfinished.index(row.id) if row.id in unfinished else -1
            item.show_row(row, can_go_up=turn > 0, can_go_down=-1 < turn < len(unfinished) - 1)
        self._page.keep_order()
        self._pages.setCurrentIndex(0 if rows else 1)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        is_other = theme is not self._theme
        self._theme = theme
        for part in (self.speed_limit, self._page, self._none, self._models_button):
            part.set_theme(theme)
        edge = theme.spacing(2)
        self._outer.setContentsMargins(edge, edge, edge, edge)
        side = theme.spacing(8)
        self._column.setContentsMargins(side, theme.spacing(7), side, 0)
        self._column.setSpacing(theme.spacing(5))
        self._column_widget.setMaximumWidth(theme.spacing(240))
        if is_other:
            for item in self._items.values():
                self._remove(item)
            self._items = {}
            self.show_downloads(self._rows)

    def _remove(self, item: DownloadItem) -> None:
        self._page.column.removeWidget(item)
        item.hide()
        item.deleteLater()

    def _make_item(self, row: DownloadRow) -> DownloadItem:
        item = DownloadItem(row, self._theme)
        item.setParent(self._page.content)
        item.pause_requested.connect(self.pause_requested)
        item.resume_requested.connect(self.resume_requested)
        item.retry_requested.connect(self.retry_requested)
        item.cancel_requested.connect(self.cancel_requested)
        item.move_requested.connect(self.move_requested)
        item.use_requested.connect(self.model_selected)
        return item

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
        words.addWidget(make_label(self.tr("Downloads"), "heading"))
        words.addWidget(
            make_label(
                self.tr("They go on after a break, and are checked when they arrive."),
                "muted",
                wraps=True,
            )
        )
        top.addLayout(words, 1)
        top.addWidget(self.speed_limit, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(top)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._page)
        self._pages.addWidget(self._none)
        self._column.addLayout(self._pages, 1)

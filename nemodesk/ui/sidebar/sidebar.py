# SPDX-License-Identifier: Apache-2.0
"""The sidebar: new chat, search, the chats, or why there are none. It searches nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from nemodesk.chats.message import Chat
from nemodesk.ui.sidebar.chat_list import ChatList
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import EmptyState, make_label
from nemodesk.ui.widgets.search_field import SearchField

# Typing at full speed does not search for every letter. A guess.
_SEARCH_REST_MS = 150


class Sidebar(QWidget):
    """New chat, search and the chats.

    Signals:
        new_chat_requested(): begin an empty chat.
        search_changed(str): show the chats that contain this; empty: all.
        fold_requested(): hide the sidebar.
    """

    new_chat_requested = Signal()
    search_changed = Signal(str)
    fold_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._told_search = ""
        self._has_chats = False
        self.chats = ChatList(theme, self)
        self.new_chat_button = Button(
            "new_chat", self.tr("New chat"), kind="secondary", icon="new_chat", icon_role="accent"
        )
        self.fold_button = Button(
            "fold_sidebar", self.tr("Hide chats"), kind="icon", icon="sidebar"
        )
        self.search_field = SearchField("search_chats", self.tr("Search chats"), theme)
        self._nothing_yet = EmptyState(
            "chat",
            self.tr("No chats yet"),
            self.tr("Write a message, and the chat will wait here for you."),
        )
        self._nothing_found = EmptyState("search", self.tr("Nothing found"), "")
        self._lay_out()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SEARCH_REST_MS)
        self._rest.timeout.connect(self._tell_search)
        self.new_chat_button.clicked.connect(self.new_chat_requested)
        self.fold_button.clicked.connect(self.fold_requested)
        self.search_field.textChanged.connect(self._on_search_typed)
        self.search_field.installEventFilter(self)
        self.set_theme(theme)
        self._choose_page()

    def show_chats(self, chats: Sequence[Chat], current_chat_id: int | None) -> None:
        """Replace the chats and mark the one that is open."""
        self.chats.show_chats(chats, current_chat_id)
        self._has_chats = bool(chats)
        self._choose_page()

    def focus_search(self) -> None:
        """Let the person type what to look for."""
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    def clear_search(self) -> bool:
        """Show all chats again; return whether anything was searched for."""
        was_searching = bool(self.search_field.text())
        self.search_field.clear()
        self._tell_search()
        return was_searching

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        for button in (self.new_chat_button, self.fold_button):
            button.set_theme(theme)
        self.chats.set_theme(theme)
        self._nothing_yet.set_theme(theme)
        self._nothing_found.set_theme(theme)
        self.search_field.set_theme(theme)
        space = theme.spacing(2)
        self._column.setSpacing(space)
        self._column.setContentsMargins(theme.spacing(1), space, 0, space)
        self._top.setContentsMargins(theme.spacing(2), 0, 0, 0)
        self.setFixedWidth(theme.spacing(64))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the search field into its results by keyboard."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.chats.focus_first()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._tell_search()
                self.chats.open_first()
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._top = QHBoxLayout()
        self._top.addWidget(make_label("NemoDesk", "title"), 1)
        self._top.addWidget(self.fold_button)
        self._column.addLayout(self._top)
        self._column.addWidget(self.new_chat_button)
        self._column.addWidget(self.search_field)
        self._pages = QStackedLayout()
        for page in (self.chats, self._nothing_yet, self._nothing_found):
            self._pages.addWidget(page)
        self._column.addLayout(self._pages, 1)

    def _choose_page(self) -> None:
        text = self._told_search
        page: QWidget = self._nothing_found if text else self._nothing_yet
        self._nothing_found.set_text(
            self.tr("Nothing found"),
            self.tr("No chat contains “{0}”.").format(text),
        )
        self._pages.setCurrentWidget(self.chats if self._has_chats else page)

    def _on_search_typed(self, text: str) -> None:
        if text:
            self._rest.start()
        else:
            self._tell_search()

    def _tell_search(self) -> None:
        self._rest.stop()
        text = self.search_field.text().strip()
        if text != self._told_search:
            self._told_search = text
            self.search_changed.emit(text)

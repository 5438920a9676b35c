# SPDX-License-Identifier: Apache-2.0
"""The sidebar: new chat, search, the chats, archive and trash. It searches nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from nemodesk.chats.message import Chat
from nemodesk.ui.sidebar.chat_list import ChatList
from nemodesk.ui.sidebar.foot import Foot
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.view_head import ViewHead
from nemodesk.ui.sidebar.wishes import ChatWishes
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import EmptyState, make_label
from nemodesk.ui.widgets.question import Question, ask
from nemodesk.ui.widgets.search_field import SearchField

# Typing at full speed does not search for every letter. A guess.
_SEARCH_REST_MS = 150


class Sidebar(QWidget):
    """New chat, search and the chats; in their place the archive or the trash.

    Signals:
        new_chat_requested(): begin an empty chat.
        temporary_chat_requested(): begin an empty chat of which nothing is kept.
        search_changed(str): show what contains this; empty: all chats.
        view_requested(str): show the chats, the archive or the trash.
        fold_requested(): hide the sidebar.

    Attributes:
        wishes: what the person wants done with chats.
    """

    new_chat_requested = Signal()
    temporary_chat_requested = Signal()
    search_changed = Signal(str)
    view_requested = Signal(str)
    fold_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._theme = theme
        self._told_search = ""
        self._listing = Listing()
        self.wishes = ChatWishes(self)
        self.chats = ChatList(self.wishes, theme, self)
        self.new_chat_button = Button(
            "new_chat", self.tr("New chat"), kind="secondary", icon="new_chat", icon_role="accent"
        )
        self.temporary_chat_button = Button(
            "temporary_chat", self.tr("New temporary chat"), kind="icon", icon="temporary"
        )
        self.fold_button = Button(
            "fold_sidebar", self.tr("Hide chats"), kind="icon", icon="sidebar"
        )
        self.search_field = SearchField("search_chats", self.tr("Search chats"), theme)
        self.head = ViewHead(theme)
        self.foot = Foot(theme)
        self._empty = EmptyState("chat", "", "")
        self._lay_out()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SEARCH_REST_MS)
        self._connect()
        self.set_theme(theme)
        self.show_listing(Listing())

    def show_listing(self, listing: Listing) -> None:
        """Replace the chats and mark the one that is open."""
        self._listing = listing
        self.chats.show_listing(listing)
        is_usual = listing.view == "chats"
        for part in (self.new_chat_button, self.temporary_chat_button, self.search_field):
            part.setVisible(is_usual)
        self.head.setVisible(not is_usual)
        self.head.show_listing(listing)
        self.foot.show_listing(listing)
        self.foot.show_selection(self.chats.selected_chats())
        self._choose_page()

    def focus_search(self) -> None:
        """Let the person type what to look for."""
        self.leave_view()
        self.search_field.setVisible(True)
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    def clear_search(self) -> bool:
        """Show all chats again; return whether anything was searched for."""
        was_searching = bool(self.search_field.text())
        self.search_field.clear()
        self._tell_search()
        return was_searching

    def leave_view(self) -> bool:
        """Go back from the archive or the trash; return whether one was shown."""
        was_elsewhere = self._listing.view != "chats"
        if was_elsewhere:
            self.view_requested.emit("chats")
        return was_elsewhere

    def ask_to_erase(self) -> Question | None:
        """Ask whether the selected chats shall go for good; None: none is selected."""
        chats = self.chats.selected_chats()
        if not chats:
            return None
        title = chats[0].title or self.tr("New chat")
        ids = tuple(chat.id for chat in chats)
        question = self._ask(
            self.tr("Delete for good?"),
            self.tr("“%1” will be gone. This cannot be undone.").replace("%1", title)
            if len(chats) == 1
            else self.tr("The selected chats will be gone (%1). This cannot be undone.").replace(
                "%1", str(len(chats))
            ),
        )
        question.accepted.connect(lambda: self.wishes.erased.emit(ids))
        return question

    def ask_to_empty(self) -> Question:
        """Ask whether all of the trash shall go for good."""
        question = self._ask(
            self.tr("Empty the trash?"),
            self.tr("All deleted chats will be gone. This cannot be undone."),
        )
        question.accepted.connect(self.wishes.trash_emptied)
        return question

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        parts = (self.new_chat_button, self.temporary_chat_button, self.fold_button)
        for part in (*parts, self.chats, self._empty, self.search_field, self.head, self.foot):
            part.set_theme(theme)
        space = theme.spacing(2)
        self._column.setSpacing(space)
        self._column.setContentsMargins(theme.spacing(1), space, 0, space)
        self._top.setContentsMargins(theme.spacing(2), 0, 0, 0)
        self._new_row.setSpacing(theme.spacing(1))
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
        self._new_row = QHBoxLayout()
        self._new_row.addWidget(self.new_chat_button, 1)
        self._new_row.addWidget(self.temporary_chat_button)
        self._column.addLayout(self._new_row)
        self._column.addWidget(self.search_field)
        self._column.addWidget(self.head)
        self._pages = QStackedLayout()
        for page in (self.chats, self._empty):
            self._pages.addWidget(page)
        self._column.addLayout(self._pages, 1)
        self._column.addWidget(self.foot)

    def _connect(self) -> None:
        self._rest.timeout.connect(self._tell_search)
        self.new_chat_button.clicked.connect(self.new_chat_requested)
        self.temporary_chat_button.clicked.connect(self.temporary_chat_requested)
        self.fold_button.clicked.connect(self.fold_requested)
        self.search_field.textChanged.connect(self._on_search_typed)
        self.search_field.installEventFilter(self)
        self.head.back_requested.connect(self.leave_view)
        self.chats.selection_changed.connect(self._on_selection)
        self.chats.erasure_requested.connect(self.ask_to_erase)
        self.foot.view_requested.connect(self.view_requested)
        self.foot.restore_requested.connect(
            lambda: self.wishes.restored.emit(self._ids(self.chats.selected_chats()))
        )
        self.foot.unarchive_requested.connect(
            lambda: self.wishes.archived.emit(self._ids(self.chats.selected_chats()), False)
        )
        self.foot.erasure_requested.connect(self.ask_to_erase)
        self.foot.emptying_requested.connect(self.ask_to_empty)

    def _ids(self, chats: Sequence[Chat]) -> tuple[int, ...]:
        return tuple(chat.id for chat in chats)

    def _choose_page(self) -> None:
        listing = self._listing
        if self._told_search:
            words = (
                self.tr("Nothing found"),
                self.tr("No chat contains “%1”.").replace("%1", self._told_search),
            )
        elif listing.view == "archive":
            words = (
                self.tr("The archive is empty"),
                self.tr("Archive in the menu of a chat puts it here."),
            )
        elif listing.view == "trash":
            words = self.tr("The trash is empty"), ""
        else:
            words = (
                self.tr("No chats yet"),
                self.tr("Write a message, and the chat will wait here for you."),
            )
        icons = {"archive": "archive", "trash": "trash"}
        self._empty.show_icon("search" if self._told_search else icons.get(listing.view, "chat"))
        self._empty.set_text(*words)
        self._pages.setCurrentWidget(self._empty if listing.is_empty else self.chats)

    def _ask(self, title: str, sentence: str) -> Question:
        question = Question(
            title,
            sentence,
            yes=self.tr("Delete for good"),
            no=self.tr("Keep"),
            theme=self._theme,
        )
        ask(self.window(), question, self._theme)
        return question

    def _on_selection(self) -> None:
        self.foot.show_selection(self.chats.selected_chats())

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

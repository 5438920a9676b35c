# SPDX-License-Identifier: Apache-2.0
"""The list `Chats`: chooses, renames and deletes by mouse and keyboard. It loads nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from nemodesk.chats.message import Chat
from nemodesk.ui.sidebar.delegate import ChatDelegate
from nemodesk.ui.sidebar.items import ChatItems
from nemodesk.ui.theme import Theme

# A chat that the arrow keys only pass over is not opened. A guess: shorter than a pause.
_KEYBOARD_REST_MS = 120


class ChatList(QListView):
    """Shows chats and tells which one the person wants.

    Signals:
        chat_selected(int): open this chat.
        rename_requested(int, str): give this chat another title.
        deletion_requested(int): delete this chat.
    """

    chat_selected = Signal(int)
    rename_requested = Signal(int, str)
    deletion_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._current_chat_id: int | None = None
        self._waiting: tuple[Sequence[Chat], int | None] | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_KEYBOARD_REST_MS)
        self._rest.timeout.connect(self._select_now)
        self._items = ChatItems(self)
        self._delegate = ChatDelegate(theme, self)
        self.setObjectName("chats")
        self.setAccessibleName(self.tr("Chats"))
        self.setModel(self._items)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._items.rename_requested.connect(self.rename_requested)
        self._delegate.closeEditor.connect(self._on_editor_closed)

    def show_chats(self, chats: Sequence[Chat], current_chat_id: int | None) -> None:
        """Replace the chats; while a title is typed, as soon as that is done."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._waiting = (chats, current_chat_id)
            return
        self._rest.stop()
        place = self.verticalScrollBar().value()
        was_reset = self._items.show_chats(chats)
        is_another = current_chat_id != self._current_chat_id
        self._current_chat_id = current_chat_id
        if was_reset:
            self.verticalScrollBar().setValue(place)
        self._mark_current(scrolls=is_another)

    def chat_count(self) -> int:
        """Return the number of chats that are shown."""
        return self._items.chat_count()

    def rename(self, chat_id: int) -> None:
        """Let the person type another title in place."""
        index = self._items.index_of(chat_id)
        if index.isValid():
            self.scrollTo(index)
            self.setCurrentIndex(index)
            self.edit(index)

    def open_first(self) -> None:
        """Open the first chat, the best result of a search."""
        for row in range(self._items.rowCount()):
            chat = self._items.chat_at(self._items.index(row))
            if chat is not None:
                self.setCurrentIndex(self._items.index(row))
                self._select_now()
                return

    def focus_first(self) -> None:
        """Move the keyboard into the list."""
        if not self.currentIndex().isValid():
            self.moveCursor(QAbstractItemView.CursorAction.MoveHome, Qt.KeyboardModifier.NoModifier)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._theme = theme
        self._delegate.set_theme(theme)
        self.scheduleDelayedItemsLayout()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Open what is selected, once the selection rests."""
        super().selectionChanged(selected, deselected)
        self._rest.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a chat, or its menu where the three dots are."""
        self._show_focus(is_shown=False)
        index = self.indexAt(event.position().toPoint())
        chat = self._items.chat_at(index)
        if chat is not None and event.button() == Qt.MouseButton.LeftButton:
            dots = self._delegate.menu_rect(
                self.visualRect(index),
                is_mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft,
            )
            if dots.contains(event.position().toPoint()):
                self._open_menu(chat, self.viewport().mapToGlobal(dots.bottomLeft()))
                return
        if event.button() == Qt.MouseButton.RightButton:
            return  # the context menu follows; the chat stays closed
        super().mousePressEvent(event)
        self._select_now()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open, rename or delete the chat under the keyboard's focus."""
        self._show_focus(is_shown=True)
        chat = self._items.chat_at(self.currentIndex())
        if chat is None or self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._select_now()
        elif event.key() == Qt.Key.Key_F2:
            self.edit(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.deletion_requested.emit(chat.id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring only to those who came by keyboard."""
        self._show_focus(is_shown=event.reason() != Qt.FocusReason.MouseFocusReason)
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the chat under the pointer or the focus."""
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_mouse else self.currentIndex()
        chat = self._items.chat_at(index)
        if chat is not None:
            place = event.globalPos()
            if not is_mouse:
                place = self.viewport().mapToGlobal(self.visualRect(index).center())
            self._open_menu(chat, place)

    def _open_menu(self, chat: Chat, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("chat_menu")
        menu.setAccessibleName(self.tr("Chat"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = menu.addAction(self._theme.icon("edit"), self.tr("Rename"))
        rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
        rename.triggered.connect(lambda: self.rename(chat.id))
        delete = menu.addAction(self._theme.icon("trash"), self.tr("Delete"))
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.triggered.connect(lambda: self.deletion_requested.emit(chat.id))
        menu.popup(place)

    def _select_now(self) -> None:
        self._rest.stop()
        indexes = self.selectionModel().selectedIndexes()
        chat = self._items.chat_at(indexes[0]) if indexes else None
        if chat is not None and chat.id != self._current_chat_id:
            self._current_chat_id = chat.id
            self.chat_selected.emit(chat.id)

    def _mark_current(self, *, scrolls: bool) -> None:
        index = self._items.index_of(self._current_chat_id)
        if index.isValid():
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            if scrolls:
                self.scrollTo(index)
        else:
            self.selectionModel().clear()
        self._rest.stop()

    def _show_focus(self, *, is_shown: bool) -> None:
        if self._delegate.shows_focus != is_shown:
            self._delegate.shows_focus = is_shown
            self.viewport().update()

    def _on_editor_closed(self) -> None:
        if self._waiting is not None:
            # The view still calls itself editing while it closes the editor.
            QTimer.singleShot(0, self, self._show_waiting)

    def _show_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.show_chats(*waiting)

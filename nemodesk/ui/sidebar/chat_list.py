# SPDX-License-Identifier: Apache-2.0
"""The list `Chats`: chooses, folds and names by mouse and keyboard. It loads nothing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from nemodesk.chats.message import Chat, Folder
from nemodesk.chats.search import SearchHit
from nemodesk.ui.sidebar.chat_commands import chat_commands, folder_commands
from nemodesk.ui.sidebar.delegate import ChatDelegate
from nemodesk.ui.sidebar.items import ChatItems, Index
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.wishes import ChatWishes
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.commands import Command, fill_menu

# A chat that the arrow keys only pass over is not opened. A guess: shorter than a pause.
_KEYBOARD_REST_MS = 120

_ONLY = QItemSelectionModel.SelectionFlag.ClearAndSelect
_SEVERAL = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class ChatList(QListView):
    """Shows chats and tells which one the person wants.

    One chat is selected at a time, and open; with Shift or Ctrl it can be several, which are
    then not opened. The selection mode follows, so that a screen reader's choice is one chat.

    Signals:
        chat_selected(int): open this chat.
        selection_changed(): others are selected.
        erasure_requested(): delete for good what is selected in the trash.
    """

    chat_selected = Signal(int)
    selection_changed = Signal()
    erasure_requested = Signal()

    def __init__(self, wishes: ChatWishes, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wishes = wishes
        self._theme = theme
        self._current_chat_id: int | None = None
        self._waiting: Listing | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_KEYBOARD_REST_MS)
        self._rest.timeout.connect(self._select_now)
        self._items = ChatItems(wishes, self)
        self._delegate = ChatDelegate(self._items, theme, self)
        self.setObjectName("chats")
        self.setAccessibleName(self.tr("Chats"))
        self.setModel(self._items)
        self.setItemDelegate(self._delegate)
        self._set_up_view()
        self._delegate.closeEditor.connect(self._on_editor_closed)

    def show_listing(self, listing: Listing) -> None:
        """Replace the chats; while a title is typed, as soon as that is done."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._waiting = listing
            return
        self._rest.stop()
        place = self.verticalScrollBar().value()
        is_another_list = self._is_another_list(listing)
        was_reset = self._items.show_listing(listing)
        is_another = listing.current_chat_id != self._current_chat_id
        self._current_chat_id = listing.current_chat_id
        self._delegate.open_chat_id = listing.current_chat_id
        self._delegate.has_menus = listing.view != "trash"
        if was_reset:
            self.verticalScrollBar().setValue(0 if is_another_list else place)
        if was_reset or is_another or not self._keeps_selection():
            self._mark_current(scrolls=is_another)

    def chat_count(self) -> int:
        """Return the number of chats that are listed."""
        listing = self._items.listing
        return len(listing.hits if listing.search else listing.chats)

    def selected_chats(self) -> list[Chat]:
        """Return the chats that are selected, from the first to the last."""
        indexes = sorted(self.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [chat for index in indexes if (chat := self._items.chat_at(index))]

    def commands_for(
        self, chats: Sequence[Chat], *, rename: Callable[[], object] | None = None
    ) -> tuple[Command, ...]:
        """Return what can be done with these chats.

        Args:
            rename: asks for another title; None: the one chat's is typed in place.
        """
        listing = self._items.listing
        index = self._items.index_of(chats[0].id)
        if rename is None and self._items.flags(index) & Qt.ItemFlag.ItemIsEditable:
            rename = lambda: self.rename(chats[0].id)  # noqa: E731 - as short as it is
        return chat_commands(chats, listing, self._wishes, rename=rename)

    def rename(self, chat_id: int) -> None:
        """Let the person type another title in place."""
        self._edit(self._items.index_of(chat_id))

    def rename_folder(self, folder_id: int) -> None:
        """Let the person type another name for a folder in place."""
        self._edit(self._items.index_of_folder(folder_id))

    def open_first(self) -> None:
        """Open the first chat, the best result of a search."""
        for row in range(self._items.rowCount()):
            index = self._items.index(row)
            if self._items.chat_at(index) is not None:
                self._select_one(index)
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

    # Qt

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Open what is selected, once the selection rests."""
        super().selectionChanged(selected, deselected)
        self._rest.start()
        self._delegate.has_selection = self.selectionModel().hasSelection()
        self.viewport().update()
        self.selection_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a chat or a folder, or its menu where the three dots are."""
        self._show_focus(is_shown=False)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.RightButton:
            return  # the context menu follows; the chat stays closed
        if event.button() == Qt.MouseButton.LeftButton and self._opens_menu(index, place):
            return
        self._set_mode(is_several=bool(event.modifiers() & _SEVERAL))
        super().mousePressEvent(event)
        folder = self._items.folder_at(index)
        if folder is not None and event.button() == Qt.MouseButton.LeftButton:
            self._turn(folder)
        else:
            self._select_now()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open, fold, rename or delete what is under the keyboard's focus."""
        self._show_focus(is_shown=True)
        index = self.currentIndex()
        chat, folder = self._items.chat_at(index), self._items.folder_at(index)
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if is_editing or not (chat or folder):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_F2:
            self._edit(index)
        elif folder is not None and self._folds(folder, event.key()):
            return
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if not self.selectionModel().isSelected(index):
                self._set_mode(is_several=False)
                self.selectionModel().select(index, _ONLY)
            self._select_now()
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self._wish_deletion(folder)
        else:
            is_several = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            is_several |= event.matches(QKeySequence.StandardKey.SelectAll)
            self._set_mode(is_several=is_several)
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring only to those who came by keyboard."""
        self._show_focus(is_shown=event.reason() != Qt.FocusReason.MouseFocusReason)
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of what is under the pointer or the focus."""
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_mouse else self.currentIndex()
        place = event.globalPos()
        if not is_mouse:
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        self._open_menu(index, place)

    # Parts

    def _set_up_view(self) -> None:
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(True)

    def _is_another_list(self, listing: Listing) -> bool:
        shown = self._items.listing
        return (listing.view, listing.search) != (shown.view, shown.search)

    def _opens_menu(self, index: Index, place: QPoint) -> bool:
        if not (self._items.chat_at(index) or self._items.folder_at(index)):
            return False
        dots = self._delegate.menu_rect(
            self.visualRect(index),
            is_mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft,
        )
        if not self._delegate.has_menus or not dots.contains(place):
            return False
        self._open_menu(index, self.viewport().mapToGlobal(dots.bottomLeft()))
        return True

    def _open_menu(self, index: Index, place: QPoint) -> None:
        chat, folder = self._items.chat_at(index), self._items.folder_at(index)
        if not self._delegate.has_menus or not (chat or folder):
            return
        menu = QMenu(self)
        menu.setObjectName("chat_menu" if chat else "folder_menu")
        menu.setAccessibleName(self.tr("Chat") if chat else self.tr("Folder"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if chat is not None:
            selected = self.selected_chats()
            # A menu on one of several is about all of them.
            chats = selected if len(selected) > 1 and chat in selected else [chat]
            fill_menu(menu, self.commands_for(chats), self._theme)
        elif folder is not None:
            commands = folder_commands(
                folder, self._wishes, rename=lambda: self.rename_folder(folder.id)
            )
            fill_menu(menu, commands, self._theme)
        menu.popup(place)

    def _edit(self, index: Index) -> None:
        if index.isValid() and self._items.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.scrollTo(index)
            self._select_one(index)
            self._rest.stop()
            self.edit(index)

    def _folds(self, folder: Folder, key: int) -> bool:
        """Fold or unfold a folder by a key; return whether the key does that."""
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        inwards, outwards = Qt.Key.Key_Right, Qt.Key.Key_Left
        if is_mirrored:
            inwards, outwards = outwards, inwards
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._turn(folder)
        elif key in (inwards, outwards):
            self._fold(folder, is_folded=key == outwards)
        else:
            return False
        return True

    def _turn(self, folder: Folder) -> None:
        self._fold(folder, is_folded=not self._items.is_folded(folder.id))

    def _fold(self, folder: Folder, *, is_folded: bool) -> None:
        place = self.verticalScrollBar().value()
        self._items.fold(folder.id, is_folded=is_folded)
        self.verticalScrollBar().setValue(place)
        self.selectionModel().setCurrentIndex(
            self._items.index_of_folder(folder.id), QItemSelectionModel.SelectionFlag.NoUpdate
        )

    def _wish_deletion(self, folder: Folder | None) -> None:
        if folder is not None:
            self._wishes.folder_deleted.emit(folder.id)
            return
        # Screen readers select by turning it on and off again.
        current = self._items.chat_at(self.currentIndex())
        chats = self.selected_chats() or ([current] if current else [])
        ids = tuple(chat.id for chat in chats)
        if self._items.listing.view == "trash":
            self.erasure_requested.emit()
        elif ids:
            self._wishes.deleted.emit(ids)

    def _select_now(self) -> None:
        self._rest.stop()
        indexes = self.selectionModel().selectedIndexes()
        if len(indexes) != 1 or self._items.listing.view == "trash":
            return
        match self._items.row_at(indexes[0]):
            case SearchHit(message_id=int(message_id)) as hit:
                self._wishes.place_opened.emit(hit.chat.id, message_id)
            case _:
                chat = self._items.chat_at(indexes[0])
                if chat is not None and chat.id != self._current_chat_id:
                    self._current_chat_id = chat.id
                    self.chat_selected.emit(chat.id)

    def _select_one(self, index: Index) -> None:
        self._set_mode(is_several=False)
        self.setCurrentIndex(index)

    def _set_mode(self, *, is_several: bool) -> None:
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if is_several else modes.SingleSelection)

    def _keeps_selection(self) -> bool:
        """Return whether what is selected is what the person still means."""
        selected = self.selected_chats()
        return (
            len(selected) > 1
            or [chat.id for chat in selected] == [self._current_chat_id]
            or self._items.listing.view == "trash"
            or self._items.folder_at(self.currentIndex()) is not None
        )

    def _mark_current(self, *, scrolls: bool) -> None:
        index = self._items.index_of(self._current_chat_id)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, _ONLY)
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
            self.show_listing(waiting)

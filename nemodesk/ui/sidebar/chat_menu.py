# SPDX-License-Identifier: Apache-2.0
"""The menus of chats and folders in the list. They do nothing but wish."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from nemodesk.chats.message import Chat, Folder
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.wishes import ChatWishes
from nemodesk.ui.theme import Theme


class ChatMenu(QMenu):
    """What can be done with chats: one, or all that are selected.

    Args:
        chats: at least one.
        rename: lets the person type another title for the one chat.
    """

    def __init__(
        self,
        chats: Sequence[Chat],
        listing: Listing,
        wishes: ChatWishes,
        theme: Theme,
        *,
        rename: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._chats = tuple(chats)
        self._ids = tuple(chat.id for chat in chats)
        self._listing = listing
        self._wishes = wishes
        self._theme = theme
        self._is_kept = not any(chat.is_temporary for chat in chats)
        self.setObjectName("chat_menu")
        self.setAccessibleName(self.tr("Chat"))
        if len(chats) == 1 and not listing.search:
            action = self._add("edit", self.tr("Rename"), rename)
            action.setShortcut(QKeySequence("F2"))
        if self._is_kept and listing.view == "chats":
            self._add_places()
        if self._is_kept:
            self._add_archive()
        action = self._add("trash", self.tr("Delete"), self._delete)
        action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))

    def _add(self, icon: str, text: str, run: Callable[[], None]) -> QAction:
        action = self.addAction(self._theme.icon(icon), text)
        action.triggered.connect(run)
        return action

    def _add_places(self) -> None:
        is_pinned = all(chat.is_pinned for chat in self._chats)
        self._add(
            "unpin" if is_pinned else "pin",
            self.tr("Unpin") if is_pinned else self.tr("Pin"),
            lambda: self._wishes.pinned.emit(self._ids, not is_pinned),
        )
        places = self.addMenu(self._theme.icon("folder"), self.tr("Move to folder"))
        places.setObjectName("folder_menu")
        present = {chat.folder_id for chat in self._chats}
        for folder in self._listing.folders:
            # An ampersand in a name is a letter here, not a mnemonic.
            action = places.addAction(folder.name.replace("&", "&&"))
            action.setEnabled(present != {folder.id})
            action.triggered.connect(lambda _=False, folder=folder: self._move(folder.id))
        if self._listing.folders:
            places.addSeparator()
        action = places.addAction(self._theme.icon("plus"), self.tr("New folder…"))
        action.triggered.connect(lambda: self._wishes.moved_to_new_folder.emit(self._ids))
        if present != {None}:
            action = places.addAction(self.tr("Out of the folder"))
            action.triggered.connect(lambda: self._move(None))

    def _add_archive(self) -> None:
        is_archived = all(chat.archived_at is not None for chat in self._chats)
        text = self.tr("Move back to the chats") if is_archived else self.tr("Archive")
        self._add(
            "restore" if is_archived else "archive",
            text,
            lambda: self._wishes.archived.emit(self._ids, not is_archived),
        )

    def _move(self, folder_id: int | None) -> None:
        self._wishes.moved.emit(self._ids, folder_id)

    def _delete(self) -> None:
        self._wishes.deleted.emit(self._ids)


class FolderMenu(QMenu):
    """What can be done with a folder.

    Args:
        rename: lets the person type another name.
    """

    def __init__(
        self,
        folder: Folder,
        wishes: ChatWishes,
        theme: Theme,
        *,
        rename: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("folder_menu")
        self.setAccessibleName(self.tr("Folder"))
        action = self.addAction(theme.icon("edit"), self.tr("Rename"))
        action.setShortcut(QKeySequence("F2"))
        action.triggered.connect(rename)
        action = self.addAction(theme.icon("trash"), self.tr("Delete folder, keep its chats"))
        action.triggered.connect(lambda: wishes.folder_deleted.emit(folder.id))

# SPDX-License-Identifier: Apache-2.0
"""The chats as items under headings. It draws nothing and changes no chat by itself."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from nemodesk.chats.message import Chat, Folder
from nemodesk.chats.search import SearchHit
from nemodesk.ui.sidebar.grouping import Heading, Row, day_name, rows_of
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.wishes import ChatWishes

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_PAGE = 500
"""So many rows are laid out at once; more when they are scrolled to, or asked for by number."""

_DRAGGED = "application/x-nemodesk-chats"
"""The ids of chats that are dragged, with commas between them."""


class ChatItems(QAbstractListModel):
    """Chats in the order in which they come, under headings; or the places of a search."""

    def __init__(self, wishes: ChatWishes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes = wishes
        self._day: QDate = QDate()
        self._rows: list[Row] = []
        self._keys: list[tuple[object, ...]] = []
        self._shown = 0
        self._row_by_id: dict[int, int] = {}
        self._folded: set[int] = set()
        self.listing = Listing()

    def show_listing(self, listing: Listing, *, today: QDate | None = None) -> bool:
        """Replace the chats; return whether the rows were laid anew.

        Where only titles differ the rows stay, and with them selection and scrolling.
        """
        day: QDate = today or QDate.currentDate()
        if listing == self.listing and day == self._day:
            return False
        rows = rows_of(listing, self._folded, day)
        keys = [_key(row) for row in rows]
        if (listing.view, listing.search) != (self.listing.view, self.listing.search):
            self._shown = 0
        self.listing, self._day = listing, day
        if keys == self._keys:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(self._shown - 1))
            return False
        self._lay(rows, keys)
        return True

    def fold(self, folder_id: int, *, is_folded: bool) -> None:
        """Hide or show the chats of a folder."""
        if is_folded:
            self._folded.add(folder_id)
        else:
            self._folded.discard(folder_id)
        rows = rows_of(self.listing, self._folded, self._day)
        self._lay(rows, [_key(row) for row in rows])

    def is_folded(self, folder_id: int) -> bool:
        """Return whether the chats of a folder are hidden."""
        return folder_id in self._folded

    def row_at(self, index: Index) -> Row | None:
        """Return what stands in a row; None for no row."""
        return self._rows[index.row()] if index.isValid() else None

    def chat_at(self, index: Index) -> Chat | None:
        """Return the chat of a row; None for a heading or no row."""
        match self.row_at(index):
            case Chat() as chat:
                return chat
            case SearchHit() as hit:
                return hit.chat
            case _:
                return None

    def folder_at(self, index: Index) -> Folder | None:
        """Return the folder whose heading a row is; None for anything else."""
        row = self.row_at(index)
        return row.folder if isinstance(row, Heading) else None

    def index_of(self, chat_id: int | None) -> QModelIndex:
        """Return the row of a chat, its first one in a search, or an invalid index."""
        row = self._row_by_id.get(chat_id) if chat_id is not None else None
        return QModelIndex() if row is None else self._index_at(row)

    def index_of_folder(self, folder_id: int) -> QModelIndex:
        """Return the row of a folder's heading, or an invalid index."""
        for place, row in enumerate(self._rows):
            if isinstance(row, Heading) and row.folder and row.folder.id == folder_id:
                return self._index_at(place)
        return QModelIndex()

    def title(self, chat: Chat) -> str:
        """Return what the list calls a chat."""
        return chat.title or self.tr("New chat")

    def second_line(self, hit: SearchHit) -> str:
        """Return what stands below the title of a place: its words, or the chat's day."""
        return hit.snippet if hit.message_id is not None else self._day_of(hit.chat)

    def is_indented(self, index: Index) -> bool:
        """Return whether a row stands below the heading of its folder."""
        chat = self.row_at(index)
        return (
            isinstance(chat, Chat)
            and self.listing.view == "chats"
            and not chat.is_pinned
            and any(folder.id == chat.folder_id for folder in self.listing.folders)
        )

    # Qt

    def rowCount(self, parent: Index | None = None) -> int:
        """Count chats and headings that are laid out."""
        return 0 if parent is not None and parent.isValid() else self._shown

    def canFetchMore(self, parent: Index) -> bool:
        """Return whether there are rows below that are not laid out."""
        return not parent.isValid() and self._shown < len(self._rows)

    def fetchMore(self, _parent: Index) -> None:
        """Lay out the next rows."""
        self._show_up_to(self._shown + _PAGE)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401 - Qt's type
        """Return a row's title, or all that a screen reader says of it."""
        row = self.row_at(index)
        if row is None:
            return None
        chat = self.chat_at(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.title(chat) if chat else _title(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case Qt.ItemDataRole.EditRole:
                return chat.title if chat else _title(row)
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:  # noqa: ANN401 - Qt's type
        """Wish for another title; the row changes once the chat or the folder has it."""
        chat, folder = self.chat_at(index), self.folder_at(index)
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not title:
            return False
        if chat is not None and title != chat.title:
            self._wishes.renamed.emit(chat.id, title)
        elif folder is not None and title != folder.name:
            self._wishes.folder_renamed.emit(folder.id, title)
        else:
            return False
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let chats be chosen, named and moved, and folders too; a day is only a heading."""
        row = self.row_at(index)
        if row is None or (isinstance(row, Heading) and row.folder is None):
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if isinstance(row, SearchHit):
            return flags
        if self.listing.view != "trash":
            flags |= Qt.ItemFlag.ItemIsEditable
        if self.listing.view == "chats":
            flags |= Qt.ItemFlag.ItemIsDropEnabled
            if isinstance(row, Chat) and not row.is_temporary:
                flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Let chats be moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Take only chats of this list."""
        return [_DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the ids of the chats that are dragged."""
        chats = [chat for index in indexes if (chat := self.chat_at(index))]
        content = QMimeData()
        content.setData(_DRAGGED, ",".join(str(chat.id) for chat in chats).encode())
        return content

    def canDropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index
    ) -> bool:
        """Let chats be dropped on a folder, on its chats, and on chats outside of all."""
        return data.hasFormat(_DRAGGED) and parent.isValid()

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Wish that the chats are put where they were dropped."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        folder, chat = self.folder_at(parent), self.chat_at(parent)
        folder_id = folder.id if folder else chat.folder_id if chat else None
        ids = tuple(int(number) for number in bytes(data.data(_DRAGGED).data()).split(b","))
        self._wishes.moved.emit(ids, folder_id)
        return True

    def _index_at(self, row: int) -> QModelIndex:
        if row >= self._shown:
            self._show_up_to(row + 1)
        return self.index(row)

    def _show_up_to(self, count: int) -> None:
        count = min(count, len(self._rows))
        self.beginInsertRows(QModelIndex(), self._shown, count - 1)
        self._shown = count
        self.endInsertRows()

    def _lay(self, rows: list[Row], keys: list[tuple[object, ...]]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._keys = keys
        self._shown = min(len(rows), max(_PAGE, self._shown))
        self._row_by_id = {}
        for place, row in enumerate(rows):
            if not isinstance(row, Heading):
                self._row_by_id.setdefault(_chat_id(row), place)
        self.endResetModel()

    def _spoken(self, row: Row) -> str:
        match row:
            case SearchHit():
                return f"{self.title(row.chat)}. {self.second_line(row)}"
            case Heading(folder=folder) if folder is not None:
                text = self.tr("Folder %1, folded") if row.is_folded else self.tr("Folder %1")
                return text.replace("%1", row.title)
            case Heading():
                return row.title
            case Chat():
                return self.title(row)

    def _day_of(self, chat: Chat) -> str:
        return day_name(chat.updated_at, self._day)


def _title(row: Row) -> str:
    return row.title if isinstance(row, Heading) else ""


def _chat_id(row: Chat | SearchHit) -> int:
    return row.id if isinstance(row, Chat) else row.chat.id


def _key(row: Row) -> tuple[object, ...]:
    match row:
        case Heading():
            return "heading", row.folder.id if row.folder else row.title, row.is_folded
        case SearchHit():
            return "place", row.chat.id, row.message_id
        case Chat():
            # A chat may be elsewhere now without any row having moved.
            return "chat", row.id, row.is_pinned, row.folder_id

# SPDX-License-Identifier: Apache-2.0
"""The chats as items grouped by day. It draws nothing and changes no chat by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from nemodesk.chats.message import Chat

Index: TypeAlias = QModelIndex | QPersistentModelIndex

CHAT_ID_ROLE = int(Qt.ItemDataRole.UserRole) + 1

_DAYS_IN_A_WEEK = 7


@dataclass(frozen=True)
class _Heading:
    title: str


class ChatItems(QAbstractListModel):
    """Chats in the order in which they come, with a heading where another day begins.

    Signals:
        rename_requested(int, str): the person typed another title for a chat.
    """

    rename_requested = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats: tuple[Chat, ...] = ()
        self._day = QDate()
        self._rows: list[Chat | _Heading] = []
        self._row_by_id: dict[int, int] = {}

    def show_chats(self, chats: Sequence[Chat], *, today: QDate | None = None) -> bool:
        """Replace the chats, newest first; return whether the rows were laid anew.

        Where only titles differ the rows stay, and with them selection and scrolling.
        """
        day = today or QDate.currentDate()
        chats = tuple(chats)
        if chats == self._chats and day == self._day:
            return False
        rows = self._group(chats, day)
        is_same_order = [_key(row) for row in rows] == [_key(row) for row in self._rows]
        self._chats, self._day = chats, day
        if is_same_order:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return False
        self.beginResetModel()
        self._rows = rows
        self._row_by_id = {row.id: i for i, row in enumerate(rows) if isinstance(row, Chat)}
        self.endResetModel()
        return True

    def chat_at(self, index: Index) -> Chat | None:
        """Return the chat of a row; None for a heading or no row."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        return row if isinstance(row, Chat) else None

    def index_of(self, chat_id: int | None) -> QModelIndex:
        """Return the row of a chat, or an invalid index."""
        row = self._row_by_id.get(chat_id) if chat_id is not None else None
        return QModelIndex() if row is None else self.index(row)

    def chat_count(self) -> int:
        """Return the number of chats, without the headings."""
        return len(self._chats)

    def title(self, chat: Chat) -> str:
        """Return what the list calls a chat."""
        return chat.title or self.tr("New chat")

    def rowCount(self, parent: Index | None = None) -> int:
        """Count chats and headings."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401 - Qt's type
        """Return a row's title, or the id of its chat."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if isinstance(row, _Heading):
            is_text = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return row.title if is_text else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.title(row)
            case Qt.ItemDataRole.EditRole:
                return row.title
            case _ if role == CHAT_ID_ROLE:
                return row.id
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:  # noqa: ANN401 - Qt's type
        """Wish for another title; the row changes once the chat has it."""
        chat = self.chat_at(index)
        title = " ".join(str(value).split())
        if chat is None or role != Qt.ItemDataRole.EditRole or not title or title == chat.title:
            return False
        self.rename_requested.emit(chat.id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let chats be chosen and renamed, headings neither."""
        if self.chat_at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def _group(self, chats: Sequence[Chat], today: QDate) -> list[Chat | _Heading]:
        rows: list[Chat | _Heading] = []
        heading = ""
        for chat in chats:
            day = QDateTime.fromSecsSinceEpoch(int(chat.updated_at)).date()
            title = self._heading(day, today)
            if title != heading:
                heading = title
                rows.append(_Heading(title))
            rows.append(chat)
        return rows

    def _heading(self, day: QDate, today: QDate) -> str:
        days_ago = day.daysTo(today)
        if days_ago <= 0:
            return self.tr("Today")
        if days_ago == 1:
            return self.tr("Yesterday")
        if days_ago <= _DAYS_IN_A_WEEK:
            return self.tr("Previous 7 days")
        month = QLocale().standaloneMonthName(day.month())
        return month if day.year() == today.year() else f"{month} {day.year()}"


def _key(row: Chat | _Heading) -> int | str:
    return row.title if isinstance(row, _Heading) else row.id

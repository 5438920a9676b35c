# SPDX-License-Identifier: Apache-2.0
"""Reads chats out of a damaged database, row by row: one that cannot be read costs only itself.

It changes nothing and knows all schemas. What it yields is what `import_chat` takes.
"""

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from nemodesk import answer_settings
from nemodesk.chats.imported import ImportedChat, ImportedMessage
from nemodesk.chats.message import MessageStatistics, MessageStatus, NewAttachment, Role
from nemodesk.structs import decode

Row = Mapping[str, Any]

_HIGHEST_ID = 10_000_000
"""No higher one is looked for where a damaged page pretends one; a guess."""

_NONSENSE = (ValueError, TypeError, KeyError, OverflowError, msgspec.MsgspecError)


class Salvage:
    """What is left of a damaged database.

    Args:
        connection: to the damaged file.
        errors: what the connection raises.
    """

    def __init__(self, connection: sqlite3.Connection, errors: type[Exception]) -> None:
        self._connection = connection
        self._errors = errors
        connection.text_factory = _text
        # It also makes SQLite read a file that is shorter than its first page says (btree.c).
        with contextlib.suppress(errors):
            connection.execute("PRAGMA writable_schema = ON")
        self._pieces: defaultdict[int, list[Row]] = defaultdict(list)
        self._attachments: defaultdict[tuple[int, int | None], list[Row]] = defaultdict(list)

    def chats(self) -> Iterator[ImportedChat]:
        """Yield each chat of which anything can be read, with what can be read of it.

        A message whose parent is lost comes after the one before it.
        """
        for row in self._rows("chunk"):
            self._pieces[row["message_id"]].append(row)
        for row in self._rows("attachment"):
            self._attachments[row["chat_id"], row["message_id"]].append(row)
        folders = {row["id"]: str(row["name"]) for row in self._rows("folder")}
        chats = {row["id"]: row for row in self._rows("chat")}
        messages: defaultdict[int, list[int]] = defaultdict(list)
        for row in self._rows("message", "id, chat_id"):
            messages[row["chat_id"]].append(row["id"])
        for chat_id in sorted({*chats, *messages}):
            row = chats.get(chat_id, {})
            found = list(self._messages(chat_id, messages[chat_id]))
            if row or found:
                yield self._chat(chat_id, row, found, folders)

    def _chat(
        self,
        chat_id: int,
        row: Row,
        messages: Sequence[ImportedMessage],
        folders: Mapping[int, str],
    ) -> ImportedChat:
        begun = messages[0].created_at if messages else 0.0
        return ImportedChat(
            title=str(row.get("title", "")),
            created_at=_number(row.get("created_at"), begun) or begun,
            updated_at=_number(row.get("updated_at"), begun) or begun,
            messages=messages,
            shown_key=str(row.get("leaf_id")),
            draft=str(row.get("draft", "")),
            draft_attachments=self._attached(chat_id, None),
            model=str(row.get("model", "")),
            is_pinned=bool(row.get("is_pinned")),
            folder=folders.get(row.get("folder_id", 0), ""),
            archived_at=_number(row.get("archived_at"), None),
            deleted_at=_number(row.get("deleted_at"), None),
            answer_settings=answer_settings.decode(str(row.get("answer_settings", ""))),
            has_own_title=bool(row.get("has_own_title", row.get("title"))),
            origin=str(row.get("origin", "")),
        )

    def _messages(self, chat_id: int, message_ids: Sequence[int]) -> Iterator[ImportedMessage]:
        keys: dict[str, None] = {}
        for message_id in message_ids:
            row = self._row("message", message_id)
            with contextlib.suppress(*_NONSENSE):
                parent_key = None if row["parent_id"] is None else str(row["parent_id"])
                if parent_key is not None and parent_key not in keys:
                    parent_key = next(reversed(keys), None)
                yield self._message(row, parent_key, self._attached(chat_id, message_id))
                keys[str(message_id)] = None

    def _message(
        self, row: Row, parent_key: str | None, attachments: Sequence[NewAttachment]
    ) -> ImportedMessage:
        pieces = self._pieces[row["id"]]
        statistics = row["statistics"]
        return ImportedMessage(
            key=str(row["id"]),
            parent_key=parent_key,
            role=Role(row["role"]),
            content="".join([str(row["content"]), *(str(piece["content"]) for piece in pieces)]),
            reasoning="".join(
                [str(row["reasoning"]), *(str(piece["reasoning"]) for piece in pieces)]
            ),
            status=MessageStatus(row["status"]),
            model=str(row["model"]),
            created_at=float(row["created_at"]),
            failure=str(row["failure"]),
            statistics=None if statistics is None else decode(statistics, MessageStatistics),
            attachments=attachments,
            summary=str(self._row("summary", row["id"], key="message_id").get("text", "")),
        )

    def _attached(self, chat_id: int, message_id: int | None) -> list[NewAttachment]:
        found: list[NewAttachment] = []
        for row in self._attachments[chat_id, message_id]:
            document = self._row("document", row["document_id"])
            with contextlib.suppress(*_NONSENSE):
                found.append(
                    NewAttachment(
                        name=str(row["name"]),
                        media_type=str(row["media_type"]),
                        size_bytes=int(row["size_bytes"]),
                        text=str(document["text"]),
                        content=document["content"],
                    )
                )
        return found

    def _rows(self, table: str, columns: str = "*") -> Iterator[Row]:
        """Yield the rows that can be read, each by itself: a damaged page would end a scan."""
        highest = self._highest(
            f"SELECT coalesce(max(id), 0) FROM {table}",  # noqa: S608 - our own names
            f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'",  # noqa: S608
        )
        for id_ in range(1, min(highest, _HIGHEST_ID) + 1):
            row = self._row(table, id_, columns=columns)
            if row:
                yield row

    def _row(self, table: str, id_: int, *, key: str = "id", columns: str = "*") -> Row:
        """Return a row, or an empty one where it cannot be read."""
        try:
            row = self._connection.execute(
                f"SELECT {columns} FROM {table} WHERE {key} = ?",  # noqa: S608 - our own names
                (id_,),
            ).fetchone()
        except self._errors:
            return {}
        return {} if row is None else dict(row)

    def _highest(self, *queries: str) -> int:
        """Return the highest answer to queries of which some may fail."""
        found = [0]
        for query in queries:
            with contextlib.suppress(self._errors):
                row = self._connection.execute(query).fetchone()
                found += [int(row[0])] if row is not None else []
        return max(found)


def _number(value: object, default: float | None) -> float | None:
    return float(value) if isinstance(value, int | float) else default


def _text(content: bytes) -> str:
    # Where the end of a text is lost SQLite may give zeros.
    return content.decode(errors="replace").rstrip("\0")

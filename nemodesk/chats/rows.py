# SPDX-License-Identifier: Apache-2.0
"""Reads chats and messages out of their tables. It opens nothing and commits nothing."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nemodesk import answer_settings
from nemodesk.chats.message import (
    Attachment,
    Chat,
    Message,
    MessageStatistics,
    MessageStatus,
    Role,
)
from nemodesk.chats.writer import Writer
from nemodesk.errors import NotFoundError

ONE = "SELECT :id AS id, 0 AS depth"
"""Chooses the message :id."""

ANCESTORS = """
    WITH RECURSIVE above (id, depth) AS (
        SELECT :id, 0
        UNION ALL
        SELECT message.parent_id, above.depth - 1 FROM message JOIN above ON message.id = above.id
        WHERE message.parent_id IS NOT NULL
    )
    SELECT id, depth FROM above
"""
"""Chooses the message :id and all before it, the first one first."""

WHOLE = "SELECT id, id AS depth FROM message WHERE chat_id = :id"
"""Chooses all messages of the chat :id, parents before those after them."""

BEING_WRITTEN = "SELECT id, id AS depth FROM message WHERE status = 'writing'"
"""Chooses the answers that are being written."""

_CHATS = """
    SELECT id, title, created_at, updated_at, leaf_id, draft, model, is_pinned, folder_id,
        archived_at, deleted_at, answer_settings, has_own_title
    FROM chat WHERE {condition} ORDER BY updated_at DESC, id DESC
"""

# `IS` and not `=`: first messages have no parent. The index (parent_id, chat_id) serves both.
_MESSAGES = """
    SELECT message.*, coalesce(summary.text, '') AS summary,
        (SELECT count(*) FROM message AS other WHERE other.parent_id IS message.parent_id
            AND other.chat_id = message.chat_id AND other.id <= message.id) AS version,
        (SELECT count(*) FROM message AS other WHERE other.parent_id IS message.parent_id
            AND other.chat_id = message.chat_id) AS version_count
    FROM ({chosen}) AS chosen JOIN message ON message.id = chosen.id
    LEFT JOIN summary ON summary.message_id = message.id
    ORDER BY chosen.depth
"""

_ATTACHMENTS = """
    SELECT attachment.message_id, attachment.id, name, media_type, size_bytes, text,
        content IS NOT NULL AS has_content
    FROM attachment JOIN document ON document.id = document_id
    WHERE {condition} ORDER BY attachment.id
"""

_NO_PIECES: tuple[list[str], list[str]] = ([], [])

_LAST_SHOWN_LEAF = """
    WITH RECURSIVE below (id) AS (
        SELECT ?
        UNION ALL
        SELECT message.id FROM message JOIN below ON message.parent_id = below.id
    )
    SELECT message.id FROM message JOIN below ON message.id = below.id
    WHERE NOT EXISTS (SELECT 1 FROM message AS child WHERE child.parent_id = message.id)
    ORDER BY message.shown DESC, message.id DESC LIMIT 1
"""


def chats(
    connection: sqlite3.Connection, condition: str, values: Mapping[str, object] | None = None
) -> list[Chat]:
    """Return the chats that meet an SQL condition, newest activity first."""
    found = connection.execute(_CHATS.format(condition=condition), values or {})
    return [_chat(row) for row in found]


def chat(connection: sqlite3.Connection, chat_id: int) -> Chat:
    """Return one chat that is not in the trash. Raises NotFoundError."""
    found = chats(connection, "id = :id AND deleted_at IS NULL", {"id": chat_id})
    if not found:
        raise no_chat(chat_id)
    return found[0]


def messages(
    connection: sqlite3.Connection, chosen: str, values: Mapping[str, object] | None = None
) -> list[Message]:
    """Return the messages that a query of (id, depth) chooses, ordered by depth."""
    found = connection.execute(_MESSAGES.format(chosen=chosen), values or {}).fetchall()
    attachments = _attachments_of(connection, found)
    pieces = _pieces(connection, found)
    return [
        _message(row, pieces.get(row["id"], _NO_PIECES), attachments.get(row["id"], ()))
        for row in found
    ]


def message(connection: sqlite3.Connection, message_id: int) -> Message:
    """Return one message, also of a chat in the trash. Raises NotFoundError."""
    found = messages(connection, ONE, {"id": message_id})
    if not found:
        raise no_message(message_id)
    return found[0]


def attachments(
    connection: sqlite3.Connection, condition: str, values: Mapping[str, object]
) -> dict[int | None, tuple[Attachment, ...]]:
    """Return the attachments that meet an SQL condition, by message; None is a draft."""
    by_message: dict[int | None, tuple[Attachment, ...]] = {}
    for row in connection.execute(_ATTACHMENTS.format(condition=condition), values):
        fields = dict(row)
        message_id: int | None = fields.pop("message_id")
        fields["has_content"] = bool(fields["has_content"])
        by_message[message_id] = (*by_message.get(message_id, ()), Attachment(**fields))
    return by_message


def sibling_ids(connection: sqlite3.Connection, message: Message) -> list[int]:
    """Return the ids of all versions of a message, oldest first."""
    found = connection.execute(
        "SELECT id FROM message WHERE parent_id IS ? AND chat_id = ? ORDER BY id",
        (message.parent_id, message.chat_id),
    )
    return [int(row["id"]) for row in found]


def last_shown_leaf(connection: sqlite3.Connection, message_id: int) -> int:
    """Return the last message of the path below that was shown most recently."""
    return int(connection.execute(_LAST_SHOWN_LEAF, (message_id,)).fetchone()["id"])


def writer(connection: sqlite3.Connection, message_id: int) -> Writer | None:
    """Return the process that writes a message, if any."""
    row = connection.execute(
        "SELECT writer_pid, writer_started_at FROM message WHERE id = ?", (message_id,)
    ).fetchone()
    if row["writer_pid"] is None:
        return None
    return Writer(process_id=row["writer_pid"], started_at=row["writer_started_at"])


def fold_chunks(connection: sqlite3.Connection, message: Message) -> None:
    """Store the message's whole text in its row and drop the pieces that it came in."""
    connection.execute(
        "UPDATE message SET content = ?, reasoning = ? WHERE id = ?",
        (message.content, message.reasoning, message.id),
    )
    connection.execute("DELETE FROM chunk WHERE message_id = ?", (message.id,))


def encode(statistics: MessageStatistics | None) -> str | None:
    """Return the statistics as the text that their column holds."""
    return None if statistics is None else msgspec.json.encode(statistics).decode()


def no_chat(chat_id: int) -> NotFoundError:
    """Say that a chat is not there."""
    return NotFoundError(f"There is no chat with the number {chat_id}. It may have been deleted.")


def no_message(message_id: int) -> NotFoundError:
    """Say that a message is not there."""
    return NotFoundError(
        f"There is no message with the number {message_id}. Its chat may have been deleted."
    )


def _chat(row: sqlite3.Row) -> Chat:
    fields: dict[str, Any] = dict(row)
    fields["is_pinned"] = bool(fields["is_pinned"])
    fields["has_own_title"] = bool(fields["has_own_title"])
    fields["answer_settings"] = answer_settings.decode(fields["answer_settings"])
    return Chat(**fields)


def _attachments_of(
    connection: sqlite3.Connection, found: Sequence[sqlite3.Row]
) -> Mapping[int | None, tuple[Attachment, ...]]:
    if len(found) == 1:
        return attachments(connection, "message_id = :id", {"id": found[0]["id"]})
    by_message: dict[int | None, tuple[Attachment, ...]] = {}
    for chat_id in {row["chat_id"] for row in found}:
        condition = "chat_id = :id AND message_id IS NOT NULL"
        by_message |= attachments(connection, condition, {"id": chat_id})
    return by_message


def _pieces(
    connection: sqlite3.Connection, found: Sequence[sqlite3.Row]
) -> Mapping[int, tuple[list[str], list[str]]]:
    """Return the pieces of contents and reasonings of the answers that are being written."""
    by_message: dict[int, tuple[list[str], list[str]]] = {}
    # The others have none, and the table is as good as empty.
    condition = "message_id = :id" if len(found) == 1 else "TRUE"
    values = {"id": found[0]["id"]} if found else {}
    for row in connection.execute(
        f"SELECT message_id, content, reasoning FROM chunk WHERE {condition}"  # noqa: S608 - ours
        " ORDER BY message_id, id",
        values,
    ):
        contents, reasonings = by_message.setdefault(row["message_id"], ([], []))
        contents.append(row["content"])
        reasonings.append(row["reasoning"])
    return by_message


def _message(
    row: sqlite3.Row, pieces: tuple[list[str], list[str]], attachments: tuple[Attachment, ...]
) -> Message:
    statistics = row["statistics"]
    contents, reasonings = pieces
    return Message(
        id=row["id"],
        chat_id=row["chat_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        content="".join((row["content"], *contents)),
        reasoning="".join((row["reasoning"], *reasonings)),
        status=MessageStatus(row["status"]),
        model=row["model"],
        created_at=row["created_at"],
        failure=row["failure"],
        statistics=None
        if statistics is None
        else msgspec.json.decode(statistics, type=MessageStatistics),
        version=row["version"],
        version_count=row["version_count"],
        attachments=attachments,
        summary=row["summary"],
    )

# SPDX-License-Identifier: Apache-2.0
"""Reads chats and messages out of their tables. It opens nothing and commits nothing."""

import sqlite3
from collections.abc import Mapping

import msgspec

from nemodesk.chats.message import Chat, Message, MessageStatistics, MessageStatus, Role
from nemodesk.chats.writer import Writer

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

BEING_WRITTEN = "SELECT id, id AS depth FROM message WHERE status = 'writing'"
"""Chooses the answers that are being written."""

_CHATS = """
    SELECT id, title, created_at, updated_at, leaf_id, draft, model FROM chat
    WHERE {condition} ORDER BY updated_at DESC, id DESC
"""

# `IS` and not `=`: first messages have no parent. The index (parent_id, chat_id) serves both.
_MESSAGES = """
    SELECT message.*,
        (SELECT count(*) FROM message AS other WHERE other.parent_id IS message.parent_id
            AND other.chat_id = message.chat_id AND other.id <= message.id) AS version,
        (SELECT count(*) FROM message AS other WHERE other.parent_id IS message.parent_id
            AND other.chat_id = message.chat_id) AS version_count
    FROM ({chosen}) AS chosen JOIN message ON message.id = chosen.id ORDER BY chosen.depth
"""

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
    return [Chat(**dict(row)) for row in found]


def messages(
    connection: sqlite3.Connection, chosen: str, values: Mapping[str, object] | None = None
) -> list[Message]:
    """Return the messages that a query of (id, depth) chooses, ordered by depth."""
    found = connection.execute(_MESSAGES.format(chosen=chosen), values or {}).fetchall()
    return [_message(connection, row) for row in found]


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


def add_contains_text(connection: sqlite3.Connection) -> None:
    """Give SQL the function contains_text(text, folded); LIKE ignores case only in ASCII."""

    def contains_text(text: str, folded: str) -> bool:
        return folded in text.casefold()

    connection.create_function("contains_text", 2, contains_text, deterministic=True)


def encode(statistics: MessageStatistics | None) -> str | None:
    """Return the statistics as the text that their column holds."""
    return None if statistics is None else msgspec.json.encode(statistics).decode()


def _message(connection: sqlite3.Connection, row: sqlite3.Row) -> Message:
    pieces = connection.execute(
        "SELECT content, reasoning FROM chunk WHERE message_id = ? ORDER BY id", (row["id"],)
    ).fetchall()
    statistics = row["statistics"]
    return Message(
        id=row["id"],
        chat_id=row["chat_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        content=row["content"] + "".join(piece["content"] for piece in pieces),
        reasoning=row["reasoning"] + "".join(piece["reasoning"] for piece in pieces),
        status=MessageStatus(row["status"]),
        model=row["model"],
        created_at=row["created_at"],
        failure=row["failure"],
        statistics=None
        if statistics is None
        else msgspec.json.decode(statistics, type=MessageStatistics),
        version=row["version"],
        version_count=row["version_count"],
    )

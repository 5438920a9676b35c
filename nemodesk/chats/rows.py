# SPDX-License-Identifier: Apache-2.0
"""Reads chats and messages out of their tables. It opens nothing and commits nothing."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from nemodesk import answer_settings
from nemodesk.answer_settings import AnswerSettings
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
from nemodesk.structs import decoder
from nemodesk.text import well_formed

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
        archived_at, deleted_at, answer_settings, has_own_title, origin
    FROM chat WHERE {condition} ORDER BY updated_at DESC, id DESC
"""

_MESSAGES = """
    SELECT message.id, chat_id, parent_id, role, content, reasoning, status, model, created_at,
        failure, statistics, coalesce(summary.text, '')
    FROM ({chosen}) AS chosen JOIN message ON message.id = chosen.id
    LEFT JOIN summary ON summary.message_id = message.id
    ORDER BY chosen.depth
"""

# The index (chat_id, parent_id) holds all that is read.
_VERSIONS = """
    SELECT group_concat(id) FROM message WHERE {condition}
    GROUP BY chat_id, parent_id HAVING count(*) > 1
"""

_ATTACHMENTS = """
    SELECT attachment.message_id, attachment.id, name, media_type, size_bytes, text,
        content IS NOT NULL AS has_content
    FROM attachment JOIN document ON document.id = document_id
    WHERE {condition} ORDER BY attachment.id
"""

Pieces = tuple[list[str], list[str]]
"""Of a content and of a reasoning."""

_NO_PIECES: Pieces = ([], [])
_ONLY_VERSION = (1, 1)
_STATISTICS = decoder(MessageStatistics)

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
    if len(found) == 1:
        return [_message(found[0], *_beside_one(connection, *found[0][:3]))]
    versions: dict[int, tuple[int, int]] = {}
    attachments: dict[int | None, tuple[Attachment, ...]] = {}
    for chat_id in {row[1] for row in found}:
        chat: dict[str, object] = {"id": chat_id}
        versions |= _versions(connection, "chat_id = :id", chat)
        attachments |= attachments_of(connection, "chat_id = :id AND message_id IS NOT NULL", chat)
    # Only answers that are being written have pieces: the table is as good as empty.
    pieces = _pieces(connection, "TRUE", {})
    return [
        _message(
            row,
            versions.get(row[0], _ONLY_VERSION),
            attachments.get(row[0], ()),
            pieces.get(row[0], _NO_PIECES),
        )
        for row in found
    ]


def message(connection: sqlite3.Connection, message_id: int) -> Message:
    """Return one message, also of a chat in the trash. Raises NotFoundError."""
    found = messages(connection, ONE, {"id": message_id})
    if not found:
        raise no_message(message_id)
    return found[0]


def attachments_of(
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


def encode_choices(choices: AnswerSettings) -> str:
    """Return choices about answers as the text that their column holds."""
    texts = {
        name: well_formed(value)
        for name in choices.__struct_fields__
        if isinstance(value := getattr(choices, name), str)
    }
    return answer_settings.encode(msgspec.structs.replace(choices, **texts))


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


def _beside_one(
    connection: sqlite3.Connection, message_id: int, chat_id: int, parent_id: int | None
) -> tuple[tuple[int, int], tuple[Attachment, ...], Pieces]:
    """Return what else belongs to a message: versions, attachments, pieces."""
    values: dict[str, object] = {"id": message_id, "chat": chat_id, "parent": parent_id}
    # `IS` and not `=`: first messages have no parent.
    versions = _versions(connection, "chat_id = :chat AND parent_id IS :parent", values)
    attachments = attachments_of(connection, "message_id = :id", values)
    pieces = _pieces(connection, "message_id = :id", values)
    return (
        versions.get(message_id, _ONLY_VERSION),
        attachments.get(message_id, ()),
        pieces.get(message_id, _NO_PIECES),
    )


def _versions(
    connection: sqlite3.Connection, condition: str, values: Mapping[str, object]
) -> dict[int, tuple[int, int]]:
    """Return place and number of the versions of each message that is not the only one."""
    places: dict[int, tuple[int, int]] = {}
    for row in connection.execute(_VERSIONS.format(condition=condition), values):
        ids = sorted(map(int, row[0].split(",")))
        places.update({id_: (place, len(ids)) for place, id_ in enumerate(ids, 1)})
    return places


def _pieces(
    connection: sqlite3.Connection, condition: str, values: Mapping[str, object]
) -> dict[int, Pieces]:
    """Return the contents and reasonings that have been added to answers, in pieces."""
    by_message: dict[int, Pieces] = {}
    for row in connection.execute(
        f"SELECT message_id, content, reasoning FROM chunk WHERE {condition}"  # noqa: S608 - ours
        " ORDER BY message_id, id",
        values,
    ):
        contents, reasonings = by_message.setdefault(row[0], ([], []))
        contents.append(row[1])
        reasonings.append(row[2])
    return by_message


def _message(
    row: sqlite3.Row,
    versions: tuple[int, int],
    attachments: tuple[Attachment, ...],
    pieces: Pieces,
) -> Message:
    # By place and not by name, which takes three times as long.
    message_id, chat_id, parent_id, role, content, reasoning, status, *others = row
    model, created_at, failure, statistics, summary = others
    return Message(
        id=message_id,
        chat_id=chat_id,
        parent_id=parent_id,
        role=Role(role),
        content="".join((content, *pieces[0])) if pieces[0] else content,
        reasoning="".join((reasoning, *pieces[1])) if pieces[1] else reasoning,
        status=MessageStatus(status),
        model=model,
        created_at=created_at,
        failure=failure,
        statistics=None if statistics is None else _STATISTICS.decode(statistics),
        version=versions[0],
        version_count=versions[1],
        attachments=attachments,
        summary=summary,
    )

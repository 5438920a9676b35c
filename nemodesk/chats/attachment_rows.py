# SPDX-License-Identifier: Apache-2.0
"""Writes attachments into their tables. It opens nothing and commits nothing.

An attachment names a document, its text and its bytes, that it may share with others: an edited
question has what the first one had, and nothing is stored twice.
"""

import sqlite3
from collections.abc import Sequence

from nemodesk.chats import rows
from nemodesk.chats.message import Attachment, NewAttachment
from nemodesk.errors import NotFoundError
from nemodesk.text import well_formed

_COPY = """
    INSERT INTO attachment (chat_id, message_id, document_id, name, media_type, size_bytes)
    SELECT message.chat_id, message.id, document_id, name, media_type, size_bytes
    FROM attachment JOIN message ON message.id = :message_id
    WHERE {condition} ORDER BY attachment.id
"""


def add(
    connection: sqlite3.Connection,
    chat_id: int,
    attachment: NewAttachment,
    *,
    message_id: int | None,
) -> int:
    """Add a new attachment to a message, or to the chat's draft; return its id."""
    text, size_bytes = well_formed(attachment.text), attachment.size_bytes
    if size_bytes is None:
        size_bytes = len(text.encode() if attachment.content is None else attachment.content)
    cursor = connection.execute(
        "INSERT INTO document (text, content) VALUES (?, ?)", (text, attachment.content)
    )
    cursor = connection.execute(
        "INSERT INTO attachment (chat_id, message_id, document_id, name, media_type, size_bytes)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(chat_id, message_id, cursor.lastrowid),
            *(well_formed(attachment.name), attachment.media_type, size_bytes),
        ),
    )
    return int(cursor.lastrowid or 0)


def send(connection: sqlite3.Connection, message_id: int, attachment_ids: Sequence[int]) -> None:
    """Move attachments of a draft to a message of the same chat."""
    for attachment_id in attachment_ids:
        cursor = connection.execute(
            "UPDATE attachment SET message_id = ?1 WHERE id = ?2 AND message_id IS NULL"
            " AND chat_id = (SELECT chat_id FROM message WHERE id = ?1)",
            (message_id, attachment_id),
        )
        if cursor.rowcount == 0:
            raise no_attachment(attachment_id)


def keep(connection: sqlite3.Connection, message_id: int, attachment_ids: Sequence[int]) -> None:
    """Give a message attachments that others have."""
    for attachment_id in attachment_ids:
        values = {"message_id": message_id, "id": attachment_id}
        condition = "attachment.id = :id"
        if not connection.execute(_COPY.format(condition=condition), values).rowcount:
            raise no_attachment(attachment_id)


def copy_all(connection: sqlite3.Connection, from_id: int, message_id: int) -> None:
    """Give a message all attachments of another."""
    values = {"message_id": message_id, "from_id": from_id}
    connection.execute(_COPY.format(condition="attachment.message_id = :from_id"), values)


def one(connection: sqlite3.Connection, attachment_id: int) -> Attachment:
    """Return one attachment. Raises NotFoundError."""
    found = rows.attachments_of(connection, "attachment.id = :id", {"id": attachment_id})
    for attachments in found.values():
        return attachments[0]
    raise no_attachment(attachment_id)


def no_attachment(attachment_id: int) -> NotFoundError:
    """Say that an attachment is not there."""
    return NotFoundError(
        f"There is no attachment with the number {attachment_id}. It may have been removed."
    )

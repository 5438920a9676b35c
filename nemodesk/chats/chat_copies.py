# SPDX-License-Identifier: Apache-2.0
"""The part of the store that makes whole chats: one that branches off, one from elsewhere."""

import sqlite3
from collections.abc import Mapping

from nemodesk.chats import attachment_rows, rows
from nemodesk.chats.folded_text import fold
from nemodesk.chats.imported import ImportedChat, ImportedMessage, parents_first
from nemodesk.chats.message import Chat, MessageStatus, Role, title_from
from nemodesk.chats.message_tree import show_leaf
from nemodesk.chats.store_part import StorePart
from nemodesk.text import well_formed


class ChatCopies(StorePart):
    """New chats that begin with messages."""

    def branch(self, message_id: int) -> Chat:
        """Make a new chat of the messages up to and including this one; the old one stays."""
        now = self._clock()
        with self._database.changing() as connection:
            old = rows.chat(connection, rows.message(connection, message_id).chat_id)
            cursor = connection.execute(
                "INSERT INTO chat (title, folded_title, has_own_title, model, folder_id,"
                " answer_settings, created_at, updated_at)"
                " SELECT title, folded_title, has_own_title, model, folder_id, answer_settings,"
                " ?, ? FROM chat WHERE id = ?",
                (now, now, old.id),
            )
            chat_id = int(cursor.lastrowid or 0)
            parent_id = None
            for message in rows.messages(connection, rows.ANCESTORS, {"id": message_id}):
                copied = ImportedMessage(
                    key="",
                    parent_key=None,
                    role=message.role,
                    content=message.content,
                    reasoning=message.reasoning,
                    status=message.status,
                    model=message.model,
                    created_at=message.created_at,
                    failure=message.failure,
                    statistics=message.statistics,
                    summary=message.summary,
                )
                parent_id = _add(connection, chat_id, parent_id, copied)
                attachment_rows.copy_all(connection, message.id, parent_id)
            show_leaf(connection, chat_id, parent_id or 0)
            return rows.chat(connection, chat_id)

    def import_chat(self, imported: ImportedChat) -> Chat:
        """Add a chat from elsewhere, all of it or, after an error, nothing."""
        with self._database.changing() as connection:
            chat_id = _add_chat(connection, imported)
            ids: dict[str, int] = {}
            for message in parents_first(imported.messages):
                parent_id = ids.get(message.parent_key) if message.parent_key is not None else None
                ids[message.key] = _add(connection, chat_id, parent_id, message)
                for attachment in message.attachments:
                    attachment_rows.add(
                        connection, chat_id, attachment, message_id=ids[message.key]
                    )
            for attachment in imported.draft_attachments:
                attachment_rows.add(connection, chat_id, attachment, message_id=None)
            shown_id = _shown_id(imported, ids)
            if shown_id is not None:
                show_leaf(connection, chat_id, rows.last_shown_leaf(connection, shown_id))
            return rows.chats(connection, "id = :id", {"id": chat_id})[0]


def _add_chat(connection: sqlite3.Connection, imported: ImportedChat) -> int:
    title = well_formed(" ".join(imported.title.split()))
    if not title:
        questions = (one.content for one in imported.messages if one.role is Role.USER)
        title = title_from(well_formed(next(questions, "")))
    cursor = connection.execute(
        "INSERT INTO chat (title, folded_title, has_own_title, created_at, updated_at, draft,"
        " model, is_pinned, folder_id, archived_at, deleted_at, answer_settings, origin)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(title, fold(title), imported.has_own_title),
            *(imported.created_at, imported.updated_at, well_formed(imported.draft)),
            *(well_formed(imported.model), imported.is_pinned),
            _folder_id(connection, well_formed(imported.folder)),
            *(imported.archived_at, imported.deleted_at),
            rows.encode_choices(imported.answer_settings),
            well_formed(imported.origin),
        ),
    )
    return int(cursor.lastrowid or 0)


def _folder_id(connection: sqlite3.Connection, name: str) -> int | None:
    if not name:
        return None
    row = connection.execute(
        "SELECT id FROM folder WHERE name = ? ORDER BY position LIMIT 1", (name,)
    ).fetchone()
    if row is not None:
        return int(row["id"])
    cursor = connection.execute(
        "INSERT INTO folder (name, position) SELECT ?, coalesce(max(position), 0) + 1 FROM folder",
        (name,),
    )
    return int(cursor.lastrowid or 0)


def _add(
    connection: sqlite3.Connection, chat_id: int, parent_id: int | None, message: ImportedMessage
) -> int:
    """Add a message without its attachments; nobody writes it any more."""
    status = message.status
    if status is MessageStatus.WRITING:
        status = MessageStatus.INTERRUPTED
    cursor = connection.execute(
        "INSERT INTO message (chat_id, parent_id, role, status, model, created_at, shown,"
        " failure, statistics, reasoning, content) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
        (
            *(chat_id, parent_id, message.role, status, well_formed(message.model)),
            *(message.created_at, well_formed(message.failure)),
            rows.encode(message.statistics),
            *(well_formed(message.reasoning), well_formed(message.content)),
        ),
    )
    message_id = int(cursor.lastrowid or 0)
    if message.summary:
        connection.execute(
            "INSERT INTO summary VALUES (?, ?)", (message_id, well_formed(message.summary))
        )
    return message_id


def _shown_id(imported: ImportedChat, ids: Mapping[str, int]) -> int | None:
    if imported.shown_key is not None and imported.shown_key in ids:
        return ids[imported.shown_key]
    return max(ids.values(), default=None)

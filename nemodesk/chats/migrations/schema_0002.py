# SPDX-License-Identifier: Apache-2.0
"""Schema 2: folders, pins, archive, choices per chat, attachments, summaries, and what to index.

It adds tables and columns and reads no message. The index of the search is not made here: it can
be lacking (`search_index.py`), and to fill it takes seconds, which nobody should wait for.
"""

import sqlite3

from nemodesk.chats.folded_text import fold

_STATEMENTS = (
    """
    CREATE TABLE folder (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        position INTEGER NOT NULL
    )
    """,
    "ALTER TABLE chat ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE chat ADD COLUMN folder_id INTEGER REFERENCES folder (id) ON DELETE SET NULL",
    "ALTER TABLE chat ADD COLUMN archived_at REAL",
    "ALTER TABLE chat ADD COLUMN answer_settings TEXT NOT NULL DEFAULT ''",
    # Nothing tells which of the old titles were typed, so all of them are kept as they are.
    "ALTER TABLE chat ADD COLUMN has_own_title INTEGER NOT NULL DEFAULT 0",
    "UPDATE chat SET has_own_title = 1 WHERE title != ''",
    # Where an imported chat came from, so that it is not imported twice.
    "ALTER TABLE chat ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX chat_by_folder ON chat (folder_id)",
    "CREATE INDEX chat_by_origin ON chat (origin) WHERE origin != ''",
    # Covers the search for versions, so that it reads no message.
    "DROP INDEX message_by_chat",
    "CREATE INDEX message_by_chat ON message (chat_id, parent_id)",
    # A table, not a column of message: a column would lie behind the text and its pages.
    """
    CREATE TABLE summary (
        message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
        text TEXT NOT NULL
    )
    """,
    # A text and the file that it was read from; several messages may share it.
    """
    CREATE TABLE document (
        id INTEGER PRIMARY KEY,
        text TEXT NOT NULL,
        content BLOB
    )
    """,
    # message_id is NULL while the attachment belongs to the chat's draft.
    """
    CREATE TABLE attachment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
        message_id INTEGER REFERENCES message (id) ON DELETE CASCADE,
        document_id INTEGER NOT NULL REFERENCES document (id),
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL
    )
    """,
    "CREATE INDEX attachment_by_chat ON attachment (chat_id, message_id)",
    "CREATE INDEX attachment_by_message ON attachment (message_id)",
    "CREATE INDEX attachment_by_document ON attachment (document_id)",
    """
    CREATE TRIGGER document_without_attachment AFTER DELETE ON attachment
    WHEN NOT EXISTS (SELECT 1 FROM attachment WHERE document_id = OLD.document_id)
    BEGIN DELETE FROM document WHERE id = OLD.document_id; END
    """,
    # The messages that are not in the index of the search: the new ones, until it is idle.
    """
    CREATE TABLE to_index (
        message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
    )
    """,
    "INSERT INTO to_index SELECT id FROM message",
    # 0; 1 when erased messages are to be cut out of the index; 2 while that goes on.
    "CREATE TABLE index_state (erasing INTEGER NOT NULL)",
    "INSERT INTO index_state VALUES (0)",
    # The title as it is searched.
    "ALTER TABLE chat ADD COLUMN folded_title TEXT NOT NULL DEFAULT ''",
    """
    CREATE TRIGGER message_to_index AFTER INSERT ON message
    BEGIN INSERT INTO to_index VALUES (NEW.id); END
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Add to the tables of schema 1."""
    for statement in _STATEMENTS:
        connection.execute(statement)
    titles = connection.execute("SELECT title, id FROM chat").fetchall()
    connection.executemany(
        "UPDATE chat SET folded_title = ? WHERE id = ?",
        [(fold(title), chat_id) for title, chat_id in titles],
    )

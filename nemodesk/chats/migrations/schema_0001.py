# SPDX-License-Identifier: Apache-2.0
"""Schema 1: chats, the tree of their messages, and the text of answers being written.

It makes tables and reads nothing.
"""

import sqlite3

_STATEMENTS = (
    """
    CREATE TABLE chat (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        deleted_at REAL,
        leaf_id INTEGER,
        draft TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        -- Grows by one whenever another message becomes the leaf.
        shown_count INTEGER NOT NULL DEFAULT 0
    )
    """,
    # Long texts come last: SQLite reads the columns before them without touching their pages.
    # parent_id does not cascade: a cascade goes one level deeper for each message of a path,
    # and SQLite stops at 1000.
    """
    CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
        parent_id INTEGER REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,
        role TEXT NOT NULL,
        status TEXT NOT NULL,
        model TEXT NOT NULL,
        created_at REAL NOT NULL,
        -- The chat's shown_count when this message last became the leaf.
        shown INTEGER NOT NULL,
        writer_pid INTEGER,
        writer_started_at REAL,
        failure TEXT NOT NULL DEFAULT '',
        statistics TEXT,
        reasoning TEXT NOT NULL DEFAULT '',
        content TEXT NOT NULL
    )
    """,
    "CREATE INDEX message_by_parent ON message (parent_id, chat_id)",
    "CREATE INDEX message_by_chat ON message (chat_id)",
    "CREATE INDEX message_being_written ON message (status) WHERE status = 'writing'",
    """
    CREATE TABLE chunk (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        reasoning TEXT NOT NULL,
        content TEXT NOT NULL
    )
    """,
    "CREATE INDEX chunk_by_message ON chunk (message_id)",
)


def migrate(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    for statement in _STATEMENTS:
        connection.execute(statement)

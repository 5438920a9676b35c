# SPDX-License-Identifier: Apache-2.0
"""The steps from one database schema to the next, in order. It opens no database.

The schema's number is SQLite's user_version: the first step makes schema 1. A step that has
been shipped is never changed; a new schema is a new module at the end of MIGRATIONS. They are
Python modules, not SQL files, so that a bundle holds them without being told.
"""

import sqlite3
from collections.abc import Callable

from nemodesk.chats.migrations import schema_0001, schema_0002

Migration = Callable[[sqlite3.Connection], None]
"""Changes the database inside the transaction that its caller has opened."""

MIGRATIONS: tuple[Migration, ...] = (schema_0001.migrate, schema_0002.migrate)

# SPDX-License-Identifier: Apache-2.0
"""Two connections that meet while the file is being opened, in an order that the test decides."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from nemodesk.chats.database import Database
from nemodesk.chats.migrations import MIGRATIONS
from nemodesk.chats.store import ChatStore


class _WatchedDatabase(Database):
    """A database that calls back whenever a statement is about to run."""

    def __init__(self, path: Path, on_statement: Callable[[str], None]) -> None:
        self._on_statement = on_statement
        super().__init__(path, migrations=MIGRATIONS, busy_timeout_s=20.0)

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        connection.set_trace_callback(self._on_statement)
        return connection


@contextlib.contextmanager
def _raw(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_opening_waits_for_a_process_that_writes(database: Path) -> None:
    """A file without a log that another process is changing is opened once it is free."""
    locked, may_release = threading.Event(), threading.Event()

    def hold() -> None:
        with _raw(database) as connection:
            connection.execute("CREATE TABLE other (x)")
            connection.execute("BEGIN IMMEDIATE")
            locked.set()
            assert may_release.wait(20)
            connection.execute("COMMIT")

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(20)
    watched = _WatchedDatabase(
        database, lambda text: may_release.set() if text.startswith("BEGIN") else None
    )
    thread.join()
    with watched.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    watched.close()


def test_a_file_that_is_always_being_read_is_used_as_it_is(database: Path) -> None:
    """A reader that never ends keeps the log from being switched on, but not the store."""
    ChatStore(database).close()
    with _raw(database) as reader:
        reader.execute("PRAGMA journal_mode = DELETE")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM chat").fetchall()
        store = ChatStore(database, busy_timeout_s=0.01)
        assert store.list_chats() == []
        store.close()


def test_two_processes_make_the_schema_once(database: Path) -> None:
    """A schema that another process makes at the last moment is not made again."""
    others: list[ChatStore] = []

    def interfere(text: str) -> None:
        if text.startswith("BEGIN IMMEDIATE") and not others:
            others.append(ChatStore(database))
            others[0].create_chat(title="first")

    watched = _WatchedDatabase(database, interfere)
    assert [chat.title for chat in others[0].list_chats()] == ["first"]
    watched.close()
    others[0].close()

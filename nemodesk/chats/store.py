# SPDX-License-Identifier: Apache-2.0
"""Keeps chats in one SQLite file: a tree of messages of which one path is shown.

What a method has changed is on the disk when it returns. The store does not know the window,
the engine, or threads: it is used from the thread that made it, and `archive.py` is the way in
from asyncio. Several processes may have the same file open.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from nemodesk.chats import search_index
from nemodesk.chats.attachments import Attachments
from nemodesk.chats.chat_copies import ChatCopies
from nemodesk.chats.chat_list import ChatList
from nemodesk.chats.chats_of_messages import ChatsOfMessages
from nemodesk.chats.database import (
    BUSY_TIMEOUT_S,
    IN_MEMORY,
    PLAIN,
    DamagedDatabaseError,
    Database,
    Driver,
)
from nemodesk.chats.message import TEMPORARY_FROM_ID
from nemodesk.chats.message_tree import MessageTree
from nemodesk.chats.migrations import MIGRATIONS, Migration
from nemodesk.chats.salvage import Salvage
from nemodesk.chats.search import Search
from nemodesk.chats.writer import current_writer
from nemodesk.errors import StorageError

_TABLES_WITH_IDS = ("chat", "message", "attachment", "folder")


class ChatStore(ChatList, MessageTree, Attachments, ChatCopies, Search):
    """All chats of one person.

    Args:
        path: the SQLite file; made when it is not there.
        clock: gives seconds since 1970.
        migrations: the steps that make the newest schema.
        busy_timeout_s: how long to wait while another process writes.
        driver: opens the file; another one than SQLite's own for a file that is encrypted.

    Raises:
        StorageError: the disk refuses, or a newer program wrote the file. Every method raises
            it when the disk is full or refuses; then nothing of that change is kept.
        DamagedDatabaseError: the file is damaged and has been set aside. Opening the store
            again goes on with the chats that could be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.time,
        migrations: Sequence[Migration] = MIGRATIONS,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        driver: Driver = PLAIN,
    ) -> None:
        self._clock = clock
        self._writer = current_writer()
        self._chats_of_messages = ChatsOfMessages()
        open_database = partial(
            Database, path, migrations=migrations, busy_timeout_s=busy_timeout_s, driver=driver
        )
        try:
            self._database = open_database()
        except DamagedDatabaseError as error:
            if error.set_aside is None:
                raise
            self._database = open_database()
            with contextlib.closing(self):
                count = self._save_from(error.set_aside, driver)
            raise error.after_saving(count) from error
        try:
            self._has_index = self._prepare_index()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def begin_ids_at(self, first_id: int) -> None:
        """Give what is made from now on ids from this one on."""
        with self._database.changing() as connection:
            connection.executemany(
                "INSERT INTO sqlite_sequence VALUES (?, ?)",
                [(table, first_id - 1) for table in _TABLES_WITH_IDS],
            )

    def _save_from(self, damaged: Path, driver: Driver) -> int:
        """Copy what can be read of a damaged file; return how many chats that are."""
        count = 0
        with (
            # It may be damaged too much even to be opened; and the disk may be full.
            contextlib.suppress(driver.errors, StorageError),
            contextlib.closing(driver.connect(damaged, BUSY_TIMEOUT_S)) as connection,
        ):
            for chat in Salvage(connection, driver.errors).chats():
                self.import_chat(chat)
                count += 1
        return count

    def _prepare_index(self) -> bool:
        with self._database.reading() as connection:
            if not search_index.is_possible(connection):
                return False
            is_there = search_index.exists(connection)
        if not is_there:
            with self._database.changing() as connection:
                search_index.make(connection)
        return True


def open_temporary_store(*, clock: Callable[[], float] = time.time) -> ChatStore:
    """Make a store in memory: nothing of it is ever written, and its ids show that."""
    store = ChatStore(IN_MEMORY, clock=clock)
    store.begin_ids_at(TEMPORARY_FROM_ID)
    return store

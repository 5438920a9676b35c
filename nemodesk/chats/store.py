# SPDX-License-Identifier: Apache-2.0
"""Keeps chats in one SQLite file: a tree of messages of which one path is shown.

What a method has changed is on the disk when it returns. The store does not know the window,
the engine, or threads: it is used from the thread that made it, and `archive.py` is the way in
from asyncio. Several processes may have the same file open.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nemodesk.chats import rows
from nemodesk.chats.connector import PLAIN, Connector
from nemodesk.chats.database import BUSY_TIMEOUT_S, Database
from nemodesk.chats.message import (
    Chat,
    Message,
    MessageStatistics,
    MessageStatus,
    Role,
    title_from,
)
from nemodesk.chats.migrations import MIGRATIONS, Migration
from nemodesk.chats.writer import Writer, current_writer
from nemodesk.errors import NotFoundError, UsageError
from nemodesk.text import well_formed


class ChatStore:
    """All chats of one person.

    Args:
        path: the SQLite file; made when it is not there.
        clock: gives seconds since 1970.
        migrations: the steps that make the newest schema.
        busy_timeout_s: how long to wait while another process writes.
        connector: how the file is opened; an encrypted one needs another than usual.

    Raises:
        StorageError: the disk refuses, or a newer program wrote the file. Every method raises
            it when the disk is full or refuses; then nothing of that change is kept.
        DamagedDatabaseError: the file is damaged and has been set aside. Opening the store
            again begins with an empty file.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.time,
        migrations: Sequence[Migration] = MIGRATIONS,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        connector: Connector = PLAIN,
    ) -> None:
        self._clock = clock
        self._writer = current_writer()
        self._database = Database(
            path, migrations=migrations, busy_timeout_s=busy_timeout_s, connector=connector
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Chats

    def list_chats(self) -> list[Chat]:
        """Return the chats that are not in the trash, newest activity first."""
        with self._database.reading() as connection:
            return rows.chats(connection, "deleted_at IS NULL")

    def last_models(self) -> list[str]:
        """Return the ids of the models that chats were last used with, the last first."""
        return list(dict.fromkeys(chat.model for chat in self.list_chats() if chat.model))

    def list_trash(self) -> list[Chat]:
        """Return the chats that are in the trash, newest activity first."""
        with self._database.reading() as connection:
            return rows.chats(connection, "deleted_at IS NOT NULL")

    def chat(self, chat_id: int) -> Chat:
        """Return one chat. Raises NotFoundError, also for a chat in the trash."""
        with self._database.reading() as connection:
            return _chat(connection, chat_id)

    def create_chat(self, *, title: str = "", model: str = "") -> Chat:
        """Begin an empty chat."""
        now = self._clock()
        with self._database.changing() as connection:
            cursor = connection.execute(
                "INSERT INTO chat (title, model, created_at, updated_at) VALUES (?, ?, ?, ?)",
                (well_formed(title), model, now, now),
            )
            return _chat(connection, int(cursor.lastrowid or 0))

    def rename_chat(self, chat_id: int, title: str) -> None:
        """Give a chat another title; its place in the list stays."""
        self._set(chat_id, "title", well_formed(" ".join(title.split())))

    def set_draft(self, chat_id: int, draft: str) -> None:
        """Remember text that has not been sent."""
        self._set(chat_id, "draft", well_formed(draft))

    def set_model(self, chat_id: int, model: str) -> None:
        """Remember the id of the model that the chat is used with."""
        self._set(chat_id, "model", model)

    def delete_chat(self, chat_id: int) -> None:
        """Put a chat into the trash."""
        self._set(chat_id, "deleted_at", self._clock())

    def restore_chat(self, chat_id: int) -> None:
        """Take a chat out of the trash; one that is not in it stays as it is."""
        with self._database.changing() as connection:
            cursor = connection.execute(
                "UPDATE chat SET deleted_at = NULL WHERE id = ?", (chat_id,)
            )
            if cursor.rowcount == 0:
                raise _no_chat(chat_id)

    def purge(self, older_than_s: float = 0.0) -> int:
        """Erase for good what has been in the trash for longer; return how many chats."""
        before = self._clock() - older_than_s
        with self._database.changing() as connection:
            return connection.execute("DELETE FROM chat WHERE deleted_at <= ?", (before,)).rowcount

    def search_chats(self, text: str) -> list[Chat]:
        """Return chats whose title or one of whose messages contains the text, in any case.

        Earlier versions of messages count too; an answer counts once it has ended.
        """
        with self._database.reading() as connection:
            rows.add_contains_text(connection)
            return rows.chats(
                connection,
                "deleted_at IS NULL AND (contains_text(title, :text) OR EXISTS ("
                "SELECT 1 FROM message WHERE chat_id = chat.id"
                " AND contains_text(content, :text)))",
                {"text": well_formed(text).casefold()},
            )

    # Messages

    def path(self, chat_id: int) -> list[Message]:
        """Return the messages that are shown, from the first to the last."""
        with self._database.reading() as connection:
            leaf_id = _chat(connection, chat_id).leaf_id
            return rows.messages(connection, rows.ANCESTORS, {"id": leaf_id})

    def message(self, message_id: int) -> Message:
        """Return one message, also of a chat in the trash."""
        with self._database.reading() as connection:
            return _message(connection, message_id)

    def versions(self, message_id: int) -> list[int]:
        """Return the ids of the message and its other versions, oldest first."""
        with self._database.reading() as connection:
            message = _message(connection, message_id)
            return rows.sibling_ids(connection, message)

    def add_message(
        self,
        chat_id: int,
        *,
        parent_id: int | None,
        role: Role,
        content: str,
        status: MessageStatus = MessageStatus.COMPLETE,
        model: str = "",
    ) -> Message:
        """Add a message after its parent and show it.

        A message whose parent has others after it becomes their newest version. The first
        message of the person gives a chat without a title its beginning.

        Args:
            parent_id: the message before it, of the same chat; None for a first message.
        """
        now = self._clock()
        with self._database.changing() as connection:
            chat = _chat(connection, chat_id)
            if parent_id is not None and _message(connection, parent_id).chat_id != chat_id:
                raise _no_message(parent_id)
            writer = self._writer if status is MessageStatus.WRITING else None
            cursor = connection.execute(
                "INSERT INTO message (chat_id, parent_id, role, status, model, created_at,"
                " content, shown, writer_pid, writer_started_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
                (
                    *(chat_id, parent_id, role, status, model, now, well_formed(content)),
                    *_writer_columns(writer),
                ),
            )
            message_id = int(cursor.lastrowid or 0)
            _show_leaf(connection, chat_id, message_id)
            title = chat.title
            if not title and role is Role.USER:
                title = title_from(well_formed(content))
            connection.execute(
                "UPDATE chat SET updated_at = ?, title = ? WHERE id = ?", (now, title, chat_id)
            )
            return _message(connection, message_id)

    def append_text(self, message_id: int, *, content: str = "", reasoning: str = "") -> None:
        """Add text to the end of an answer that is being written.

        Each call costs the same however long the answer is: the pieces are joined by `finish`.
        """
        if not content and not reasoning:
            return
        with self._database.changing() as connection:
            cursor = connection.execute(
                "INSERT INTO chunk (message_id, reasoning, content)"
                " SELECT id, ?, ? FROM message WHERE id = ?",
                (well_formed(reasoning), well_formed(content), message_id),
            )
            if cursor.rowcount == 0:
                raise _no_message(message_id)

    def finish(
        self,
        message_id: int,
        *,
        status: MessageStatus,
        failure: str = "",
        statistics: MessageStatistics | None = None,
    ) -> Message:
        """End an answer: it keeps the text that it has.

        Args:
            status: how it ended; not WRITING.
            failure: the sentence that the person was shown; empty unless it failed.
        """
        if status is MessageStatus.WRITING:
            raise UsageError("An answer that has ended cannot be one that is being written.")
        with self._database.changing() as connection:
            message = _message(connection, message_id)
            rows.fold_chunks(connection, message)
            connection.execute(
                "UPDATE message SET status = ?, failure = ?, statistics = ?, writer_pid = NULL,"
                " writer_started_at = NULL WHERE id = ?",
                (status, well_formed(failure), rows.encode(statistics), message_id),
            )
            connection.execute(
                "UPDATE chat SET updated_at = ? WHERE id = ?", (self._clock(), message.chat_id)
            )
            return _message(connection, message_id)

    def reopen(self, message_id: int) -> Message:
        """Make this process the writer of an answer that has ended, to go on with it.

        Raises:
            UsageError: it is no answer, or another living process is writing it.
        """
        with self._database.changing() as connection:
            message = _message(connection, message_id)
            if message.role is not Role.ASSISTANT:
                raise UsageError("Only an answer can be continued, not a question.")
            writer = rows.writer(connection, message_id)
            if writer is not None and writer != self._writer and writer.is_alive():
                raise UsageError(
                    "This answer is being written in another window of NemoDesk. Wait until "
                    "it has ended, or stop it there."
                )
            rows.fold_chunks(connection, message)
            connection.execute(
                "UPDATE message SET status = ?, failure = '', statistics = NULL,"
                " writer_pid = ?, writer_started_at = ? WHERE id = ?",
                (MessageStatus.WRITING, *_writer_columns(self._writer), message_id),
            )
            return _message(connection, message_id)

    def show_version(self, message_id: int) -> None:
        """Show the path through this message, down to where the person last was below it."""
        with self._database.changing() as connection:
            message = _message(connection, message_id)
            leaf_id = rows.last_shown_leaf(connection, message_id)
            _show_leaf(connection, message.chat_id, leaf_id)

    def mark_interrupted(self) -> int:
        """Mark the answers whose writing process is gone; return how many there were."""
        with self._database.changing() as connection:
            count = 0
            for message in rows.messages(connection, rows.BEING_WRITTEN):
                writer = rows.writer(connection, message.id)
                if writer is None or not writer.is_alive():
                    rows.fold_chunks(connection, message)
                    connection.execute(
                        "UPDATE message SET status = ?, writer_pid = NULL,"
                        " writer_started_at = NULL WHERE id = ?",
                        (MessageStatus.INTERRUPTED, message.id),
                    )
                    count += 1
            return count

    def _set(self, chat_id: int, column: str, value: str | float) -> None:
        with self._database.changing() as connection:
            cursor = connection.execute(
                f"UPDATE chat SET {column} = ? WHERE id = ? AND deleted_at IS NULL",  # noqa: S608 - our own names
                (value, chat_id),
            )
            if cursor.rowcount == 0:
                raise _no_chat(chat_id)


def _chat(connection: sqlite3.Connection, chat_id: int) -> Chat:
    found = rows.chats(connection, "id = :id AND deleted_at IS NULL", {"id": chat_id})
    if not found:
        raise _no_chat(chat_id)
    return found[0]


def _message(connection: sqlite3.Connection, message_id: int) -> Message:
    found = rows.messages(connection, rows.ONE, {"id": message_id})
    if not found:
        raise _no_message(message_id)
    return found[0]


def _show_leaf(connection: sqlite3.Connection, chat_id: int, leaf_id: int) -> None:
    connection.execute(
        "UPDATE chat SET leaf_id = ?, shown_count = shown_count + 1 WHERE id = ?",
        (leaf_id, chat_id),
    )
    connection.execute(
        "UPDATE message SET shown = (SELECT shown_count FROM chat WHERE id = ?) WHERE id = ?",
        (chat_id, leaf_id),
    )


def _writer_columns(writer: Writer | None) -> tuple[int | None, float | None]:
    return (None, None) if writer is None else (writer.process_id, writer.started_at)


def _no_chat(chat_id: int) -> NotFoundError:
    return NotFoundError(f"There is no chat with the number {chat_id}. It may have been deleted.")


def _no_message(message_id: int) -> NotFoundError:
    return NotFoundError(
        f"There is no message with the number {message_id}. Its chat may have been deleted."
    )

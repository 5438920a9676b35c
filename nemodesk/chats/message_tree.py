# SPDX-License-Identifier: Apache-2.0
"""The part of the store that keeps messages: the tree, the path that is shown, answers in writing.

It neither lists nor searches chats.
"""

import sqlite3
from collections.abc import Sequence

from nemodesk.chats import attachment_rows, rows, search_index
from nemodesk.chats.folded_text import fold
from nemodesk.chats.message import (
    Message,
    MessageStatistics,
    MessageStatus,
    NewAttachment,
    Role,
    title_from,
)
from nemodesk.chats.store_part import StorePart
from nemodesk.chats.writer import Writer
from nemodesk.errors import UsageError
from nemodesk.text import well_formed


class MessageTree(StorePart):
    """The messages of all chats."""

    def path(self, chat_id: int) -> list[Message]:
        """Return the messages that are shown, from the first to the last."""
        with self._database.reading() as connection:
            leaf_id = rows.chat(connection, chat_id).leaf_id
            return rows.messages(connection, rows.ANCESTORS, {"id": leaf_id})

    def whole(self, chat_id: int) -> list[Message]:
        """Return all messages of a chat, also of one in the trash; parents come first."""
        with self._database.reading() as connection:
            return rows.messages(connection, rows.WHOLE, {"id": chat_id})

    def message(self, message_id: int) -> Message:
        """Return one message, also of a chat in the trash."""
        with self._database.reading() as connection:
            return rows.message(connection, message_id)

    def versions(self, message_id: int) -> list[int]:
        """Return the ids of the message and its other versions, oldest first."""
        with self._database.reading() as connection:
            return rows.sibling_ids(connection, rows.message(connection, message_id))

    def add_message(
        self,
        chat_id: int,
        *,
        parent_id: int | None,
        role: Role,
        content: str,
        status: MessageStatus = MessageStatus.COMPLETE,
        model: str = "",
        attachments: Sequence[NewAttachment] = (),
        draft_attachment_ids: Sequence[int] = (),
        kept_attachment_ids: Sequence[int] = (),
    ) -> Message:
        """Add a message after its parent and show it.

        A message whose parent has others after it becomes their newest version. The first
        message of the person gives a chat without a title its beginning.

        Args:
            parent_id: the message before it, of the same chat; None for a first message.
            attachments: new ones.
            draft_attachment_ids: attachments of the chat's draft, which move to the message.
            kept_attachment_ids: attachments of other messages, which the message has too.
        """
        now = self._clock()
        content = well_formed(content)
        with self._database.changing() as connection:
            chat = rows.chat(connection, chat_id)
            if parent_id is not None and rows.message(connection, parent_id).chat_id != chat_id:
                raise rows.no_message(parent_id)
            writer = self._writer if status is MessageStatus.WRITING else None
            cursor = connection.execute(
                "INSERT INTO message (chat_id, parent_id, role, status, model, created_at,"
                " content, shown, writer_pid, writer_started_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
                (
                    *(chat_id, parent_id, role, status, model, now, content),
                    *_writer_columns(writer),
                ),
            )
            message_id = int(cursor.lastrowid or 0)
            attachment_rows.keep(connection, message_id, kept_attachment_ids)
            attachment_rows.send(connection, message_id, draft_attachment_ids)
            for attachment in attachments:
                attachment_rows.add(connection, chat_id, attachment, message_id=message_id)
            show_leaf(connection, chat_id, message_id)
            title = chat.title
            if not title and role is Role.USER:
                title = title_from(content)
            connection.execute(
                "UPDATE chat SET updated_at = ?, title = ?, folded_title = ? WHERE id = ?",
                (now, title, fold(title), chat_id),
            )
            return rows.message(connection, message_id)

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
                raise rows.no_message(message_id)

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
            message = rows.message(connection, message_id)
            self._fold_chunks(connection, message)
            connection.execute(
                "UPDATE message SET status = ?, failure = ?, statistics = ?, writer_pid = NULL,"
                " writer_started_at = NULL WHERE id = ?",
                (status, well_formed(failure), rows.encode(statistics), message_id),
            )
            connection.execute(
                "UPDATE chat SET updated_at = ? WHERE id = ?", (self._clock(), message.chat_id)
            )
            return rows.message(connection, message_id)

    def reopen(self, message_id: int) -> Message:
        """Make this process the writer of an answer that has ended, to go on with it.

        Raises:
            UsageError: it is no answer, or another living process is writing it.
        """
        with self._database.changing() as connection:
            message = rows.message(connection, message_id)
            if message.role is not Role.ASSISTANT:
                raise UsageError("Only an answer can be continued, not a question.")
            writer = rows.writer(connection, message_id)
            if writer is not None and writer != self._writer and writer.is_alive():
                raise UsageError(
                    "This answer is being written in another window of NemoDesk. Wait until "
                    "it has ended, or stop it there."
                )
            self._fold_chunks(connection, message)
            connection.execute(
                "UPDATE message SET status = ?, failure = '', statistics = NULL,"
                " writer_pid = ?, writer_started_at = ? WHERE id = ?",
                (MessageStatus.WRITING, *_writer_columns(self._writer), message_id),
            )
            return rows.message(connection, message_id)

    def set_summary(self, message_id: int, text: str) -> None:
        """Remember in short what was said up to and including a message; an empty text forgets."""
        with self._database.changing() as connection:
            rows.message(connection, message_id)
            connection.execute("DELETE FROM summary WHERE message_id = ?", (message_id,))
            if text:
                connection.execute(
                    "INSERT INTO summary VALUES (?, ?)", (message_id, well_formed(text))
                )

    def show_version(self, message_id: int) -> None:
        """Show the path through this message, down to where the person last was below it."""
        with self._database.changing() as connection:
            message = rows.message(connection, message_id)
            leaf_id = rows.last_shown_leaf(connection, message_id)
            show_leaf(connection, message.chat_id, leaf_id)

    def mark_interrupted(self) -> int:
        """Mark the answers whose writing process is gone; return how many there were."""
        with self._database.changing() as connection:
            count = 0
            for message in rows.messages(connection, rows.BEING_WRITTEN):
                writer = rows.writer(connection, message.id)
                if writer is None or not writer.is_alive():
                    self._fold_chunks(connection, message)
                    connection.execute(
                        "UPDATE message SET status = ?, writer_pid = NULL,"
                        " writer_started_at = NULL WHERE id = ?",
                        (MessageStatus.INTERRUPTED, message.id),
                    )
                    count += 1
            return count

    def _fold_chunks(self, connection: sqlite3.Connection, message: Message) -> None:
        if self._has_index:
            search_index.forget(connection, message.id)
        rows.fold_chunks(connection, message)


def show_leaf(connection: sqlite3.Connection, chat_id: int, leaf_id: int) -> None:
    """Make a message the last one of the path that is shown."""
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

# SPDX-License-Identifier: Apache-2.0
"""Knows in memory which message belongs to which chat, so that a search reads no row for it.

A message never changes its chat, and no id is given twice. What was erased meanwhile is still
known here: whoever reads the message does not find it.
"""

import sqlite3
from array import array
from collections.abc import Collection, Iterator, Sequence

# The index holds all that is read; the table would be read with all texts.
_FIRST = "SELECT id, chat_id FROM message INDEXED BY message_by_chat"
_NEW = "SELECT id, chat_id FROM message WHERE id > ? ORDER BY id"


class ChatsOfMessages:
    """The chat of each message: eight bytes for each id that was given."""

    def __init__(self) -> None:
        self._first_id = 0
        self._chat_ids = array("q")

    def update(self, connection: sqlite3.Connection) -> None:
        """Take notice of the messages that are new since the last time."""
        if self._chat_ids:
            last_id = self._first_id + len(self._chat_ids) - 1
            found = connection.execute(_NEW, (last_id,)).fetchall()
        else:
            found = connection.execute(_FIRST).fetchall()
            self._first_id = min((row[0] for row in found), default=0)
        if found:
            length = max(row[0] for row in found) - self._first_id + 1
            self._chat_ids.frombytes(bytes(8 * (length - len(self._chat_ids))))
        for message_id, chat_id in found:
            self._chat_ids[message_id - self._first_id] = chat_id

    def chat_id(self, message_id: int) -> int:
        """Return the chat of a message that is known here."""
        return self._chat_ids[message_id - self._first_id]

    def outside_of(self, chat_ids: Collection[int], message_ids: Sequence[int]) -> list[int]:
        """Return those of the messages that are known here and in none of the chats."""
        first_id, known = self._first_id, self._chat_ids
        end = first_id + len(known)
        return [
            message_id
            for message_id in message_ids
            if message_id < end and known[message_id - first_id] not in chat_ids
        ]

    def newest_first(self, at_once: int) -> Iterator[Sequence[int]]:
        """Yield all ids of messages, also of those that are gone, many at once."""
        for end in range(self._first_id + len(self._chat_ids), self._first_id, -at_once):
            yield range(end - 1, max(end - at_once, self._first_id) - 1, -1)

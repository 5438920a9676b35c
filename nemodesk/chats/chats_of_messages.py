# SPDX-License-Identifier: Apache-2.0
"""Knows in memory which message belongs to which chat, so that a search reads no row for it.

A message never changes its chat, and no id is given twice. What was erased meanwhile is still
known here: whoever reads the message does not find it.
"""

import sqlite3
from array import array
from collections.abc import Iterator

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
        """Return the chat of a message; 0 for one that never was."""
        place = message_id - self._first_id
        return self._chat_ids[place] if 0 <= place < len(self._chat_ids) else 0

    def newest_first(self) -> Iterator[int]:
        """Yield the ids of all messages."""
        for place in range(len(self._chat_ids) - 1, -1, -1):
            if self._chat_ids[place]:
                yield self._first_id + place

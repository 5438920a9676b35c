# SPDX-License-Identifier: Apache-2.0
"""What the parts of the chat store share: the database, the clock, and the process they are in.

It has no methods of its own: each part serves some of the tables, and `store.py` joins them.
"""

from collections.abc import Callable

from nemodesk.chats.chats_of_messages import ChatsOfMessages
from nemodesk.chats.database import Database
from nemodesk.chats.writer import Writer


class StorePart:
    """A part of the store.

    Attributes:
        _database: the one connection; each method is one transaction.
        _clock: gives seconds since 1970.
        _writer: this process.
        _has_index: whether the search has its index; see search_index.py.
        _chats_of_messages: what the search remembers.
    """

    _database: Database
    _clock: Callable[[], float]
    _writer: Writer
    _has_index: bool
    _chats_of_messages: ChatsOfMessages

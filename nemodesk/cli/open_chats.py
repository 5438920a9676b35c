# SPDX-License-Identifier: Apache-2.0
"""Opens the store of chats for one command, and closes it behind it."""

from collections.abc import Generator
from contextlib import contextmanager

from nemodesk.chats.store import ChatStore
from nemodesk.paths import find_paths


@contextmanager
def open_chats() -> Generator[ChatStore]:
    """Give the store; what goes wrong with it is raised by the command."""
    paths = find_paths()
    paths.create()
    store = ChatStore(paths.database)
    try:
        yield store
    finally:
        store.close()

# SPDX-License-Identifier: Apache-2.0
"""Opens encrypted SQLite files, with SQLCipher. The only module that imports it.

A file of ours begins with 16 bytes that say so, in place of SQLCipher's random salt: it is there
to make keys from equal passwords differ, and our keys are random and used for one file.
"""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any, Literal

from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs]

from nemodesk.chats.database import Driver
from nemodesk.vault.key import VaultKey

MARK = b"NemoDesk vault 1"
_CACHE_KIB = 64 << 10

FileKind = Literal["none", "plain", "vault"]

_cipher: Any = dbapi2
"""The interface of sqlite3, from whose source it is made; it comes without types."""

CipherError: type[Exception] = _cipher.Error


def kind_of(path: Path) -> FileKind:
    """Return whether a file is encrypted; none: it is not there, or empty.

    Call it only while nothing in this process has the file open: closing a file takes all locks
    of its process away (POSIX), also those of SQLite.

    Raises:
        OSError: the disk refuses.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(len(MARK))
    except FileNotFoundError:
        return "none"
    if not beginning:
        return "none"
    return "vault" if beginning == MARK else "plain"


def driver(key: VaultKey) -> Driver:
    """Return what opens files with this key, and makes new ones.

    The key must be known to be the right one: a file that it does not open counts as damaged.
    """

    def connect_rows(path: Path, timeout_s: float) -> sqlite3.Connection:
        connection = connect(path, key, timeout_s)
        # A page is decrypted each time it is read from the file; so many stay in memory.
        with contextlib.suppress(_cipher.Error):
            # It reads the first page. If that is damaged, the next query says so.
            connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
        connection.row_factory = _cipher.Row
        return connection

    return Driver(
        connect=connect_rows,
        errors=_cipher.Error,
        mistakes=(_cipher.ProgrammingError, _cipher.IntegrityError),
    )


def connect(path: Path, key: VaultKey | None, timeout_s: float = 0.0) -> sqlite3.Connection:
    """Open a file with SQLCipher.

    Args:
        key: None for a file that is not encrypted.
    """
    connection: sqlite3.Connection = _cipher.connect(
        str(path), timeout=timeout_s, isolation_level=None
    )
    # It would write to stderr what its error says anyway.
    connection.execute("PRAGMA cipher_log_level = NONE")
    if key is not None:
        connection.execute(f"PRAGMA key = {key_words(key)}")
    # What does not fit into memory while sorting would go into a plain file.
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def key_words(key: VaultKey | None) -> str:
    """Return a key as SQLCipher takes it, with our mark as the salt; empty for a plain file."""
    return "''" if key is None else f"\"x'{key.secret.hex()}{MARK.hex()}'\""


def opens(path: Path, key: VaultKey) -> bool:
    """Return whether a file is encrypted with this key, by its first page."""
    connection = connect(path, key)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except CipherError:
        return False
    finally:
        connection.close()
    return True

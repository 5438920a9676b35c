# SPDX-License-Identifier: Apache-2.0
"""Encrypts the chat database as a whole, or makes it plain again. It knows no chats.

A new file is made beside the old one and verified. Only when it is whole and on the disk, the
journal says so; from then on the way leads forward, also through a killed program: the old file
is emptied, and the new one takes its place. Until then the old file is only read.

Other processes are kept out by SQLite's own lock. One that waits for it has the old file open; it
then finds a database without tables, and says that storing did not work instead of writing where
nobody would look.
"""

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from nemodesk.chats.database import plain_error, plain_os_error
from nemodesk.errors import CancelledError, StorageError
from nemodesk.file_lock import FileLock
from nemodesk.sizes import in_words
from nemodesk.vault import journal, kept
from nemodesk.vault.cipher import CipherError, connect, key_words
from nemodesk.vault.erasing import erase, overwrite, sync_file, sync_folder
from nemodesk.vault.journal import Files, Target
from nemodesk.vault.key import VaultKey

Progress = Callable[[int, int], None]
"""Gets how many bytes are done, and of how many."""

_WAIT_S = 10.0
"""How long other processes may take to close the database; a guess."""
_LOOK_S = 0.05
_OPERATIONS = 2000
"""Steps of SQLite's machine between two looks at the progress: about a millisecond."""
_CACHE_KIB = 512
_SPARE = 1.2
_MEGABYTE = 1 << 20
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def convert(
    database: Path,
    key: VaultKey,
    to: Target,
    *,
    on_progress: Progress = lambda _done, _total: None,
    stop: threading.Event | None = None,
    wait_s: float = _WAIT_S,
) -> None:
    """Encrypt the database with a key, or make it plain.

    Nothing in this process may have it open.

    Args:
        stop: set it to leave everything as it was.
        wait_s: how long other processes may take to close the database.

    Raises:
        CancelledError: it was stopped.
        StorageError: no room, the disk refuses, or another process does not let go. Everything
            is as it was, or the next opening ends what was begun.
    """
    files = Files(database)
    with _plain_errors(database), _alone(files):
        _settle(files)
        _check_room(files)
        journal.write(files, to, "copying")
        is_emptied = False
        try:
            with contextlib.closing(connect(database, key if to == "plain" else None)) as source:
                _take(source, wait_s)
                _copy(source, files, key if to == "vault" else None, on_progress, stop)
                _verify(source, files, key if to == "vault" else None)
                kept.convert(files, to, key)
                journal.write(files, to, "ready")
                _empty(source)
                is_emptied = True
        finally:
            _settle(files, is_emptied=is_emptied)


def settle(database: Path) -> None:
    """End what a killed program has left: forward once the new file was whole, else back.

    Raises:
        StorageError: another process converts now, or the disk refuses.
    """
    files = Files(database)
    with _plain_errors(database):
        if files.journal.exists():
            with _alone(files):
                _settle(files)


def is_under_way(database: Path) -> bool:
    """Return whether a conversion has been begun and not ended."""
    return Files(database).journal.exists()


def _settle(files: Files, *, is_emptied: bool = False) -> None:
    reached = journal.read(files)
    match reached:
        case None:
            return
        case (to, "copying"):
            journal.undo(files, to)
            kept.undo(files, to)
        case (to, "ready"):
            if files.new.exists():
                if not is_emptied:
                    overwrite(files.database)
                for log in files.logs():
                    erase(log)
                files.new.replace(files.database)
                sync_folder(files.database.parent)
            kept.settle(files, to)
    journal.remove(files)


@contextlib.contextmanager
def _alone(files: Files) -> Generator[None]:
    lock = FileLock.try_lock(files.lock)
    if lock is None:
        raise StorageError(
            "Your chats are being encrypted or decrypted right now. Try again in a moment."
        )
    try:
        yield
    finally:
        lock.release()


def _check_room(files: Files) -> None:
    others = [*kept.copies(files), *kept.packed(files)]
    size_bytes = sum(path.stat().st_size for path in (files.database, *others))
    needed_bytes = round(size_bytes * _SPARE) + _MEGABYTE
    free_bytes = shutil.disk_usage(files.database.parent).free
    if free_bytes < needed_bytes:
        raise StorageError(
            f"This needs {in_words(needed_bytes)} of free disk space for a while, and there are "
            f"{in_words(free_bytes)}. Make some room and try again. Nothing was changed."
        )


def _take(source: sqlite3.Connection, wait_s: float) -> None:
    """Lock everybody else out until the connection is closed."""
    source.execute("PRAGMA locking_mode = EXCLUSIVE")
    never = threading.Event()
    for look in range(max(1, round(wait_s / _LOOK_S)), 0, -1):
        try:
            # Refused while another process has the file open, even if it does nothing with it.
            source.execute("PRAGMA journal_mode = DELETE")
            source.execute("BEGIN EXCLUSIVE")
            source.execute("COMMIT")
        except CipherError as error:
            if getattr(error, "sqlite_errorcode", 0) not in _BUSY or look == 1:
                raise
            never.wait(_LOOK_S)
        else:
            return


def _copy(
    source: sqlite3.Connection,
    files: Files,
    key: VaultKey | None,
    on_progress: Progress,
    stop: threading.Event | None,
) -> None:
    total_bytes = files.database.stat().st_size
    files.new.unlink(missing_ok=True)
    files.new.touch(mode=0o600, exist_ok=False)

    def look() -> bool:
        on_progress(min(total_bytes, files.new.stat().st_size), total_bytes)
        return stop is not None and stop.is_set()

    # Names cannot be parameters of ATTACH in SQLCipher's KEY clause; the path can.
    source.execute(f"ATTACH DATABASE ? AS target KEY {key_words(key)}", (str(files.new),))
    source.execute("PRAGMA target.journal_mode = OFF")
    source.execute("PRAGMA target.synchronous = OFF")
    # What is written soon shows in the file's size, by which the progress is told.
    source.execute(f"PRAGMA target.cache_size = {-_CACHE_KIB}")
    source.set_progress_handler(look, _OPERATIONS)
    try:
        source.execute("SELECT sqlcipher_export('target')").fetchall()
    except CipherError as error:
        if stop is not None and stop.is_set():
            raise CancelledError("Stopped. Your chats are as they were.") from error
        raise
    finally:
        source.set_progress_handler(None, 0)
    for name in ("user_version", "application_id"):
        value = int(source.execute(f"PRAGMA main.{name}").fetchone()[0])
        source.execute(f"PRAGMA target.{name} = {value}")
    source.execute("DETACH DATABASE target")
    sync_file(files.new)
    on_progress(total_bytes, total_bytes)
    if stop is not None and stop.is_set():
        raise CancelledError("Stopped. Your chats are as they were.")


def _verify(source: sqlite3.Connection, files: Files, key: VaultKey | None) -> None:
    with contextlib.closing(connect(files.new, key)) as new:
        wrong = [] if key is None else new.execute("PRAGMA cipher_integrity_check").fetchall()
        verdict = new.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if wrong or verdict != "ok" or _counts(new) != _counts(source):
            raise StorageError(
                "The new file with your chats came out different from the old one. Nothing was "
                "changed: check the disk and try again.",
                detail=f"{wrong} {verdict}",
            )


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
        for name in _tables(connection, "rootpage > 0")
    }


def _tables(connection: sqlite3.Connection, which: str) -> list[str]:
    names = connection.execute(
        f"SELECT name FROM sqlite_master WHERE type = 'table' AND {which}"  # noqa: S608
    )
    return [str(name) for (name,) in names.fetchall()]


def _empty(source: sqlite3.Connection) -> None:
    """Write zeros over all that is in the database; it stays one, for those who wait for it."""
    # The new file is on the disk: a journal would only be another place with the old content.
    source.execute("PRAGMA journal_mode = OFF")
    source.execute("PRAGMA secure_delete = ON")
    source.execute("PRAGMA foreign_keys = OFF")
    source.execute("BEGIN EXCLUSIVE")
    for which in ("rootpage = 0", "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"):
        for name in _tables(source, which):
            source.execute(f'DROP TABLE IF EXISTS "{name}"')
    source.execute("COMMIT")


@contextlib.contextmanager
def _plain_errors(path: Path) -> Generator[None]:
    try:
        yield
    except CipherError as error:
        raise plain_error(error, path) from error
    except OSError as error:
        raise plain_os_error(error, path) from error

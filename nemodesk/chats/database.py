# SPDX-License-Identifier: Apache-2.0
"""Opens a SQLite file safely and turns SQLite's errors into plain ones. It knows no chats.

Opening makes the newest schema, with a copy of the file before each step, and sets a damaged
file aside. Every change is one transaction that is on the disk when it returns.
"""

import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nemodesk.chats.migrations import Migration
from nemodesk.errors import StorageError

BUSY_TIMEOUT_S = 15.0
"""How long to wait while another process changes the file; a guess."""

IN_MEMORY = Path(":memory:")
"""Instead of a file: nothing is ever written."""

_SETTINGS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    # What is sorted or set aside for a moment must not reach the disk.
    "temp_store = MEMORY",
)
_WAL_ATTEMPTS = 10
_PRIMARY_CODE = 0xFF
"""The low byte of SQLite's extended error codes; see sqlite.org/rescode.html."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_REFUSED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, kw_only=True)
class Driver:
    """A module that is used as the standard library's sqlite3 is, which it may be.

    Attributes:
        connect: opens a file, to wait for other processes for some seconds. It begins no
            transactions by itself and gives rows that know their columns' names.
        errors: what the module raises, with SQLite's code in `sqlite_errorcode`.
        mistakes: those of them that a program makes, not a disk.
        locked: makes the error for a file that is no database with this key, from a detail;
            None where such a file can only be a damaged one, which is set aside.
    """

    connect: Callable[[Path, float], sqlite3.Connection]
    errors: type[Exception]
    mistakes: tuple[type[Exception], ...]
    locked: Callable[[str], StorageError] | None = None


def _connect_plain(path: Path, timeout_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


PLAIN = Driver(
    connect=_connect_plain,
    errors=sqlite3.Error,
    mistakes=(sqlite3.ProgrammingError, sqlite3.IntegrityError),
)
"""SQLite as the standard library has it."""


class DamagedDatabaseError(StorageError):
    """The file was not readable as a database and has been renamed.

    Attributes:
        set_aside: where the damaged file is now; None when it could not be renamed.
    """

    def __init__(self, sentence: str, *, set_aside: Path | None, detail: str) -> None:
        super().__init__(sentence, detail=detail)
        self.set_aside = set_aside

    def after_saving(self, chat_count: int) -> "DamagedDatabaseError":
        """Return the error to show once that many chats have been copied into a new file."""
        saved = {0: "None of its chats", 1: "One of its chats"}.get(
            chat_count, f"{chat_count} of its chats"
        )
        return DamagedDatabaseError(
            f"The file with your chats was damaged and is kept as {self.set_aside}. "
            f"{saved} could be saved, as far as they could be read. Try again to go on.",
            set_aside=self.set_aside,
            detail=self.detail,
        )


class Database:
    """One connection to one file. Used from the thread that made it.

    Args:
        path: the file; made, with its folder, when it is not there.
        migrations: the steps to the newest schema, from an empty file on.
        busy_timeout_s: how long to wait for other processes.
        driver: opens the file.

    Raises:
        StorageError: the disk refuses, or the file is of a newer program.
        DamagedDatabaseError: the file was damaged and is set aside; opening again starts anew.
    """

    def __init__(
        self,
        path: Path,
        *,
        migrations: Sequence[Migration],
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        driver: Driver = PLAIN,
    ) -> None:
        self._path = path
        self._driver = driver
        self._suspicion = path.with_name(path.name + "-suspect")
        self._busy_timeout_s = busy_timeout_s
        if path != IN_MEMORY:
            _create_private_file(path)
        # Before connecting: what a driver sets may open the log already.
        self._was_left_open = path.with_name(path.name + "-wal").exists()
        try:
            with self._plain_errors():
                # A driver may look into the file, and so find the damage, as it connects.
                self._connection = self._connect()
            self._make_ready(migrations)
        except DamagedDatabaseError as error:
            raise _set_aside(path, error.detail) from error

    def _make_ready(self, migrations: Sequence[Migration]) -> None:
        try:
            with self._plain_errors():
                self._prepare()
            self._migrate(migrations)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file. Nothing is lost without it."""
        self._connection.close()

    @contextlib.contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Give a connection whose queries all see the same state."""
        with self._plain_errors(), self._transaction("BEGIN"):
            yield self._connection

    @contextlib.contextmanager
    def changing(self) -> Generator[sqlite3.Connection]:
        """Give a connection whose changes are all kept, or none after an error."""
        # IMMEDIATE: a transaction that reads first and writes later cannot wait for its turn.
        with self._plain_errors(), self._transaction("BEGIN IMMEDIATE"):
            yield self._connection

    def empty_log(self) -> None:
        """Cut off what the log still holds of erased text; a reader in the way keeps it."""
        with self._plain_errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _connect(self) -> sqlite3.Connection:
        return self._driver.connect(self._path, self._busy_timeout_s)

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Generator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _prepare(self) -> None:
        self._switch_to_wal()
        for setting in _SETTINGS:
            self._connection.execute(f"PRAGMA {setting}")
        # Looking at every page takes 0.27 s for 104 MB (measured, 2 virtual cores), so it is done
        # only after a crash, a power cut, or a fault that was met while the file was in use.
        if self._was_left_open or self._suspicion.exists():
            verdict: str = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise DamagedDatabaseError("", set_aside=None, detail=verdict)
        self._suspicion.unlink(missing_ok=True)

    def _switch_to_wal(self) -> None:
        # SQLite does not wait here for another process that writes (3.40.1, measured), although
        # it waits in BEGIN IMMEDIATE. A file that is never free is used without the log.
        for _ in range(_WAL_ATTEMPTS):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except self._driver.errors as error:
                if _code(error) not in _BUSY:
                    raise
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("ROLLBACK")
            else:
                return

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        with self.reading():
            version = self._version()
        while version < len(migrations):
            with self.changing() as connection:
                # Another process may have been faster.
                version = self._version()
                if version < len(migrations):
                    self._back_up(version)
                    # An empty file has nothing to lose between the steps.
                    last = len(migrations) if version == 0 else version + 1
                    for migrate in migrations[version:last]:
                        migrate(connection)
                    version = last
                    connection.execute(f"PRAGMA user_version = {version}")
        if version > len(migrations):
            raise StorageError(
                "Your chats were last used with a newer version of NemoDesk. Nothing was "
                "changed: update NemoDesk to open them.",
                detail=f"{self._path}: schema {version}, known up to {len(migrations)}",
            )

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _back_up(self, version: int) -> None:
        if version == 0:
            return
        target = self._path.with_name(f"{self._path.stem}.schema-{version}{self._path.suffix}")
        unfinished = target.with_name(target.name + ".part")
        unfinished.unlink(missing_ok=True)
        # A second connection: the first one holds the write lock, so nothing changes meanwhile.
        with (
            contextlib.closing(self._connect()) as source,
            contextlib.closing(self._driver.connect(unfinished, self._busy_timeout_s)) as copy,
        ):
            source.backup(copy)
        unfinished.replace(target)

    @contextlib.contextmanager
    def _plain_errors(self) -> Generator[None]:
        try:
            yield
        except self._driver.mistakes:
            raise
        except self._driver.errors as error:
            if _code(error) == sqlite3.SQLITE_NOTADB and self._driver.locked:
                raise self._driver.locked(f"{self._path}: {error}") from error
            if _code(error) in _DAMAGED:
                with contextlib.suppress(OSError):
                    self._suspicion.touch()
            raise plain_error(error, self._path) from error
        except OSError as error:
            raise plain_os_error(error, self._path) from error


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY_CODE


def plain_error(error: Exception, path: Path) -> StorageError:
    """Say what an error of SQLite means for the person."""
    code = _code(error)
    detail = f"{path}: {error} ({getattr(error, 'sqlite_errorname', 'no code')})"
    if code in _DAMAGED:
        return DamagedDatabaseError(
            "The file with your chats is damaged. Start NemoDesk again: it then sets the "
            f"damaged file aside in {path.parent} and saves what can be read.",
            set_aside=None,
            detail=detail,
        )
    if code == sqlite3.SQLITE_FULL:
        return _full(detail)
    if code in _BUSY:
        return StorageError(
            "Another program is using your chats and does not let go. Close other windows of "
            "NemoDesk and try again.",
            detail=detail,
        )
    if code in _REFUSED:
        return _refused(path, detail)
    return StorageError(
        f"The disk reported a fault while your chats were being saved in {path.parent}. "
        "Check the disk and try again.",
        detail=detail,
    )


def plain_os_error(error: OSError, path: Path) -> StorageError:
    """Say what an error of the system means for the person."""
    return _full(str(error)) if error.errno in _NO_ROOM else _refused(path, str(error))


def _full(detail: str) -> StorageError:
    return StorageError(
        "There is no room left on the disk, so your chats cannot be saved. Make some room "
        "and try again.",
        detail=detail,
    )


def _refused(path: Path, detail: str) -> StorageError:
    return StorageError(
        f"NemoDesk may not write to {path.parent}, where your chats are kept. Allow it to "
        "write there, or choose another folder.",
        detail=detail,
    )


def _create_private_file(path: Path) -> None:
    """Make the file readable only by its owner; SQLite gives its other files the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise plain_os_error(error, path) from error


def _set_aside(path: Path, detail: str) -> DamagedDatabaseError:
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    target = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    number = 1
    try:
        while target.exists():
            number += 1
            target = path.with_name(f"{path.stem}.damaged-{stamp}-{number}{path.suffix}")
        # The file itself last: a new one must never meet the old one's log.
        for ending in ("-wal", "-shm", "-suspect", ""):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(target.with_name(target.name + ending))
    except OSError as error:
        return DamagedDatabaseError(
            f"The file with your chats is damaged, and it cannot be renamed. Close other "
            f"windows of NemoDesk, or move {path} away, and start NemoDesk again.",
            set_aside=None,
            detail=f"{detail}; {error}",
        )
    return DamagedDatabaseError(
        f"The file with your chats is damaged. It is kept as {target}, and "
        "NemoDesk goes on with an empty one. Try again.",
        set_aside=target,
        detail=detail,
    )

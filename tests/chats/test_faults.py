# SPDX-License-Identifier: Apache-2.0
"""What happens to chats when the disk, the file or the program's version is not as it should be."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.chats.database import DamagedDatabaseError
from nemodesk.chats.message import MessageStatus, Role
from nemodesk.chats.migrations import MIGRATIONS
from nemodesk.chats.store import ChatStore
from nemodesk.errors import StorageError

_PAGE_BYTES = 4096
_NEWEST = len(MIGRATIONS)


def _fill(path: Path, *, chats: int = 3, text: str = "hello") -> None:
    store = ChatStore(path)
    for _ in range(chats):
        chat = store.create_chat()
        store.add_message(chat.id, parent_id=None, role=Role.USER, content=text)
    store.close()


def _add_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE chat ADD COLUMN pinned INTEGER NOT NULL DEFAULT 7")


def _break_half_way(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM chat")
    connection.execute("ALTER TABLE nothing ADD COLUMN at_all")


def _read(path: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@contextlib.contextmanager
def _largest_file(size_bytes: int) -> Iterator[None]:
    """Let the system refuse to make any file of this process larger, as a full disk does."""
    resource = pytest.importorskip("resource", reason="needs limits as Unix has them")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_file_is_private(store: ChatStore, database: Path) -> None:
    """Nobody else on the computer may read the chats."""
    store.create_chat()
    for file in database.parent.glob("chats*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The store makes the folders that lead to its file."""
    path = tmp_path / "a" / "b" / "chats.sqlite3"
    ChatStore(path).close()
    assert path.exists()


def test_every_change_is_forced_to_the_disk(store: ChatStore) -> None:
    """The database writes ahead, waits for the disk, and erases what is deleted."""
    with store._database.reading() as connection:
        values = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
    assert values == ["wal", 2, 1, 1]


def test_a_new_file_has_the_newest_schema_and_no_copy(database: Path) -> None:
    """Making the first schema leaves nothing beside the file."""
    _fill(database)
    assert _read(database, "PRAGMA user_version") == [(_NEWEST,)]
    assert [file.name for file in database.parent.glob("chats*")] == [database.name]


def test_a_migration_keeps_chats_and_a_copy(database: Path) -> None:
    """A new schema finds the chats of the last one, whose file stays as a copy."""
    _fill(database)
    stale = database.with_name(f"chats.schema-{_NEWEST}.sqlite3.part")
    stale.write_text("left over from a copy that was cut off")
    store = ChatStore(database, migrations=[*MIGRATIONS, _add_column])
    assert len(store.list_chats()) == 3
    store.close()
    copy = database.with_name(f"chats.schema-{_NEWEST}.sqlite3")
    assert _read(database, "SELECT DISTINCT pinned FROM chat") == [(7,)]
    assert _read(copy, "SELECT count(*) FROM message") == [(3,)]
    assert _read(copy, "PRAGMA user_version") == [(_NEWEST,)]
    assert not stale.exists()


def test_a_migration_happens_once(database: Path) -> None:
    """Opening the new schema again changes nothing."""
    migrations = [*MIGRATIONS, _add_column]
    for _ in range(2):
        ChatStore(database, migrations=migrations).close()
    assert _read(database, "PRAGMA user_version") == [(_NEWEST + 1,)]


def test_a_failed_migration_changes_nothing(database: Path) -> None:
    """After a migration that fails half-way the old program finds everything as it was."""
    _fill(database)
    with pytest.raises(StorageError):
        ChatStore(database, migrations=[*MIGRATIONS, _break_half_way])
    store = ChatStore(database)
    assert len(store.list_chats()) == 3
    store.close()


def test_a_migration_without_a_copy_does_not_happen(database: Path) -> None:
    """A schema is not changed when the copy of the old one cannot be made."""
    _fill(database)
    database.with_name(f"chats.schema-{_NEWEST}.sqlite3.part").mkdir()
    with pytest.raises(StorageError, match="may not write"):
        ChatStore(database, migrations=[*MIGRATIONS, _add_column])
    assert _read(database, "PRAGMA user_version") == [(_NEWEST,)]


def test_chats_of_a_newer_program_are_left_alone(database: Path) -> None:
    """An older program refuses the file with a sentence and does not touch it."""
    _fill(database)
    ChatStore(database, migrations=[*MIGRATIONS, _add_column]).close()
    with pytest.raises(StorageError, match=r"newer version of NemoDesk.*update"):
        ChatStore(database)
    assert len(_read(database, "SELECT pinned FROM chat")) == 3


@pytest.mark.parametrize("content", [b"garbage" * 2000, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_file_is_set_aside(database: Path, content: bytes) -> None:
    """A file that is no database is renamed, named in the error, and a new one takes over."""
    database.write_bytes(content)
    with pytest.raises(DamagedDatabaseError) as caught:
        ChatStore(database)
    kept = caught.value.set_aside
    assert kept is not None
    assert kept.read_bytes() == content
    assert str(kept) in caught.value.sentence
    assert "None of its chats" in caught.value.sentence
    store = ChatStore(database)
    assert store.list_chats() == []
    store.close()


def test_two_damaged_files_are_both_kept(database: Path) -> None:
    """A second damaged file in the same second does not replace the first."""
    kept: set[Path | None] = set()
    for content in (b"first" * 1000, b"second" * 1000, b"third" * 1000):
        database.write_bytes(content)
        with pytest.raises(DamagedDatabaseError) as caught:
            ChatStore(database)
        kept.add(caught.value.set_aside)
    assert len(kept) == 3
    assert all(path and path.exists() for path in kept)


def test_a_damaged_file_that_cannot_be_renamed_stays(tmp_path: Path) -> None:
    """The error tells what to do when the damaged file cannot be renamed."""
    database = tmp_path / ("x" * 230 + ".sqlite3")  # too long for anything to be added
    database.write_bytes(b"garbage" * 2000)
    with pytest.raises(DamagedDatabaseError, match="cannot be renamed") as caught:
        ChatStore(database)
    assert caught.value.set_aside is None
    assert database.read_bytes() == b"garbage" * 2000


def test_a_page_that_is_damaged_is_found_at_the_next_start(database: Path) -> None:
    """Damage that shows while chats are read is a plain error, and leads to a check."""
    _fill(database, chats=200, text="x" * 3000)
    content = bytearray(database.read_bytes())
    for start in range(60 * _PAGE_BYTES, len(content) - _PAGE_BYTES, _PAGE_BYTES):
        content[start : start + 64] = os.urandom(64)
    database.write_bytes(content)
    store = ChatStore(database)
    with pytest.raises(StorageError, match="damaged"):
        store.search("nothing")
    store.close()
    with pytest.raises(DamagedDatabaseError) as caught:
        ChatStore(database)
    assert caught.value.set_aside
    ChatStore(database).close()
    assert not database.with_name(database.name + "-suspect").exists()


def test_a_full_disk_loses_only_the_last_change(store: ChatStore) -> None:
    """When the disk is full the error says so, and what was stored before can be read."""
    chat = store.create_chat(title="before")
    with store._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="no room left"):
        store.add_message(chat.id, parent_id=None, role=Role.USER, content="x" * 100_000)
    assert store.path(chat.id) == []
    with store._database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="x" * 100_000)


def test_a_disk_that_refuses_to_write_is_a_plain_error(store: ChatStore) -> None:
    """When the system refuses a write the error is a sentence, and writing works later."""
    chat = store.create_chat()
    with _largest_file(100_000), pytest.raises(StorageError) as caught:
        store.add_message(chat.id, parent_id=None, role=Role.USER, content="x" * 500_000)
    assert caught.value.detail
    assert store.path(chat.id) == []
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="x" * 500_000)


def test_a_read_only_database_is_a_plain_error(store: ChatStore) -> None:
    """A file that may not be written says where it is and what to allow."""
    with store._database.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="may not write to"):
        store.create_chat()


def test_a_folder_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    """A folder below a file, or a folder in the file's place, is refused with a sentence."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "chats.sqlite3", tmp_path):
        with pytest.raises(StorageError, match="may not write to"):
            ChatStore(path)


def test_a_log_that_cannot_be_made_is_a_plain_error(database: Path) -> None:
    """Something else in the place of the log is a StorageError, not a crash."""
    database.with_name(database.name + "-wal").mkdir()
    with pytest.raises(StorageError):
        ChatStore(database)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_without_room_for_the_file_is_a_plain_error(tmp_path: Path) -> None:
    """A file whose every write fails for want of room gives a StorageError."""
    path = tmp_path / "chats.sqlite3"
    path.symlink_to("/dev/full")
    with pytest.raises(StorageError):
        ChatStore(path)


def test_a_lock_that_is_not_released_is_a_plain_error(database: Path, store: ChatStore) -> None:
    """When another program keeps the file locked for too long, a sentence says so."""
    impatient = ChatStore(database, busy_timeout_s=0.05)
    with store._database.changing(), pytest.raises(StorageError, match="Another program"):
        impatient.create_chat()
    impatient.create_chat()
    impatient.close()


def test_our_own_mistakes_are_not_hidden(store: ChatStore) -> None:
    """A closed store is a mistake in the program, not a fault of the disk."""
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.list_chats()


def test_a_failed_change_leaves_no_half(store: ChatStore) -> None:
    """An error in the middle of a change takes all of it back."""
    message = store.add_message(store.create_chat().id, parent_id=None, role=Role.USER, content="q")
    with (
        pytest.raises(sqlite3.IntegrityError),
        store._database.changing() as connection,
        contextlib.closing(connection.execute("DELETE FROM message")),
    ):
        connection.execute("INSERT INTO chunk (message_id) VALUES (NULL)")
    assert store.message(message.id).status is MessageStatus.COMPLETE

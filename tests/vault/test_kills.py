# SPDX-License-Identifier: Apache-2.0
"""Conversions whose process is killed at any moment: real processes, SIGKILL."""

import contextlib
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nemodesk.chats.database import PLAIN
from nemodesk.chats.store import ChatStore
from nemodesk.errors import StorageError
from nemodesk.file_lock import FileLock
from nemodesk.vault.cipher import connect, driver, kind_of
from nemodesk.vault.conversion import is_under_way, settle
from nemodesk.vault.journal import Files
from nemodesk.vault.key import VaultKey, new_key
from tests.vault.conftest import SENTENCE, fill, plain_words

_ROOT = Path(__file__).parent.parent.parent
_MOMENTS = 20
_CHATS = 60


def _convert_until(database: Path, key: VaultKey, moment_s: float) -> None:
    """Let a process convert to and fro, and kill it so long after it has begun."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.vault.converting_process", database, key.secret.hex()],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        killer = threading.Timer(moment_s, process.kill)
        killer.start()
        process.stdout.read()
        killer.join()
    assert process.returncode < 0, "the conversion failed by itself"


def _check(database: Path, key: VaultKey) -> None:
    settle(database)
    is_on = kind_of(database) == "vault"
    with contextlib.closing(connect(database, key if is_on else None)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store = ChatStore(database, driver=driver(key) if is_on else PLAIN)
    with contextlib.closing(store):
        chats = store.list_chats()
        assert len(chats) == _CHATS
        for chat in chats:
            question, _ = store.path(chat.id)
            assert question.content.startswith(SENTENCE)
    copy = database.with_name("chats.schema-0.sqlite3")
    assert copy.exists() != copy.with_name(copy.name + ".vault").exists()
    assert copy.exists() != is_on
    assert plain_words(database.parent) == ([] if is_on else sorted([copy.name, database.name]))
    left = [file.name for file in database.parent.iterdir() if file.name.startswith(".")]
    # A lock, or a journal that was never finished: both hold nothing of the chats.
    assert [name for name in left if not name.endswith((".lock", ".new"))] == []


def test_a_kill_at_any_moment_loses_nothing(database: Path) -> None:
    """After SIGKILL at 20 moments the chats open, all of them are there, and nothing is half."""
    store = ChatStore(database)
    fill(store, chats=_CHATS, filler="word " * 2000)
    store.close()
    database.with_name("chats.schema-0.sqlite3").write_bytes(SENTENCE.encode() * 20_000)
    key, moments = new_key(), random.Random(7)  # noqa: S311 - no secret
    for _ in range(_MOMENTS):
        _convert_until(database, key, moments.uniform(0, 0.6))
        _check(database, key)


def test_what_was_not_ready_is_taken_back(database: Path) -> None:
    """A new file that was being written is removed, and the old one is as it was."""
    files, plain = _begin(database)
    files.new.write_bytes(plain[:5000])
    files.journal.write_text('{"to":"vault","stage":"copying"}')
    assert is_under_way(database)
    settle(database)
    assert database.read_bytes() == plain
    assert [file.name for file in database.parent.iterdir()] == [database.name]


def test_what_was_ready_leads_on(database: Path) -> None:
    """A new file that was whole takes the place of the old one, of which nothing is left."""
    files, plain = _begin(database)
    files.new.write_bytes(b"NemoDesk vault 1 and what follows")
    for log in files.logs():
        log.write_bytes(plain)
    files.journal.write_text('{"to":"vault","stage":"ready"}')
    settle(database)
    assert database.read_bytes() == b"NemoDesk vault 1 and what follows"
    assert [file.name for file in database.parent.iterdir()] == [database.name]


def test_a_conversion_by_another_process_is_waited_for(database: Path) -> None:
    """While another process converts, opening says so instead of taking its work back."""
    files, _ = _begin(database)
    files.journal.write_text('{"to":"vault","stage":"copying"}')
    lock = FileLock.try_lock(files.lock)
    assert lock
    with pytest.raises(StorageError, match="right now"):
        settle(database)
    lock.release()
    settle(database)
    assert not is_under_way(database)


def _begin(database: Path) -> tuple[Files, bytes]:
    store = ChatStore(database)
    fill(store)
    store.close()
    return Files(database), database.read_bytes()

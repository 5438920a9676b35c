# SPDX-License-Identifier: Apache-2.0
"""Importing, backing up and restoring survive kill -9 at any moment."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.chats.store import ChatStore
from nemodesk.exchange.backup.reading import Backup
from nemodesk.exchange.chat_source import all_chats
from nemodesk.exchange.importing import import_chats
from nemodesk.exchange.progress import Progress

_ROOT = Path(__file__).parent.parent.parent
_CHATS = 60
_MESSAGES = 12


def _run(*arguments: object, kill_after_s: float | None = None) -> float | None:
    """Run the child; return how long its work took, and None if it did not come to its end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.exchange.importing_process", *map(str, arguments)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        began_s = time.monotonic()
        if kill_after_s is not None:
            try:
                child.wait(kill_after_s)
            except subprocess.TimeoutExpired:
                child.kill()
        is_done = child.stdout.read() == "done\n"
        return time.monotonic() - began_s if is_done else None


def _moments(usual_s: float, count: int) -> Iterator[float]:
    """Return moments all over the time that the work takes, at random."""
    chance = random.Random(5)  # noqa: S311 - the same moments each time
    for place in range(count):
        yield usual_s * (place + chance.random()) / count


def _document(path: Path) -> Path:
    """Write chats of which each is whole only with its last message."""
    chats = [
        {
            "title": f"Chat {number}",
            "updated_at": f"2026-01-01T00:00:{number:02}+00:00",
            "created_at": f"2026-01-01T00:00:{number:02}+00:00",
            "messages": [
                {
                    "id": place,
                    "parent_id": place - 1 or None,
                    "role": ("assistant", "user")[place % 2],
                    "content": f"{number}.{place} " * 200,
                }
                for place in range(1, _MESSAGES + 1)
            ],
        }
        for number in range(_CHATS)
    ]
    path.write_text(json.dumps({"format": "nemodesk-chats", "version": 2, "chats": chats}))
    return path


def _check(database: Path) -> int:
    """See that the store is sound and each chat whole; return how many there are."""
    store = ChatStore(database)
    try:
        with store._database.reading() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        chats = all_chats(store)
        assert {len(store.path(chat.id)) for chat in chats} <= {_MESSAGES}
        assert len({chat.title for chat in chats}) == len(chats)
        return len(chats)
    finally:
        store.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a store with all the chats."""
    database = tmp_path / "source.sqlite3"
    assert _run("import", database, _document(tmp_path / "chats.json"))
    return database


def test_an_import_that_is_killed_leaves_whole_chats(tmp_path: Path, source: Path) -> None:
    """At twelve moments; what was missing comes with the next import, and nothing twice."""
    file = tmp_path / "chats.json"
    usual_s = _run("import", tmp_path / "measured.sqlite3", file)
    assert usual_s
    assert _check(source) == _CHATS
    counts: list[int] = []
    for place, moment in enumerate(_moments(usual_s, 12)):
        database = tmp_path / f"{place}.sqlite3"
        _run("import", database, file, kill_after_s=moment)
        counts.append(_check(database))
        assert _run("import", database, file)
        assert _check(database) == _CHATS
    assert any(0 < count < _CHATS for count in counts), counts


def test_a_restoration_that_is_killed_can_be_begun_again(tmp_path: Path, source: Path) -> None:
    """At ten moments; in the end everything is as in the backup, and the rest in the trash."""
    home = tmp_path / "home"
    home.mkdir()
    backup, target = tmp_path / "all.nemodesk", tmp_path / "chats.sqlite3"
    assert _run("create", source, backup, home)
    usual_s = _run("restore", tmp_path / "measured.sqlite3", backup, home)
    assert usual_s
    store = ChatStore(target)
    store.create_chat(title="Alien")
    store.close()
    for moment in _moments(usual_s, 10):
        # Each goes on where the one before was killed, so they are killed soon.
        _run("restore", target, backup, home, kill_after_s=moment / 4)
        store = ChatStore(target)
        titles = [chat.title for chat in [*store.list_chats(), *store.list_trash()]]
        assert titles.count("Alien") == 1
        with store._database.reading() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        store.close()
    assert _run("restore", target, backup, home)
    assert _check(target) == _CHATS
    store = ChatStore(target)
    assert [chat.title for chat in store.list_trash()] == ["Alien"]
    store.close()


def test_a_backup_that_is_killed_leaves_the_one_before(tmp_path: Path, source: Path) -> None:
    """At ten moments there is a whole backup under its name."""
    home = tmp_path / "home"
    home.mkdir()
    backup = tmp_path / "all.nemodesk"
    usual_s = _run("create", source, backup, home)
    assert usual_s
    for moment in _moments(usual_s, 10):
        _run("create", source, backup, home, kill_after_s=moment)
        with Backup(backup) as opened:
            opened.verify(Progress())
            assert opened.contents.chats == _CHATS
    store = ChatStore(tmp_path / "new.sqlite3")
    assert len(import_chats(backup, store, Progress()).added) == _CHATS
    store.close()

# SPDX-License-Identifier: Apache-2.0
"""Real processes that are killed with SIGKILL at random moments, and what their files hold then.

In all, 60 of them; the seed of `random` is the one that pytest-randomly prints.
"""

# ruff: noqa: S311 - nothing here is a secret

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nemodesk.chats.message import MessageStatus
from nemodesk.chats.store import ChatStore
from tests.chats import schemas
from tests.chats.killed_process import IMPORTED_MESSAGES

_ROOT = Path(__file__).parent.parent.parent
_KILLS = 20

_Kill = Callable[[int, float], int]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals as Unix has them")


@contextlib.contextmanager
def _killer(work: str, database: Path) -> Iterator[_Kill]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chats.killed_process", work, str(database)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        told, answers = process.stdin, process.stdout

        def kill(steps: int, seconds: float) -> int:
            told.write(f"{steps} {seconds}\n")
            told.flush()
            return int(answers.readline())

        yield kill
        told.close()


@contextlib.contextmanager
def _sound(database: Path) -> Iterator[ChatStore]:
    store = ChatStore(database)
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    yield store
    with store._database.changing() as connection:
        connection.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    store.close()


def test_what_was_stored_of_an_answer_survives(database: Path) -> None:
    """Every word that was stored before the kill is there, once and in order."""
    with _killer("messages", database) as kill:
        for _ in range(_KILLS):
            said = kill(random.randrange(1, 25), random.uniform(0, 0.004))
            with _sound(database) as store:
                unfinished = store.mark_interrupted()
                assert unfinished <= 1
                chats = sorted(store.list_chats(), key=lambda chat: chat.id)
                answers = [store.path(chat.id)[1:] for chat in chats]
                words = [word for path in answers for one in path for word in one.content.split()]
                numbers = [int(word) for word in words]
                assert numbers == list(range(len(numbers)))
                assert len(numbers) - said in {0, 1}  # stored, and killed before it said so
                statuses = [one.status for path in answers for one in path]
                assert set(statuses[:-1]) <= {MessageStatus.COMPLETE}
                hits = {hit.chat.id for hit in store.search("0", limit=1000)}
                assert chats[0].id in hits
                for chat in chats:
                    store.erase_chat(chat.id)


def test_an_imported_chat_is_whole_or_not_there(database: Path) -> None:
    """A kill during an import leaves whole chats only, with all their files."""
    with _killer("import", database) as kill:
        for _ in range(_KILLS):
            said = kill(random.randrange(1, 6), random.uniform(0, 0.02))
            with _sound(database) as store:
                chats = store.list_chats()
                assert len(chats) in {said - said // 3, said - said // 3 + 1}
                for chat in chats:
                    path = store.path(chat.id)
                    assert len(path) == IMPORTED_MESSAGES
                    assert all(len(message.attachments) == 1 for message in path)
                    store.erase_chat(chat.id)
                with store._database.reading() as connection:
                    count = connection.execute("SELECT count(*) FROM document").fetchone()[0]
                assert count == 0


def _old_database(path: Path) -> int:
    """Make a file of the first schema with some hundred chats; return how many."""
    schemas.load(1, path)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for number in range(400):
            chat = connection.execute(
                "INSERT INTO chat (title, created_at, updated_at) VALUES (?, 1, ?)",
                (f"chat {number}", number),
            ).lastrowid
            connection.execute(
                "INSERT INTO message (chat_id, role, status, model, created_at, shown, content)"
                " VALUES (?, 'user', 'complete', '', 1, 0, ?)",
                (chat, f"question {number} " * 20),
            )
    return 404


def test_a_migration_is_done_or_can_be_done_again(database: Path, tmp_path: Path) -> None:
    """A kill while the layout changes, or while old messages are indexed, costs no chat."""
    old = tmp_path / "old.sqlite3"
    count = _old_database(old)
    with _killer("migration", database) as kill:
        for number in range(_KILLS):
            for file in database.parent.glob("chats*"):
                file.unlink()
            shutil.copy(old, database)
            kill(number % 2, random.uniform(0, 0.05))
            with _sound(database) as store:
                assert len(store.list_chats()) + len(store.list_trash()) == count
                while store.do_idle_work():
                    pass
                assert len(store.search("question 399", limit=10)) == 1
            backup = database.with_name("chats.schema-1.sqlite3")
            with contextlib.closing(sqlite3.connect(backup)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
                assert connection.execute("SELECT count(*) FROM chat").fetchone()[0] == count

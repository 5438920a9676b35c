# SPDX-License-Identifier: Apache-2.0
"""Several real processes with one file, some of which are killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nemodesk.chats.message import MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.chats.writer import Writer, current_writer
from nemodesk.errors import UsageError

_ROOT = Path(__file__).parent.parent.parent
_TIMEOUT_S = 60


def _start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chats.writing_process", *map(str, arguments)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _lines(process: subprocess.Popen[str], count: int) -> list[int]:
    assert process.stdout
    return [int(process.stdout.readline()) for _ in range(count)]


def test_text_survives_a_kill(database: Path) -> None:
    """After kill -9 in the middle of an answer all text up to the last append is there."""
    with _start("answer", database) as child:
        message_id, *_ = _lines(child, 200)
        child.kill()
        rest = child.stdout.read() if child.stdout else ""
    written = [int(line) for line in rest.split()] or [199]
    store = ChatStore(database)
    assert store.mark_interrupted() == 1
    message = store.message(message_id)
    assert message.status is MessageStatus.INTERRUPTED
    numbers = [int(number) for number in message.content.split()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) - written[-1] in {0, 1}  # stored, and killed before it said so
    assert message.reasoning == "".join(f"{number};" for number in numbers)
    assert store.mark_interrupted() == 0
    assert store.reopen(message_id).status is MessageStatus.WRITING
    store.close()


def test_an_answer_of_a_living_process_stays(database: Path) -> None:
    """An answer that another living process writes is neither interrupted nor taken over."""
    with _start("answer", database) as child:
        message_id, *_ = _lines(child, 3)
        store = ChatStore(database)
        try:
            assert store.mark_interrupted() == 0
            assert store.message(message_id).status is MessageStatus.WRITING
            with pytest.raises(UsageError, match="another window"):
                store.reopen(message_id)
        finally:
            child.kill()
    assert store.mark_interrupted() == 1
    store.close()


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs processes as Unix has them")
def test_a_process_that_nobody_has_fetched_is_gone(database: Path) -> None:
    """A killed process counts as gone before its parent has taken notice of it."""
    with _start("answer", database) as child:
        _lines(child, 2)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        store = ChatStore(database)
        assert store.mark_interrupted() == 1
        store.close()


def test_an_own_answer_stays(store: ChatStore) -> None:
    """An answer that this process writes is not interrupted."""
    chat = store.create_chat()
    store.add_message(
        chat.id,
        parent_id=None,
        role=Role.ASSISTANT,
        content="",
        status=MessageStatus.WRITING,
    )
    assert store.mark_interrupted() == 0


def test_an_answer_without_a_writer_is_interrupted(store: ChatStore) -> None:
    """An answer that is being written by nobody is marked."""
    answer = store.add_message(
        store.create_chat().id,
        parent_id=None,
        role=Role.ASSISTANT,
        content="half",
        status=MessageStatus.WRITING,
    )
    with store._database.changing() as connection:
        connection.execute("UPDATE message SET writer_pid = NULL, writer_started_at = NULL")
    assert store.mark_interrupted() == 1
    assert store.message(answer.id).content == "half"


def test_a_number_that_was_given_out_again_is_another_process() -> None:
    """A process with the right number that started at another time is not the writer."""
    writer = current_writer()
    assert writer.is_alive()
    assert not Writer(writer.process_id, writer.started_at - 60).is_alive()
    assert not Writer(2**22 + 1, writer.started_at).is_alive()


def test_many_processes_share_a_file(database: Path) -> None:
    """Processes that open a new file at once and write at once all succeed."""
    children = [_start("chats", database, 25) for _ in range(4)]
    assert [child.wait(_TIMEOUT_S) for child in children] == [0] * 4
    for child in children:
        child.communicate()
    store = ChatStore(database)
    assert len(store.list_chats()) == 100
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals as Unix has them")
def test_a_killed_writer_does_not_lock_others_out(database: Path) -> None:
    """The others go on when a process is killed while it writes."""
    store = ChatStore(database)
    for _ in range(5):
        with _start("chats", database, 1000) as child:
            _lines(child, 3)
            child.send_signal(signal.SIGKILL)
        for chat in store.list_chats():
            store.delete_chat(chat.id)
            store.purge()
    store.create_chat()
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()

# SPDX-License-Identifier: Apache-2.0
"""Processes that write into a store and are killed in the middle of it, one after the other.

python -m tests.chats.killed_process WORK DATABASE

For each line on its input, "STEPS SECONDS", it forks a process that does the work, kills it with
SIGKILL that long after it has said that so many steps are stored, and prints how many it had said.
Forking saves the start of Python, so that fifty kills take seconds.
"""

# ruff: noqa: T201 - the parent reads what is printed

import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from nemodesk.chats.imported import ImportedChat, ImportedMessage
from nemodesk.chats.message import MessageStatus, NewAttachment, Role
from nemodesk.chats.store import ChatStore

IMPORTED_MESSAGES = 25

Say = Callable[[], None]


def write_messages(store: ChatStore, say: Say) -> None:
    """Write answers of numbered words; each is said once it is stored."""
    number = 0
    while True:
        chat = store.create_chat()
        question = store.add_message(chat.id, parent_id=None, role=Role.USER, content="Count.")
        answer = store.add_message(
            chat.id,
            parent_id=question.id,
            role=Role.ASSISTANT,
            content="",
            status=MessageStatus.WRITING,
        )
        for _ in range(10):
            store.append_text(answer.id, content=f"{number} ")
            number += 1
            say()
        store.finish(answer.id, status=MessageStatus.COMPLETE)
        store.do_idle_work()


def import_chats(store: ChatStore, say: Say) -> None:
    """Import chats, and erase every third again."""
    number = 0
    while True:
        chat = store.import_chat(_imported(number))
        say()
        if number % 3 == 2:
            store.erase_chat(chat.id)
        store.do_idle_work()
        number += 1


def migrate(store: ChatStore, say: Say) -> None:
    """Say that the store is open, which is when it has the newest schema; then index."""
    say()
    while store.do_idle_work():
        pass


WORKS = {"messages": write_messages, "import": import_chats, "migration": migrate}


def _imported(number: int) -> ImportedChat:
    notes = NewAttachment(name="n", media_type="text/plain", text="t" * 100, content=bytes(5000))
    return ImportedChat(
        title=f"imported {number}",
        created_at=1.0,
        updated_at=1.0,
        messages=[
            ImportedMessage(
                key=str(place),
                parent_key=str(place - 1) if place else None,
                role=Role.USER,
                content=f"message {place} " * 20,
                created_at=1.0,
                attachments=[notes],
            )
            for place in range(IMPORTED_MESSAGES)
        ],
    )


def _work(name: str, path: Path, pipe: int) -> None:
    store = ChatStore(path)
    WORKS[name](store, lambda: os.write(pipe, b".") and None)
    # Whoever is done waits for the end.
    signal.pause()


def _kill_one(name: str, path: Path, steps: int, seconds: float) -> int:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(name, path, writer)
        os._exit(1)
    os.close(writer)
    said = 0
    while said < steps:
        said += len(os.read(reader, 1))
    select.select([], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while rest := os.read(reader, 1000):
        said += len(rest)
    os.close(reader)
    return said


if __name__ == "__main__":
    for line in sys.stdin:
        wanted, delay = line.split()
        print(_kill_one(sys.argv[1], Path(sys.argv[2]), int(wanted), float(delay)), flush=True)

# SPDX-License-Identifier: Apache-2.0
"""Child processes of the tests: they write into a store until they are told to stop, or killed.

python -m tests.chats.writing_process answer DATABASE      writes one answer without end
python -m tests.chats.writing_process chats DATABASE N     makes N chats, each with a message
"""

# ruff: noqa: T201 - the parent reads what is printed

import sys
from pathlib import Path

from nemodesk.chats.message import MessageStatus, Role
from nemodesk.chats.store import ChatStore


def write_answer(path: Path) -> None:
    """Write an answer piece by piece and print the number of each piece that is stored."""
    store = ChatStore(path)
    answer = store.add_message(
        store.create_chat().id,
        parent_id=None,
        role=Role.ASSISTANT,
        content="",
        status=MessageStatus.WRITING,
    )
    print(answer.id, flush=True)
    number = 0
    while True:
        number += 1
        store.append_text(answer.id, content=f"{number} ", reasoning=f"{number};")
        print(number, flush=True)


def make_chats(path: Path, count: int) -> None:
    """Make chats as fast as possible and print the number of each."""
    store = ChatStore(path)
    for number in range(count):
        chat = store.create_chat(title=str(number))
        store.add_message(chat.id, parent_id=None, role=Role.USER, content="x" * 100)
        store.list_chats()
        print(chat.id, flush=True)
    store.close()


if __name__ == "__main__":
    if sys.argv[1] == "answer":
        write_answer(Path(sys.argv[2]))
    else:
        make_chats(Path(sys.argv[2]), int(sys.argv[3]))

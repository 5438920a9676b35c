# SPDX-License-Identifier: Apache-2.0
"""Stores to import into and to export from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.message import MessageStatus, NewAttachment, Role
from nemodesk.chats.store import ChatStore
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that the test moves."""
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[ChatStore]:
    """Give an empty store."""
    opened = ChatStore(tmp_path / "chats.sqlite3", clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ChatStore]:
    """Give the empty store of another computer."""
    opened = ChatStore(tmp_path / "other.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def full(store: ChatStore, clock: FakeClock) -> ChatStore:
    """Give a store with everything that a chat can have."""
    folder = store.add_folder("Garten")
    chat = store.create_chat(model="nano")
    question = store.add_message(
        chat.id,
        parent_id=None,
        role=Role.USER,
        content="Wann säen? 🌱",
        attachments=[
            NewAttachment(name="a.png", media_type="image/png", content=b"\x89PNG\r\n\x00"),
            NewAttachment(name="plan.txt", media_type="text/plain", text="Im April."),
        ],
    )
    clock.now += 1.25
    first = store.add_message(
        chat.id, parent_id=question.id, role=Role.ASSISTANT, content="**April**", model="nano"
    )
    store.add_message(
        chat.id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        content="Im Mai.\n\n```python\nprint('säen')\n```",
        status=MessageStatus.STOPPED,
        model="nano",
    )
    store.show_version(first.id)
    store.set_summary(first.id, "Es geht um das Säen.")
    clock.now += 1
    store.add_message(chat.id, parent_id=first.id, role=Role.USER, content="Und <b>ernten</b>?")
    store.rename_chat(chat.id, "Garten & Gemüse")
    store.set_answer_settings(chat.id, AnswerSettings(system_prompt="Kurz.", temperature=0.5))
    store.pin_chat(chat.id, is_pinned=True)
    store.move_to_folder(chat.id, folder.id)
    store.set_draft(chat.id, "noch nicht")
    clock.now += 60
    second = store.create_chat(title="Zweiter")
    store.add_message(second.id, parent_id=None, role=Role.USER, content="Hallo")
    store.archive_chat(second.id, is_archived=True)
    return store

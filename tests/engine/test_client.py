# SPDX-License-Identifier: Apache-2.0
"""The client tells the truth about real child processes that answer, hang, lie and die."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nemodesk.engine.answer import Answer, EngineCrashedError
from nemodesk.engine.client import EngineClient
from nemodesk.engine.protocol import Delta, Finished
from nemodesk.engine.values import EngineSettings, PromptMessage
from nemodesk.errors import EngineError
from tests.fakes.scripted_worker import command

HELLO = [PromptMessage(role="user", content="Hello")]


@asynccontextmanager
async def engine(behaviour: str) -> AsyncIterator[EngineClient]:
    """Start a scripted engine and end it afterwards."""
    client = await EngineClient.start(
        Path("model.gguf"), EngineSettings(), command=command(behaviour)
    )
    try:
        yield client
    finally:
        await client.close()
        assert not client.is_alive


async def read(answer: Answer) -> tuple[str, Finished]:
    """Read an answer to its end."""
    text = ""
    async for event in answer:
        if isinstance(event, Delta):
            text += event.content
        elif isinstance(event, Finished):
            return text, event
    raise AssertionError("no end")


async def test_an_answer_comes_whole_and_ends_once() -> None:
    """The events of an answer arrive in order and the last one is Finished."""
    async with engine("answers") as client:
        answer = client.generate(HELLO)
        assert (await read(answer))[0] == "An answer."
        with pytest.raises(StopAsyncIteration):
            await anext(answer)


async def test_two_answers_do_not_mix() -> None:
    """Each answer gets its own events."""
    async with engine("answers") as client:
        both = await asyncio.gather(*(read(client.generate(HELLO)) for _ in range(2)))
        assert [text for text, _ in both] == ["An answer.", "An answer."]


async def test_a_stop_ends_the_answer_with_what_there_is() -> None:
    """After a stop the answer still ends with Finished."""
    async with engine("waits for a stop") as client:
        answer = client.generate(HELLO)
        while not isinstance(await anext(answer), Delta):
            pass
        answer.cancel()
        assert (await read(answer))[1].reason == "cancelled"


async def test_leaving_an_answer_stops_it() -> None:
    """Cancelling the task that reads an answer stops the engine's work on it."""
    async with engine("waits for a stop") as client:
        answer = client.generate(HELLO)
        while not isinstance(await anext(answer), Delta):
            pass
        reading = asyncio.ensure_future(anext(answer))
        await asyncio.wait({reading}, timeout=0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert answer.was_cancelled


async def test_a_crash_is_told_with_how_it_ended() -> None:
    """A process that is killed in the middle of an answer raises, after the text that came."""
    async with engine("dies always") as client:
        answer = client.generate(HELLO)
        with pytest.raises(EngineCrashedError) as caught:
            await read(answer)
        assert caught.value.outcome.was_killed
        assert not client.is_alive


async def test_a_dead_engine_says_so_at_once() -> None:
    """Asking an engine that is gone raises instead of waiting."""
    async with engine("dies always") as client:
        for _ in range(2):
            with pytest.raises(EngineCrashedError):
                await read(client.generate(HELLO))
        with pytest.raises(EngineCrashedError):
            await client.count(HELLO)


async def test_rubbish_ends_the_engine() -> None:
    """An engine that prints something else is ended rather than waited for."""
    async with engine("rubbish") as client:
        with pytest.raises(EngineCrashedError) as caught:
            await read(client.generate(HELLO))
        assert "Unreadable" in caught.value.detail


@pytest.mark.parametrize("behaviour", ["silent death", "dies while loading"])
async def test_an_engine_that_dies_at_the_start_is_an_error(behaviour: str) -> None:
    """A process that ends before it is ready raises."""
    with pytest.raises(EngineCrashedError):
        async with engine(behaviour):
            pass


async def test_the_last_words_of_an_engine_are_kept() -> None:
    """What the process printed before its end is in the detail."""
    with pytest.raises(EngineCrashedError) as caught:
        async with engine("silent death"):
            pass
    assert "no such device" in caught.value.detail
    assert "status 3" in str(caught.value.outcome)


async def test_another_protocol_is_refused() -> None:
    """An engine of another version is not used."""
    with pytest.raises(EngineError, match="another version"):
        async with engine("foreign version"):
            pass


async def test_a_missing_program_is_an_error() -> None:
    """A command that does not exist is told as such."""
    with pytest.raises(EngineError):
        await EngineClient.start(Path("m.gguf"), EngineSettings(), command=["/does/not/exist"])

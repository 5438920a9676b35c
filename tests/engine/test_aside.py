# SPDX-License-Identifier: Apache-2.0
"""What is asked aside leaves the chat's KV cache as it was; and counting texts."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from nemodesk.engine.client import EngineClient
from nemodesk.engine.preparation import prepare
from nemodesk.engine.protocol import Delta, Finished
from nemodesk.engine.values import EngineSettings, PromptMessage, Sampling
from tests.fakes.nemotron import write_nemotron

pytestmark = pytest.mark.engine

GREEDY = Sampling(temperature=0)
QUESTION = PromptMessage(role="user", content="Name three animals that live in the sea.")
NEXT = PromptMessage(role="user", content="And three that live in trees.")
TITLE = PromptMessage(role="user", content="Give this conversation a title of four words.")
OTHER = PromptMessage(role="user", content="Something else altogether.")


@pytest.fixture(params=["attention", "hybrid"])
async def either(
    request: pytest.FixtureRequest, starter: Path, tmp_path: Path
) -> AsyncIterator[EngineClient]:
    """Load a model whose state can be rolled back, and one whose state cannot."""
    path = starter
    if request.param == "hybrid":
        path = write_nemotron(tmp_path / "h.gguf", vocabulary_from=starter)
    settings = prepare(path, EngineSettings(context_tokens=2048))
    client = await EngineClient.start(path, settings)
    yield client
    await client.close()


async def ask(
    engine: EngineClient, messages: Sequence[PromptMessage], *, aside: bool = False
) -> tuple[str, Finished]:
    """Return 12 tokens."""
    text = ""
    answer = engine.generate(messages, sampling=GREEDY, max_tokens=12, ignore_end=True, aside=aside)
    async for event in answer:
        if isinstance(event, Delta):
            text += event.content
        elif isinstance(event, Finished):
            return text, event
    raise AssertionError("no end")


@pytest.mark.parametrize("begins_alike", [True, False], ids=["goes on", "begins anew"])
async def test_the_next_turn_finds_the_cache_warm(
    either: EngineClient, *, begins_alike: bool
) -> None:
    """A turn costs the same tokens, and says the same, whether or not something was asked aside."""
    first, _ = await ask(either, [QUESTION])
    answer = PromptMessage(role="assistant", content=first)
    chat = [QUESTION, answer, NEXT]
    expected, without = await ask(either, chat)
    await ask(either, [OTHER])
    assert (await ask(either, [QUESTION]))[0] == first
    title, told = await ask(
        either, [QUESTION, answer, TITLE] if begins_alike else [OTHER, answer, TITLE], aside=True
    )
    assert title
    assert told.timings.predicted_tokens == 12
    text, after = await ask(either, chat)
    assert text == expected
    assert after.timings.cached_tokens == without.timings.cached_tokens > 0


async def test_a_stop_aside_keeps_the_cache_too(either: EngineClient) -> None:
    """Also half of something that was asked aside leaves nothing behind."""
    first, _ = await ask(either, [QUESTION])
    chat = [QUESTION, PromptMessage(role="assistant", content=first), NEXT]
    expected, without = await ask(either, chat)
    await ask(either, [OTHER])
    await ask(either, [QUESTION])
    answer = either.generate([OTHER], max_tokens=200, ignore_end=True, aside=True)
    async for event in answer:
        if isinstance(event, Delta):
            answer.cancel()
    text, after = await ask(either, chat)
    assert (text, after.timings.cached_tokens) == (expected, without.timings.cached_tokens)


async def test_texts_are_counted_each_by_itself(either: EngineClient) -> None:
    """Every text has its own number, in the order in which they were given; none is no request."""
    tokens = await either.count_texts(["", "Hello", "Hello Hello Hello"])
    assert tokens[0] == 0
    assert 0 < tokens[1] < tokens[2]
    assert await either.count_texts([]) == ()

# SPDX-License-Identifier: Apache-2.0
"""Models with a recurrent state, such as Nemotron 3 Nano, are never computed from a wrong state."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nemodesk.engine.client import EngineClient
from nemodesk.engine.preparation import prepare
from nemodesk.engine.protocol import Delta, Finished
from nemodesk.engine.values import EngineSettings, PromptMessage, Sampling
from tests.fakes.nemotron import write_nemotron

pytestmark = pytest.mark.engine

GREEDY = Sampling(temperature=0)


@pytest.fixture(scope="session")
def hybrid_path(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a tiny hybrid model."""
    return write_nemotron(tmp_path_factory.mktemp("hybrid") / "h.gguf", vocabulary_from=starter)


@pytest.fixture
async def hybrid(hybrid_path: Path) -> AsyncIterator[EngineClient]:
    """Load the hybrid model."""
    settings = prepare(hybrid_path, EngineSettings(context_tokens=2048))
    client = await EngineClient.start(hybrid_path, settings)
    yield client
    await client.close()


async def ask(
    client: EngineClient, messages: list[PromptMessage], *, reuse: bool = True
) -> tuple[str, Finished]:
    """Return 24 tokens of noise."""
    text = ""
    answer = client.generate(
        messages, sampling=GREEDY, max_tokens=24, ignore_end=True, reuse_cache=reuse
    )
    async for event in answer:
        if isinstance(event, Delta):
            text += event.content
        elif isinstance(event, Finished):
            return text, event
    raise AssertionError("no end")


def user(text: str) -> PromptMessage:
    """Return a message of the user."""
    return PromptMessage(role="user", content=text)


async def test_a_hybrid_model_is_known_as_one(hybrid: EngineClient) -> None:
    """The engine knows that the state cannot be rolled back."""
    assert hybrid.model.hybrid
    assert hybrid.model.architecture == "nemotron_h"


async def test_the_state_is_never_that_of_another_conversation(hybrid: EngineClient) -> None:
    """After an edited message the answer is that of a fresh evaluation, token for token."""
    first, _ = await ask(hybrid, [user("Once upon a time")])
    await ask(hybrid, [user("Once upon a dime there was")])
    again, _ = await ask(hybrid, [user("Once upon a time")])
    fresh, finished = await ask(hybrid, [user("Once upon a time")], reuse=False)
    assert finished.timings.cached_tokens == 0
    assert first == again == fresh


async def test_a_stopped_answer_leaves_no_trace(hybrid: EngineClient) -> None:
    """A state that was left in the middle of a batch is thrown away."""
    expected, _ = await ask(hybrid, [user("The sea")])
    answer = hybrid.generate([user("word " * 1500)])
    await anext(answer)
    answer.cancel()
    async for _ in answer:
        pass
    assert (await ask(hybrid, [user("The sea")]))[0] == expected

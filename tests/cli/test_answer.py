# SPDX-License-Identifier: Apache-2.0
"""An answer is followed to its end, also when the person stops it."""

import asyncio
from pathlib import Path

import pytest

from nemodesk.cli.answer import follow
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import EngineSettings, PromptMessage
from nemodesk.errors import EngineError
from tests.fakes.scripted_worker import command

HELLO = [PromptMessage(role="user", content="Hello")]


class RecordingView:
    """Keeps what was shown."""

    def __init__(self) -> None:
        self.content = ""
        self.ends = 0
        self.has_text = asyncio.Event()

    def reading(self, processed_tokens: int, total_tokens: int) -> None:
        """Take progress."""

    def text(self, content: str, reasoning: str) -> None:
        """Take new text."""
        self.content += content + reasoning
        self.has_text.set()

    def end(self) -> None:
        """Take the end."""
        self.ends += 1


async def _start(behaviour: str) -> EngineClient:
    return await EngineClient.start(
        Path("model.gguf"), EngineSettings(), command=command(behaviour)
    )


async def test_an_answer_is_shown_and_returned() -> None:
    """The text that is shown is the text that is returned."""
    engine = await _start("answers")
    view = RecordingView()
    outcome = await follow(engine.generate(HELLO), view)
    await engine.close()
    assert (outcome.content, outcome.finish_reason) == ("An answer.", "stop")
    assert outcome.timings.predicted_tokens == 3
    assert (view.content, view.ends) == ("An answer.", 1)


async def test_stopping_returns_the_half_answer() -> None:
    """Ctrl-C cancels the waiting task; the engine is told and what there is comes back."""
    engine = await _start("waits for a stop")
    view = RecordingView()
    following = asyncio.create_task(follow(engine.generate(HELLO), view))
    await view.has_text.wait()
    following.cancel()
    outcome = await following
    assert (outcome.content, outcome.finish_reason) == ("Begun", "cancelled")
    assert engine.is_alive
    await engine.close()


async def test_a_crash_is_an_error_after_the_half_answer() -> None:
    """What came before the crash has been shown, and the view has been ended."""
    engine = await _start("dies always")
    view = RecordingView()
    with pytest.raises(EngineError):
        await follow(engine.generate(HELLO), view)
    await engine.close()
    assert (view.content, view.ends) == ("x", 1)

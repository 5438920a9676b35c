# SPDX-License-Identifier: Apache-2.0
"""Following one answer from the engine to the screen, until it ends or the person stops it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from nemodesk.engine.protocol import Delta, Finished, PromptProgress
from nemodesk.engine.values import Timings


class StreamedAnswer(Protocol):
    """An answer of the engine client."""

    def __aiter__(self) -> AsyncIterator[PromptProgress | Delta | Finished]:
        """Return the events in order; the last is Finished."""
        ...

    def cancel(self) -> None:
        """Stop the answer; it still ends with Finished."""
        ...


class AnswerView(Protocol):
    """Where an answer is shown."""

    def reading(self, processed_tokens: int, total_tokens: int) -> None:
        """Show how much of the question has been read."""
        ...

    def text(self, content: str, reasoning: str) -> None:
        """Show new text."""
        ...

    def end(self) -> None:
        """Show that the answer is over."""
        ...


@dataclass
class Outcome:
    """An answer as far as it has come.

    Attributes:
        finish_reason: "stop", "length" or "cancelled".
    """

    content: str = ""
    reasoning: str = ""
    finish_reason: str = ""
    timings: Timings = field(default_factory=Timings)


async def follow(answer: StreamedAnswer, view: AnswerView) -> Outcome:
    """Show the answer and return all of it.

    Cancelling the task that waits here (Ctrl-C does that) stops the answer and returns what
    there is, with the finish reason "cancelled".

    Raises:
        NemodeskError: the engine could not answer; what it wrote before has been shown.
    """
    outcome = Outcome()
    following = asyncio.ensure_future(_follow(answer, view, outcome))
    try:
        await asyncio.shield(following)
    except asyncio.CancelledError:
        answer.cancel()
        await following
        outcome.finish_reason = "cancelled"
    return outcome


async def _follow(answer: StreamedAnswer, view: AnswerView, outcome: Outcome) -> None:
    try:
        async for event in answer:
            match event:
                case PromptProgress():
                    view.reading(event.processed_tokens, event.total_tokens)
                case Delta():
                    outcome.content += event.content
                    outcome.reasoning += event.reasoning
                    view.text(event.content, event.reasoning)
                case Finished():
                    outcome.finish_reason = event.reason
                    outcome.timings = event.timings
    finally:
        view.end()

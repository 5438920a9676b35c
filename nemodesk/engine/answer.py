# SPDX-License-Identifier: Apache-2.0
"""The events of one answer as they come, and how to stop it. It knows no process."""

import asyncio
from collections.abc import Callable
from typing import Self

from nemodesk.engine.outcome import Outcome
from nemodesk.engine.protocol import Delta, Finished, PromptProgress
from nemodesk.errors import EngineError

AnswerEvent = PromptProgress | Delta | Finished


class EngineCrashedError(EngineError):
    """The engine process vanished.

    Attributes:
        outcome: how it ended.
    """

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(outcome.sentence, detail=detail)
        self.outcome = outcome


class Answer:
    """The events of one request, to be read with `async for`; the last one is Finished.

    Raises while it is read: EngineCrashedError when the process vanishes, and the NemodeskError
    that the engine reports. Cancelling the task that reads stops it; whoever leaves it unread for
    another reason has to cancel it.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._events: asyncio.Queue[AnswerEvent | Exception] = asyncio.Queue()
        self._has_ended = False
        self.was_cancelled = False

    def cancel(self) -> None:
        """Stop the answer; what is written so far still comes, and then Finished."""
        if not self.was_cancelled and not self._has_ended:
            self.was_cancelled = True
            self._stop()

    def put(self, event: AnswerEvent | Exception) -> None:
        """Append an event. For the client."""
        self._events.put_nowait(event)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AnswerEvent:
        if self._has_ended:
            raise StopAsyncIteration
        try:
            event = await self._events.get()
        except asyncio.CancelledError:
            self.cancel()
            raise
        self._has_ended = isinstance(event, (Finished, Exception))
        if isinstance(event, Exception):
            raise event
        return event

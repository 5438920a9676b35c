# SPDX-License-Identifier: Apache-2.0
"""Writes one answer: engine in, events and stored text out, through crashes and stops.

It knows no window. `conversation.py` decides which answer to write.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatistics, MessageStatus
from nemodesk.conversation.events import (
    ContextRead,
    EngineRestarted,
    ModelLoading,
    PromptReading,
    TextAdded,
    TurnEnded,
    TurnEvent,
    TurnStarted,
)
from nemodesk.conversation.prompting import answer_so_far, prompt_messages
from nemodesk.conversation.reading import ContextReader
from nemodesk.conversation.recorder import Recorder
from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.answer import Answer, EngineCrashedError
from nemodesk.engine.client import EngineClient
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.protocol import Delta, Finished, PromptProgress
from nemodesk.engine.values import Timings
from nemodesk.errors import NemodeskError

_MOST_RESTARTS = 2

_STATUS_OF_REASON = {
    "stop": MessageStatus.COMPLETE,
    "length": MessageStatus.LENGTH,
    "cancelled": MessageStatus.STOPPED,
}


@dataclass(frozen=True)
class Assignment:
    """What a turn has to do.

    Attributes:
        history: the messages before the answer, oldest first.
        question: the new message among them, if the turn began with one.
        answer: the message to write, with the text that it already has.
    """

    history: tuple[Message, ...]
    question: Message | None
    answer: Message
    model: ModelFile
    settings: TurnSettings


class Turn:
    """One answer that is being written.

    Args:
        emit: takes each event; called on the event loop.
    """

    def __init__(
        self,
        assignment: Assignment,
        *,
        archive: ChatArchive,
        pool: EnginePool,
        reader: ContextReader,
        emit: Callable[[TurnEvent], None],
    ) -> None:
        self._assignment = assignment
        self._pool = pool
        self._reader = reader
        self._emit = emit
        self._text = assignment.answer
        self._recorder = Recorder(archive, assignment.answer)
        self._is_stopped = False
        self._loading: asyncio.Task[EngineClient] | None = None
        self._answer: Answer | None = None
        self._used_tokens = 0

    def stop(self) -> None:
        """End the answer as it stands, also while the model loads."""
        self._is_stopped = True
        if self._answer is not None:
            self._answer.cancel()
        elif self._loading is not None:
            self._loading.cancel()

    async def run(self) -> None:
        """Write the answer. The last event is TurnEnded; its error, if any, is not raised."""
        assignment = self._assignment
        error: NemodeskError | None = None
        timings: Timings | None = None
        status = MessageStatus.INTERRUPTED
        try:
            self._emit(
                TurnStarted(assignment.answer.chat_id, assignment.question, assignment.answer)
            )
            finished = await self._write_through_crashes()
            status = _STATUS_OF_REASON[finished.reason]
            timings = finished.timings
        except NemodeskError as caught:
            status = MessageStatus.FAILED
            error = caught
        except asyncio.CancelledError:
            if not self._is_stopped:
                raise
            status = MessageStatus.STOPPED
        finally:
            # Also after a mistake in the program: an answer must not seem to be written for ever.
            await self._finish(status, error, timings)

    async def _finish(
        self, status: MessageStatus, error: NemodeskError | None, timings: Timings | None
    ) -> None:
        failure = error.sentence if error else ""
        statistics = _statistics(timings) if timings else None
        try:
            message = await self._recorder.finish(status, failure, statistics)
        except NemodeskError as refused:
            error = refused
            message = replace(self._text, status=MessageStatus.FAILED, failure=refused.sentence)
        self._emit(TurnEnded(message.chat_id, message, error))

    async def _write_through_crashes(self) -> Finished:
        restarts = 0
        while True:
            try:
                return await self._write()
            except EngineCrashedError as crash:
                if self._is_stopped:
                    raise asyncio.CancelledError from crash
                if restarts == _MOST_RESTARTS:
                    raise
                restarts += 1
                self._tell_restart(crash)

    def _tell_restart(self, crash: EngineCrashedError) -> None:
        assignment = self._assignment
        self._answer = None
        change = ""
        if not crash.outcome.was_asked_to_end:
            change = self._pool.reduce(
                assignment.model.path, assignment.settings.engine, self._used_tokens
            )
        told = f"{crash.outcome.happening} It was started again and the answer goes on. {change}"
        self._emit(EngineRestarted(self._text.chat_id, self._text.id, told.strip()))

    async def _write(self) -> Finished:
        engine = await self._acquire_engine()
        try:
            # A stop may have come while the engine was on its way here.
            if self._is_stopped:
                raise asyncio.CancelledError
            return await self._write_with(engine)
        finally:
            if self._answer is not None:
                self._answer.cancel()
            self._pool.release()

    async def _write_with(self, engine: EngineClient) -> Finished:
        settings = self._assignment.settings
        begun = answer_so_far(self._text)
        reading = await self._reader.read(
            engine, self._assignment.history, settings, begun=self._text if begun else None
        )
        # A stop may have come while it was counted.
        if self._is_stopped:
            raise asyncio.CancelledError
        self._emit(
            ContextRead(self._text.chat_id, self._text.id, reading, goes_on=begun is not None)
        )
        self._answer = engine.generate(
            prompt_messages(reading.messages, settings.system_prompt, reading.summary),
            answer_so_far=begun,
            sampling=settings.sampling,
            max_tokens=settings.max_tokens,
            template_options=settings.template_options,
        )
        async for event in self._answer:
            match event:
                case PromptProgress():
                    self._on_prompt(event)
                case Delta():
                    self._on_text(event)
                case Finished():
                    return event
        raise AssertionError("an answer ends with Finished")

    async def _acquire_engine(self) -> EngineClient:
        chat_id = self._text.chat_id
        self._loading = asyncio.ensure_future(
            self._pool.acquire(
                self._assignment.model.path,
                self._assignment.settings.engine,
                on_progress=lambda fraction: self._emit(ModelLoading(chat_id, fraction)),
            )
        )
        if self._is_stopped:
            self._loading.cancel()
        try:
            return await self._loading
        finally:
            self._loading = None

    def _on_prompt(self, event: PromptProgress) -> None:
        self._used_tokens = event.total_tokens
        self._emit(PromptReading(self._text.chat_id, event.processed_tokens, event.total_tokens))

    def _on_text(self, event: Delta) -> None:
        self._used_tokens += 1
        self._text = replace(
            self._text,
            content=self._text.content + event.content,
            reasoning=self._text.reasoning + event.reasoning,
        )
        self._recorder.add(event.content, event.reasoning)
        self._emit(TextAdded(self._text.chat_id, self._text.id, event.content, event.reasoning))


def _statistics(timings: Timings) -> MessageStatistics:
    return MessageStatistics(
        prompt_tokens=timings.prompt_tokens,
        cached_tokens=timings.cached_tokens,
        predicted_tokens=timings.predicted_tokens,
        predicted_per_s=timings.predicted_per_s,
        ttft_s=timings.ttft_s,
    )

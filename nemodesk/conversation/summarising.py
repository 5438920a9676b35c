# SPDX-License-Identifier: Apache-2.0
"""Lets the model write a summary of the beginning of a chat, which it then reads in its place.

The messages stay as they are. A summary that is stopped or fails changes nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.context import (
    Costs,
    Piece,
    Space,
    newest_summary,
    piece_of,
    summarised_count,
    texts_of,
)
from nemodesk.conversation.counting import TokenCounter
from nemodesk.conversation.events import (
    ModelLoading,
    PromptReading,
    SummaryEnded,
    SummaryGrown,
    SummaryStarted,
    TurnEvent,
)
from nemodesk.conversation.prompting import introduce_summary, prompt_messages
from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.client import EngineClient
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.protocol import Delta, PromptProgress
from nemodesk.engine.values import PromptMessage
from nemodesk.errors import EngineError, NemodeskError, PromptTooLongError, UsageError

_KEPT_SHARE = 0.25
"""Of the room for the chat; the newest turns up to it are not summarised. A guess."""

_SUMMARY_TOKENS = 400
_SUMMARY_SHARE = 5

_WISH = (
    "Summarise our conversation so far, so that it can go on from your summary alone. Keep names, "
    "numbers, decisions, results and open questions. Write at most 200 words, in the language of "
    "our conversation, and nothing but the summary."
)


@dataclass(frozen=True)
class SummaryPlan:
    """What is to be summarised.

    Attributes:
        parts: messages that are read at once; the summary of each part is read with the next.
        before: the summary that there is already; may be empty.
    """

    parts: tuple[tuple[Message, ...], ...]
    before: str

    @property
    def last_id(self) -> int:
        """The last message that the summary stands for."""
        return self.parts[-1][-1].id


def plan_summary(history: Sequence[Message], costs: Costs, space: Space) -> SummaryPlan:
    """Return what to summarise of a chat: all but its newest turns, in parts that can be read.

    Raises:
        UsageError: there is nothing to summarise.
        PromptTooLongError: a message is longer than the context.
    """
    begin = summarised_count(history)
    before = newest_summary(history)
    rest = history[begin:]
    pieces = [piece_of(message, costs) for message in rest]
    room = space.limit_tokens - costs.instructions_tokens - _most_tokens(space.limit_tokens)
    end = _end_of_beginning(pieces, round(room * _KEPT_SHARE))
    if not end:
        raise UsageError("There is nothing to summarise in this chat yet.")
    wish_tokens = costs.text_tokens(_WISH) + 2 * costs.form_tokens
    most = room - wish_tokens - _most_tokens(space.limit_tokens)
    parts: list[tuple[Message, ...]] = []
    start = total = 0
    for number, piece in enumerate(pieces[:end]):
        if piece.tokens > most:
            raise PromptTooLongError(
                f"A message of this chat has {piece.tokens:,} tokens (pieces of words), more than "
                f"the model can read to summarise it ({most:,}). Choose a longer context."
            )
        if total + piece.tokens > most:
            parts.append(tuple(rest[start:number]))
            start, total = number, 0
        total += piece.tokens
    return SummaryPlan((*parts, tuple(rest[start:end])), before)


def _most_tokens(limit_tokens: int) -> int:
    return min(_SUMMARY_TOKENS, limit_tokens // _SUMMARY_SHARE)


def _end_of_beginning(pieces: Sequence[Piece], kept_tokens: int) -> int:
    """Return where the newest turns begin that together have so many tokens at most."""
    end, total = len(pieces), 0
    for number in range(len(pieces) - 1, -1, -1):
        total += pieces[number].tokens
        if total > kept_tokens:
            break
        if pieces[number].is_question:
            end = number
    if end:
        return end
    # All of it is short: the last turn stays, the others are summarised.
    questions = [number for number, piece in enumerate(pieces) if piece.is_question]
    return questions[-1] if questions else 0


@dataclass(frozen=True)
class SummaryWork:
    """What is needed to write one."""

    chat_id: int
    history: tuple[Message, ...]
    model: ModelFile
    settings: TurnSettings
    emit: Callable[[TurnEvent], None] = field(repr=False)


class SummaryTurn:
    """A summary that is being written."""

    def __init__(
        self,
        work: SummaryWork,
        *,
        archive: ChatArchive,
        pool: EnginePool,
        counter: TokenCounter,
    ) -> None:
        self._work = work
        self._archive = archive
        self._pool = pool
        self._counter = counter
        self._writing: asyncio.Task[None] | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """End it; nothing is stored."""
        self._is_stopped = True
        if self._writing is not None:
            self._writing.cancel()

    async def run(self) -> None:
        """Write it. The last event is SummaryEnded; its error, if any, is not raised."""
        chat_id, emit = self._work.chat_id, self._work.emit
        emit(SummaryStarted(chat_id))
        error: NemodeskError | None = None
        self._writing = asyncio.ensure_future(self._write())
        if self._is_stopped:
            self._writing.cancel()
        try:
            await self._writing
        except NemodeskError as caught:
            error = caught
        except asyncio.CancelledError:
            if not self._is_stopped:
                raise
        finally:
            emit(SummaryEnded(chat_id, error, was_stopped=self._is_stopped))

    async def _write(self) -> None:
        work = self._work
        engine = await self._pool.acquire(
            work.model.path,
            work.settings.engine,
            on_progress=lambda fraction: work.emit(ModelLoading(work.chat_id, fraction)),
        )
        try:
            costs = await self._counter.costs(
                engine, [*texts_of(work.history), _WISH], work.settings
            )
            space = Space(limit_tokens=engine.model.context_tokens)
            plan = plan_summary(work.history, costs, space)
            summary = plan.before
            for part in plan.parts:
                summary = await self._write_part(engine, plan, part, summary)
        finally:
            self._pool.release()
        await self._archive(ChatStore.set_summary, plan.last_id, summary)

    async def _write_part(
        self, engine: EngineClient, plan: SummaryPlan, part: Sequence[Message], before: str
    ) -> str:
        work = self._work
        answer = engine.generate(
            with_wish(prompt_messages(part, work.settings.system_prompt, before), _WISH),
            sampling=work.settings.sampling,
            max_tokens=_most_tokens(engine.model.context_tokens),
            template_options=without_thinking(work.settings),
        )
        text = ""
        try:
            async for event in answer:
                match event:
                    case PromptProgress():
                        done, total = event.processed_tokens, event.total_tokens
                        work.emit(PromptReading(work.chat_id, done, total))
                    case Delta():
                        text += event.content
                        work.emit(SummaryGrown(work.chat_id, plan.last_id, text.strip()))
                    case _:
                        pass
        finally:
            answer.cancel()
        if not text.strip():
            raise EngineError(
                "The model wrote no summary. Try it again, or go on without: the oldest messages "
                "are then left out."
            )
        return text.strip()


def with_wish(messages: Sequence[PromptMessage], wish: str) -> list[PromptMessage]:
    """Return the conversation with something asked about it at its end."""
    *before, last = messages
    if last.role == Role.USER:
        return [*before, PromptMessage(role=Role.USER, content=f"{last.content}\n\n{wish}")]
    return [*messages, PromptMessage(role=Role.USER, content=wish)]


def without_thinking(settings: TurnSettings) -> dict[str, Any]:
    """Return the options for a template, so that the model answers at once where it can."""
    return {**settings.template_options, "enable_thinking": False}


__all__ = [
    "SummaryPlan",
    "SummaryTurn",
    "SummaryWork",
    "introduce_summary",
    "plan_summary",
    "with_wish",
    "without_thinking",
]

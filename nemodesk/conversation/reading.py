# SPDX-License-Identifier: Apache-2.0
"""Chooses with a loaded engine what a turn reads, and makes sure of it. It writes nothing.

Most chats are far from filling their context. For them nothing is counted: the first word comes as
soon as it would without any of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nemodesk.chats.message import Message
from nemodesk.conversation.context import Costs, Reading, Space, read, texts_of
from nemodesk.conversation.counting import EstimatedCosts, MostCosts, TokenCounter
from nemodesk.conversation.prompting import prompt_messages
from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.answer import EngineCrashedError
from nemodesk.engine.client import EngineClient
from nemodesk.errors import PromptTooLongError, UsageError

_SURE_SHARE = 0.6
"""Below this share of the context, counts of single texts need no check of the whole prompt."""

_MOST_CHECKS = 4

_CLEAR_SHARE = 0.95

_DOUBT_FACTOR = 1.5
"""How far an estimate may be beyond the limit before it is believed. A guess."""


@dataclass(frozen=True)
class Outlook:
    """What is read of a chat, before and with the question that is being written.

    Attributes:
        last: what the last answer was written from.
        next: what will be read if the question is sent as it is.
    """

    last: Reading
    next: Reading


class ContextReader:
    """Chooses what the model reads of a chat.

    Args:
        counter: remembers what has been counted.
    """

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter

    async def read(
        self,
        engine: EngineClient,
        history: Sequence[Message],
        settings: TurnSettings,
        *,
        begun: Message | None = None,
    ) -> Reading:
        """Return what fits, for a prompt that is sent now.

        Raises:
            PromptTooLongError: the question alone, or the answer that goes on, does not fit.
            EngineCrashedError: the process vanished.
            UsageError: the chat template refuses the messages.
        """
        space = Space(limit_tokens=engine.model.context_tokens, max_tokens=settings.max_tokens)
        most = read(history, MostCosts(settings.system_prompt), space, begun=begun)
        if (
            most.fits
            and most.left_out_id is None
            and most.use.used + space.room_tokens <= (space.limit_tokens)
        ):
            return most
        costs = await self._costs(engine, history, settings, begun)
        reading = read(history, costs, space, begun=begun)
        for _ in range(_MOST_CHECKS):
            if not reading.fits:
                break
            share = await _share_that_fits(engine, reading, settings)
            if share >= 1:
                return reading
            space = replace(space, limit_tokens=int(space.limit_tokens * share))
            reading = read(history, costs, space, begun=begun)
        raise _too_long(reading, engine.model.context_tokens)

    async def measure(
        self,
        engine: EngineClient | None,
        history: Sequence[Message],
        settings: TurnSettings,
        *,
        draft: str,
        limit_tokens: int,
    ) -> Outlook:
        """Return what the model has read, and what it would read if the draft were sent.

        Args:
            engine: counts; None: all is estimated.
            draft: the question as it is written so far, with its attachments.

        Raises:
            EngineCrashedError: the process vanished.
            UsageError: the chat template refuses the messages.
        """
        costs: Costs = EstimatedCosts(settings.system_prompt)
        if engine is not None:
            texts = [*texts_of(history), draft]
            costs = await self._counter.costs(engine, texts, settings)
        draft_tokens = costs.text_tokens(draft) + costs.form_tokens if draft else 0
        space = Space(limit_tokens=limit_tokens, max_tokens=settings.max_tokens)
        return Outlook(
            last=read(history, costs, space),
            next=read(history, costs, space, draft_tokens=draft_tokens),
        )

    async def check(
        self,
        engine: EngineClient | None,
        history: Sequence[Message],
        settings: TurnSettings,
        text: str,
        limit_tokens: int,
    ) -> None:
        """Raise PromptTooLongError for a question that cannot fit; an estimate must be clear."""
        try:
            outlook = await self.measure(
                engine, history, settings, draft=text, limit_tokens=limit_tokens
            )
        except (EngineCrashedError, UsageError):
            return  # the turn deals with it
        reading = outlook.next
        is_sure = reading.use.is_exact or reading.use.used > _DOUBT_FACTOR * limit_tokens
        if not reading.fits and is_sure:
            raise _too_long(reading, limit_tokens)

    async def _costs(
        self,
        engine: EngineClient,
        history: Sequence[Message],
        settings: TurnSettings,
        begun: Message | None,
    ) -> Costs:
        texts = texts_of(history if begun is None else [*history, begun])
        return await self._counter.costs(engine, texts, settings)


async def _share_that_fits(engine: EngineClient, reading: Reading, settings: TurnSettings) -> float:
    """Return the share of what is read that fits, by a count of the whole prompt if in doubt."""
    use = reading.use
    limit = engine.model.context_tokens
    if use.used <= _SURE_SHARE * limit:
        return 1.0
    messages = prompt_messages(reading.messages, settings.system_prompt, reading.summary)
    counted = await engine.count(messages, settings.template_options)
    space = Space(limit_tokens=limit, max_tokens=settings.max_tokens)
    most = limit - space.least_room_tokens - use.begun
    # More goes than must, not to miss it by a hair again.
    return 1.0 if counted.tokens <= most else _CLEAR_SHARE * most / counted.tokens


def _too_long(reading: Reading, limit_tokens: int) -> PromptTooLongError:
    use = reading.use
    others = use.instructions + use.summary
    most = max(0, limit_tokens - others - limit_tokens // 16)
    if use.begun:
        return PromptTooLongError(
            f"This answer cannot go on: with its question it has {use.question + use.begun:,} "
            f"tokens (pieces of words), and there is room for {most:,}. Choose a longer context, "
            "or ask for the rest in a new message."
        )
    return PromptTooLongError(
        f"This message is too long for the model: it has {use.question:,} tokens (pieces of "
        f"words), and there is room for {most:,}. Shorten it, or choose a longer context."
    )

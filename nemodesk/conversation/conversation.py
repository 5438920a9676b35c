# SPDX-License-Identifier: Apache-2.0
"""What a person can do in a chat: ask, ask differently, have it answered again, go on, stop.

Each starts a turn, whose events go to a callback. It shows nothing.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatus, Role, title_from
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.counting import TokenCounter
from nemodesk.conversation.events import TurnEvent
from nemodesk.conversation.files import Files
from nemodesk.conversation.prompting import question_text
from nemodesk.conversation.reading import ContextReader
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.summarising import SummaryTurn, SummaryWork
from nemodesk.conversation.turn import Assignment, Turn
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError, NotFoundError, UsageError
from nemodesk.text import well_formed

Emit = Callable[[TurnEvent], None]

_SURELY_SHORT = 2000
"""Characters that leave room in every context that is of any use. A guess."""


class Conversation:
    """The turns of all chats; each chat has at most one at a time.

    Every method that starts a turn returns when the turn has ended, and raises, before the turn
    has started:
        NotFoundError: the chat or message is gone.
        StorageError: the disk refuses.
        UsageError: this chat is being answered already.
        PromptTooLongError: the new message alone is too long, as far as that is known before the
            model is loaded; it is not stored.
    """

    def __init__(
        self, archive: ChatArchive, pool: EnginePool, counter: TokenCounter | None = None
    ) -> None:
        self._archive = archive
        self._pool = pool
        self._counter = counter or TokenCounter()
        self._reader = ContextReader(self._counter)
        self._places: dict[int, _Place] = {}

    def is_writing(self, chat_id: int) -> bool:
        """Return whether an answer is being written in this chat."""
        return chat_id in self._places

    def stop(self, chat_id: int) -> None:
        """End the answer that is being written in this chat, if any."""
        place = self._places.get(chat_id)
        if place is not None:
            place.stop()

    def stop_all(self) -> None:
        """End all answers that are being written."""
        for place in self._places.values():
            place.stop()

    async def send(
        self,
        chat_id: int,
        text: str,
        *,
        model: ModelFile,
        settings: TurnSettings,
        emit: Emit,
        files: Files = Files(),  # noqa: B008 - a frozen value
    ) -> None:
        """Add a message at the end of the chat and answer it."""
        with self._place(chat_id) as place:
            history = await self._archive(ChatStore.path, chat_id)
            question = _Question(well_formed(text), files)
            await self._ask(place, chat_id, history, question, _How(model, settings, emit))

    async def edit(
        self, message_id: int, text: str, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Ask a question in other words: another version beside it, with its own answer.

        Its files stay with it.
        """
        old = await self._archive(ChatStore.message, message_id)
        with self._place(old.chat_id) as place:
            history = await self._messages_before(old)
            question = _Question(well_formed(text), Files(kept=old.attachments))
            await self._ask(place, old.chat_id, history, question, _How(model, settings, emit))

    async def regenerate(
        self, message_id: int, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Write another version of an answer, with another seed so that it differs."""
        old = await self._archive(ChatStore.message, message_id)
        with self._place(old.chat_id) as place:
            history = await self._messages_before(old)
            answer = await self._add_answer(old.chat_id, old.parent_id, model)
            seed = settings.sampling.seed + answer.version - 1
            sampling = msgspec.structs.replace(settings.sampling, seed=seed)
            how = _How(model, replace(settings, sampling=sampling), emit)
            await self._run(place, history, None, answer, how)

    async def resume(
        self, message_id: int, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Go on with an answer that ended too early."""
        old = await self._archive(ChatStore.message, message_id)
        with self._place(old.chat_id) as place:
            history = await self._messages_before(old)
            answer = await self._archive(ChatStore.reopen, message_id)
            await self._run(place, history, None, answer, _How(model, settings, emit))

    async def summarise(
        self, chat_id: int, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Let the model summarise the beginning of the chat, which it then reads in its place."""
        with self._place(chat_id) as place:
            history = tuple(await self._archive(ChatStore.path, chat_id))
            turn = SummaryTurn(
                SummaryWork(chat_id, history, model, settings, emit),
                archive=self._archive,
                pool=self._pool,
                counter=self._counter,
            )
            place.take(turn)
            await turn.run()

    async def _ask(
        self,
        place: "_Place",
        chat_id: int,
        history: list[Message],
        asked: "_Question",
        how: "_How",
    ) -> None:
        await self._check_room(history, question_text(asked.words, asked.files), how)
        question = await self._archive(
            ChatStore.add_message,
            chat_id,
            parent_id=history[-1].id if history else None,
            role=Role.USER,
            content=asked.words,
            attachments=asked.files.new,
            draft_attachment_ids=[file.id for file in asked.files.drafted],
            kept_attachment_ids=[file.id for file in asked.files.kept],
        )
        if not asked.words and question.attachments and not history:
            # A chat that begins with a file alone is named after it.
            name = title_from(question.attachments[0].name)
            await self._archive(ChatStore.set_title, chat_id, name, is_own=False, keep_own=True)
        answer = await self._add_answer(chat_id, question.id, how.model)
        await self._run(place, [*history, question], question, answer, how)

    async def _check_room(self, history: list[Message], text: str, how: "_How") -> None:
        """Refuse a message that alone is too long, before it is stored."""
        if len(text) < _SURELY_SHORT:
            return
        path, settings = how.model.path, how.settings
        try:
            limit = await self._pool.context_tokens(path, settings.engine)
        except NemodeskError:
            return  # loading says it better
        if not limit:
            return
        await self._reader.check(
            self._pool.idle_engine(path, settings.engine), history, settings, text, limit
        )

    async def _add_answer(self, chat_id: int, parent_id: int | None, model: ModelFile) -> Message:
        await self._archive(ChatStore.set_model, chat_id, model.id)
        return await self._archive(
            ChatStore.add_message,
            chat_id,
            parent_id=parent_id,
            role=Role.ASSISTANT,
            content="",
            status=MessageStatus.WRITING,
            model=model.id,
        )

    async def _messages_before(self, message: Message) -> list[Message]:
        path = await self._archive(ChatStore.path, message.chat_id)
        ids = [shown.id for shown in path]
        if message.id not in ids:
            raise NotFoundError("This message is not shown any more. Open the chat again.")
        return path[: ids.index(message.id)]

    async def _run(
        self,
        place: "_Place",
        history: list[Message],
        question: Message | None,
        answer: Message,
        how: "_How",
    ) -> None:
        assignment = Assignment(tuple(history), question, answer, how.model, how.settings)
        turn = Turn(
            assignment,
            archive=self._archive,
            pool=self._pool,
            reader=self._reader,
            emit=how.emit,
        )
        place.take(turn)
        await turn.run()

    @contextmanager
    def _place(self, chat_id: int) -> Generator["_Place", None, None]:
        """Hold the one place for a turn in this chat, from before anything is stored."""
        if chat_id in self._places:
            raise UsageError("This chat is being answered. Stop the answer or wait for its end.")
        self._places[chat_id] = _Place()
        try:
            yield self._places[chat_id]
        finally:
            del self._places[chat_id]


@dataclass(frozen=True)
class _Question:
    """What a person asks."""

    words: str
    files: Files


@dataclass(frozen=True)
class _How:
    """By whom and how a turn is answered, and who is told of it."""

    model: ModelFile
    settings: TurnSettings
    emit: Emit


class _Stoppable(Protocol):
    """A turn, or a summary that is written."""

    def stop(self) -> None:
        """End it as it stands."""
        ...


class _Place:
    """Where a chat's turn is, or will be in a moment."""

    def __init__(self) -> None:
        self._turn: _Stoppable | None = None
        self._is_stopped = False

    def take(self, turn: _Stoppable) -> None:
        """Put the turn here; a stop that came before counts."""
        self._turn = turn
        if self._is_stopped:
            turn.stop()

    def stop(self) -> None:
        """Stop the turn, now or as soon as it is there."""
        self._is_stopped = True
        if self._turn is not None:
            self._turn.stop()

# SPDX-License-Identifier: Apache-2.0
"""What a person can do in a chat: ask, ask differently, have it answered again, go on, stop.

Each starts a turn, whose events go to a callback. It shows nothing.
"""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.events import TurnEvent
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.turn import Assignment, Turn
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import UsageError

Emit = Callable[[TurnEvent], None]


class Conversation:
    """The turns of all chats; each chat has at most one at a time.

    Every method that starts a turn returns when the turn has ended, and raises, before the turn
    has started:
        NotFoundError: the chat or message is gone.
        StorageError: the disk refuses.
        UsageError: this chat is being answered already.
    """

    def __init__(self, archive: ChatArchive, pool: EnginePool) -> None:
        self._archive = archive
        self._pool = pool
        self._turns: dict[int, Turn] = {}

    def is_writing(self, chat_id: int) -> bool:
        """Return whether an answer is being written in this chat."""
        return chat_id in self._turns

    def stop(self, chat_id: int) -> None:
        """End the answer that is being written in this chat, if any."""
        turn = self._turns.get(chat_id)
        if turn is not None:
            turn.stop()

    def stop_all(self) -> None:
        """End all answers that are being written."""
        for turn in self._turns.values():
            turn.stop()

    async def send(
        self, chat_id: int, text: str, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Add a message at the end of the chat and answer it."""
        self._check_free(chat_id)
        path = await self._archive(ChatStore.path, chat_id)
        parent_id = path[-1].id if path else None
        await self._ask(chat_id, parent_id, text, model=model, settings=settings, emit=emit)

    async def edit(
        self, message_id: int, text: str, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Ask a question in other words: another version beside it, with its own answer."""
        old = await self._archive(ChatStore.message, message_id)
        self._check_free(old.chat_id)
        await self._ask(old.chat_id, old.parent_id, text, model=model, settings=settings, emit=emit)

    async def regenerate(
        self, message_id: int, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Write another version of an answer, with another seed so that it differs."""
        old = await self._archive(ChatStore.message, message_id)
        self._check_free(old.chat_id)
        answer = await self._add_answer(old.chat_id, old.parent_id, model)
        sampling = msgspec.structs.replace(
            settings.sampling, seed=settings.sampling.seed + answer.version - 1
        )
        await self._run(None, answer, model, replace(settings, sampling=sampling), emit)

    async def resume(
        self, message_id: int, *, model: ModelFile, settings: TurnSettings, emit: Emit
    ) -> None:
        """Go on with an answer that ended too early."""
        self._check_free((await self._archive(ChatStore.message, message_id)).chat_id)
        answer = await self._archive(ChatStore.reopen, message_id)
        await self._run(None, answer, model, settings, emit)

    async def _ask(
        self,
        chat_id: int,
        parent_id: int | None,
        text: str,
        *,
        model: ModelFile,
        settings: TurnSettings,
        emit: Emit,
    ) -> None:
        question = await self._archive(
            ChatStore.add_message,
            chat_id,
            parent_id=parent_id,
            role=Role.USER,
            content=_well_formed(text),
        )
        answer = await self._add_answer(chat_id, question.id, model)
        await self._run(question, answer, model, settings, emit)

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

    async def _run(
        self,
        question: Message | None,
        answer: Message,
        model: ModelFile,
        settings: TurnSettings,
        emit: Emit,
    ) -> None:
        path = await self._archive(ChatStore.path, answer.chat_id)
        history = tuple(message for message in path if message.id != answer.id)
        assignment = Assignment(history, question, answer, model, settings)
        turn = Turn(assignment, archive=self._archive, pool=self._pool, emit=emit)
        self._turns[answer.chat_id] = turn
        try:
            await turn.run()
        finally:
            del self._turns[answer.chat_id]

    def _check_free(self, chat_id: int) -> None:
        if chat_id in self._turns:
            raise UsageError("This chat is being answered. Stop the answer or wait for its end.")


def _well_formed(text: str) -> str:
    """Replace halves of surrogate pairs, which a paste may bring and no file or pipe can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

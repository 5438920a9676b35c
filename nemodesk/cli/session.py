# SPDX-License-Identifier: Apache-2.0
"""A conversation on the command line: the engine, the loop that drives it, the history."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.message import Message, Role
from nemodesk.cli.answer import Outcome, follow
from nemodesk.cli.terminal import AnswerStream, say
from nemodesk.conversation.context import Reading
from nemodesk.conversation.counting import TokenCounter
from nemodesk.conversation.prompting import prompt_messages
from nemodesk.conversation.reading import ContextReader
from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.values import EngineSettings, Sampling

_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the model is asked to answer, the same for every question of a session."""

    instructions: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    template_options: dict[str, Any] = field(default_factory=dict[str, Any])


class ChatSession:
    """Asks one model after the other's answer, remembering what was said.

    Use it as a context manager: leaving it ends the engine. Ctrl-C during an answer stops the
    answer; during a load it raises KeyboardInterrupt.
    """

    def __init__(
        self,
        model: ModelFile,
        settings: EngineSettings,
        manner: Manner,
        *,
        pool: EnginePool | None = None,
    ) -> None:
        self.model = model
        self.settings = settings
        self._manner = manner
        self._history: list[Message] = []
        self._left_out_id: int | None = None
        self._reader = ContextReader(TokenCounter())
        self._pool = pool or EnginePool()
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._run(self._pool.close())
        finally:
            self._runner.close()

    def ask(self, question: str, view: AnswerStream) -> Outcome:
        """Ask, show the answer and keep both for the next question.

        A question that was stopped before its first word is forgotten.

        Raises:
            NemodeskError: the model could not be loaded or could not answer. The question is
                then forgotten.
            KeyboardInterrupt: the person stopped the load.
        """
        asked = self._said(Role.USER, question)
        outcome = self._run(self._ask([*self._history, asked], view))
        if outcome.content or outcome.reasoning:
            self._history.append(asked)
            answer = self._said(Role.ASSISTANT, outcome.content, outcome.reasoning)
            self._history.append(answer)
        return outcome

    def go_on_with(self, model: ModelFile, settings: EngineSettings, manner: Manner) -> None:
        """Let another model answer from now on."""
        self.model, self.settings, self._manner = model, settings, manner

    def forget(self) -> None:
        """Start a new conversation with the same model."""
        self._history.clear()
        self._left_out_id = None

    def _said(self, role: Role, content: str, reasoning: str = "") -> Message:
        number = len(self._history)
        return Message(
            id=number,
            chat_id=0,
            parent_id=number - 1 if number else None,
            role=role,
            content=content,
            reasoning=reasoning,
            created_at=0.0,
        )

    async def _ask(self, history: list[Message], view: AnswerStream) -> Outcome:
        manner = self._manner
        settings = TurnSettings(
            system_prompt=manner.instructions,
            max_tokens=manner.max_tokens,
            template_options=manner.template_options,
        )
        try:
            engine = await self._pool.acquire(
                self.model.path, self.settings, on_progress=view.loading
            )
        finally:
            view.end()
        try:
            reading = await self._reader.read(engine, history, settings)
            self._tell_left_out(reading)
            answer = engine.generate(
                prompt_messages(reading.messages, manner.instructions, reading.summary),
                sampling=manner.sampling,
                max_tokens=manner.max_tokens,
                template_options=manner.template_options,
            )
            return await follow(answer, view)
        finally:
            self._pool.release()

    def _tell_left_out(self, reading: Reading) -> None:
        """Say once what the model does not read any more."""
        if reading.left_out_id is not None and reading.left_out_id != self._left_out_id:
            say(
                f"The first {reading.left_out_id + 1:,} messages of this conversation do not fit "
                f"the context of {reading.use.limit:,} tokens any more and are left out. /new "
                "starts a new conversation; --context chooses a longer one."
            )
        self._left_out_id = reading.left_out_id

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return self._runner.run(work)

# SPDX-License-Identifier: Apache-2.0
"""A conversation on the command line: the engine, the loop that drives it, the history."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from nemodesk.catalog.library import ModelFile
from nemodesk.cli.answer import Outcome, follow
from nemodesk.cli.terminal import AnswerStream
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.protocol import EngineSettings, PromptMessage, Sampling

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
        self._history: list[PromptMessage] = []
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
        asked = PromptMessage(role="user", content=question)
        outcome = self._run(self._ask([*self._history, asked], view))
        if outcome.content or outcome.reasoning:
            written = PromptMessage(
                role="assistant", content=outcome.content, reasoning=outcome.reasoning
            )
            self._history += [asked, written]
        return outcome

    def go_on_with(self, model: ModelFile, settings: EngineSettings, manner: Manner) -> None:
        """Let another model answer from now on."""
        self.model, self.settings, self._manner = model, settings, manner

    def forget(self) -> None:
        """Start a new conversation with the same model."""
        self._history.clear()

    async def _ask(self, messages: list[PromptMessage], view: AnswerStream) -> Outcome:
        if self._manner.instructions:
            system = PromptMessage(role="system", content=self._manner.instructions)
            messages = [system, *messages]
        try:
            engine = await self._pool.acquire(
                self.model.path, self.settings, on_progress=view.loading
            )
        finally:
            view.end()
        try:
            answer = engine.generate(
                messages=messages,
                sampling=self._manner.sampling,
                max_tokens=self._manner.max_tokens,
                template_options=self._manner.template_options,
            )
            return await follow(answer, view)
        finally:
            self._pool.release()

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return self._runner.run(work)

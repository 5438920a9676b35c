# SPDX-License-Identifier: Apache-2.0
"""One loaded model in an engine process of its own; nothing here waits on the event loop's thread.

It sends requests and gives each answer its events. It does not choose models or settings:
`pool.py` does.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from nemodesk.engine.answer import Answer, AnswerEvent, EngineCrashedError
from nemodesk.engine.child import EngineProcess, worker_command
from nemodesk.engine.outcome import Outcome
from nemodesk.engine.protocol import (
    LOAD_REQUEST_ID,
    PROTOCOL_VERSION,
    AnyEvent,
    Cancel,
    Count,
    Counted,
    CountTexts,
    Delta,
    Failed,
    Finished,
    Generate,
    Hello,
    Load,
    Loaded,
    LoadProgress,
    PromptProgress,
    Render,
    Rendered,
    TextsCounted,
)
from nemodesk.engine.values import (
    Device,
    EngineSettings,
    LoadedModel,
    PromptMessage,
    Sampling,
    Timings,
    Tool,
)
from nemodesk.errors import EngineError, error_from_code

_CANCEL_GRACE_S = 10.0
"""Back ends that cannot abort finish their batch first; after this long the process is ended."""

_CLOSE_GRACE_S = 2.0


class EngineClient:
    """One loaded model in a process of its own.

    Attributes:
        model: what the engine says of the model.
        devices: what the engine can compute on.
        settings: those that the model was loaded with.
    """

    model: LoadedModel
    devices: tuple[Device, ...] = ()
    settings: EngineSettings

    def __init__(
        self, command: Sequence[str], on_progress: Callable[[float], None] | None = None
    ) -> None:
        self._on_progress = on_progress
        self._request_ids = itertools.count(LOAD_REQUEST_ID + 1)
        self._answers: dict[int, Answer] = {}
        self._counts: dict[int, asyncio.Future[Any]] = {}
        loop = asyncio.get_running_loop()
        self._hello: asyncio.Future[Hello] = loop.create_future()
        self._loaded: asyncio.Future[LoadedModel] = loop.create_future()
        self._ended: asyncio.Future[Outcome] = loop.create_future()
        self._process = EngineProcess(command, self._on_event, self._on_end)

    @classmethod
    async def start(
        cls,
        model_path: Path,
        settings: EngineSettings,
        *,
        on_progress: Callable[[float], None] | None = None,
        command: Sequence[str] | None = None,
    ) -> Self:
        """Start a process and load the model; cancelling the task ends both at once.

        Args:
            on_progress: takes the share that is loaded, 0 to 1.
            command: another program that speaks the protocol, for tests.

        Raises:
            EngineCrashedError: the process vanished.
            NemodeskError: what the engine reports, such as ModelFileError or DoesNotFitError.
        """
        client = cls(command or worker_command(), on_progress)
        try:
            await client._greet()
            # Which cards there are and what is free on them, only the process knows.
            client.settings = await asyncio.to_thread(
                _prepare_on, client.devices, model_path, settings
            )
            client._process.send(Load(path=str(model_path), settings=client.settings))
            client.model = await client._loaded
        except BaseException:
            client._process.end(at_once=True)
            await asyncio.shield(client._ended)
            raise
        return client

    @classmethod
    async def list_devices(cls) -> tuple[Device, ...]:
        """Ask a short-lived engine process what it can compute on.

        Raises:
            EngineCrashedError: the process vanished.
        """
        client = cls(worker_command())
        try:
            await client._greet()
        finally:
            await client.close()
        return client.devices

    @property
    def process_id(self) -> int:
        """The operating system's number for the engine process."""
        return self._process.process_id

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs, as far as is known."""
        return not self._ended.done()

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being written, behind which every other request waits."""
        return bool(self._answers)

    def generate(
        self,
        messages: Sequence[PromptMessage],
        *,
        answer_so_far: PromptMessage | None = None,
        sampling: Sampling | None = None,
        max_tokens: int | None = None,
        stop: Sequence[str] = (),
        template_options: Mapping[str, Any] | None = None,
        reuse_cache: bool = True,
        ignore_end: bool = False,
        aside: bool = False,
        tools: Sequence[Tool] = (),
        tool_choice: str = "auto",
        thinking_tokens: int | None = None,
        state_name: str = "",
    ) -> Answer:
        """Ask for an answer; the arguments are those of `protocol.Generate`."""
        request_id = next(self._request_ids)
        answer = Answer(lambda: self._cancel(request_id))
        if self._ended.done():
            answer.put(self._crash(self._ended.result()))
            return answer
        self._answers[request_id] = answer
        self._process.send(
            Generate(
                request_id=request_id,
                messages=tuple(messages),
                answer_so_far=answer_so_far,
                sampling=sampling or Sampling(),
                max_tokens=max_tokens,
                stop=tuple(stop),
                template_options=dict(template_options or {}),
                reuse_cache=reuse_cache,
                ignore_end=ignore_end,
                aside=aside,
                tools=tuple(tools),
                tool_choice=tool_choice,
                thinking_tokens=thinking_tokens,
                state_name=state_name,
            )
        )
        return answer

    async def count(
        self,
        messages: Sequence[PromptMessage],
        template_options: Mapping[str, Any] | None = None,
    ) -> Counted:
        """Count the tokens of the prompt that these messages make.

        Raises:
            EngineCrashedError: the process vanished.
            UsageError: the chat template refuses the messages.
        """
        counted: Counted = await self._ask(
            lambda request_id: Count(
                request_id=request_id,
                messages=tuple(messages),
                template_options=dict(template_options or {}),
            )
        )
        return counted

    async def count_texts(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Count the tokens of each text by itself.

        Raises:
            EngineCrashedError: the process vanished.
        """
        if not texts:
            return ()
        counted: TextsCounted = await self._ask(
            lambda request_id: CountTexts(request_id=request_id, texts=tuple(texts))
        )
        return counted.tokens

    async def render(
        self,
        messages: Sequence[PromptMessage],
        template_options: Mapping[str, Any] | None = None,
        *,
        tools: Sequence[Tool] = (),
        chat_template: str | None = None,
    ) -> Rendered:
        """Return the exact prompt that these messages make.

        Args:
            chat_template: Jinja text to render with; None means the one in use.

        Raises:
            EngineCrashedError: the process vanished.
            UsageError: the chat template has a mistake in it, or refuses the messages.
        """
        rendered: Rendered = await self._ask(
            lambda request_id: Render(
                request_id=request_id,
                messages=tuple(messages),
                template_options=dict(template_options or {}),
                tools=tuple(tools),
                chat_template=chat_template,
            )
        )
        return rendered

    async def _ask(self, make: Callable[[int], Count | CountTexts | Render]) -> Any:  # noqa: ANN401
        """Send a request that one event answers, and return the event."""
        if self._ended.done():
            raise self._crash(self._ended.result())
        request_id = next(self._request_ids)
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._counts[request_id] = answered
        self._process.send(make(request_id))
        return await answered

    async def close(self) -> None:
        """End the process and wait until its memory is back."""
        if self._ended.done():
            return
        self._process.end(at_once=False)
        try:
            await asyncio.wait_for(asyncio.shield(self._ended), _CLOSE_GRACE_S)
        except TimeoutError:
            self._process.end(at_once=True)
            await asyncio.shield(self._ended)

    async def _greet(self) -> None:
        hello = await self._hello
        if hello.protocol != PROTOCOL_VERSION:
            raise EngineError(
                "The engine belongs to another version of NemoDesk. Install NemoDesk again.",
                detail=f"protocol {hello.protocol}, expected {PROTOCOL_VERSION}",
            )
        self.devices = hello.devices

    def _cancel(self, request_id: int) -> None:
        self._process.send(Cancel(request_id=request_id))
        asyncio.get_running_loop().call_later(_CANCEL_GRACE_S, self._end_if_deaf, request_id)

    def _end_if_deaf(self, request_id: int) -> None:
        if request_id in self._answers:
            self._process.end(at_once=True)

    def _on_event(self, event: AnyEvent) -> None:
        match event:
            case Hello():
                _settle(self._hello, event)
            case LoadProgress():
                if self._on_progress is not None:
                    self._on_progress(event.fraction)
            case Loaded():
                _settle(self._loaded, event.model)
            case PromptProgress() | Delta() | Finished():
                self._on_answer_event(event)
            case Counted() | TextsCounted() | Rendered():
                _settle(self._counts.pop(event.request_id, None), event)
            case Failed():
                self._on_failure(event)

    def _on_answer_event(self, event: AnswerEvent) -> None:
        answer = self._answers.get(event.request_id)
        if answer is None:
            return
        if isinstance(event, Finished):
            del self._answers[event.request_id]
        answer.put(event)

    def _on_failure(self, failed: Failed) -> None:
        error = error_from_code(failed.code, failed.sentence, failed.detail)
        if failed.request_id == LOAD_REQUEST_ID:
            _fail(self._loaded, error)
        elif failed.request_id in self._answers:
            self._answers.pop(failed.request_id).put(error)
        else:
            _fail(self._counts.pop(failed.request_id, None), error)

    def _on_end(self, outcome: Outcome) -> None:
        self._ended.set_result(outcome)
        crash = self._crash(outcome)
        for answer_id, answer in self._answers.items():
            # A stop was wished for and has come about, if not as planned.
            stopped = Finished(request_id=answer_id, reason="cancelled", timings=Timings())
            answer.put(stopped if answer.was_cancelled else crash)
        for future in (self._hello, self._loaded, *self._counts.values()):
            _fail(future, crash)
        self._answers.clear()
        self._counts.clear()

    def _crash(self, outcome: Outcome) -> EngineCrashedError:
        return EngineCrashedError(outcome, self._process.recent_stderr)


def _settle(future: "asyncio.Future[Any] | None", value: object) -> None:
    if future is not None and not future.done():
        future.set_result(value)


def _fail(future: "asyncio.Future[Any] | None", error: Exception) -> None:
    if future is not None and not future.done():
        future.set_exception(error)
        # Nobody may be waiting for it, and that is no fault.
        future.exception()


def _prepare_on(devices: Sequence[Device], path: Path, settings: EngineSettings) -> EngineSettings:
    # Imported in the thread that needs it: it knows all about hardware.
    from nemodesk.engine.preparation import prepare_on  # noqa: PLC0415

    return prepare_on(devices, path, settings)

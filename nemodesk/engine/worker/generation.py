# SPDX-License-Identifier: Apache-2.0
"""Answers one request after the other: prompt, tokens, text, timings.

It reads and writes no pipes; what happens goes to a callback.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from nemodesk.engine.protocol import (
    AnyEvent,
    Count,
    Delta,
    Finished,
    Generate,
    PromptProgress,
)
from nemodesk.engine.values import Timings
from nemodesk.engine.worker.llama import AbortFlag, Decoded, LlamaContext, LlamaModel
from nemodesk.engine.worker.prompts import Prompts
from nemodesk.engine.worker.sampler import Sampler
from nemodesk.engine.worker.sequence import CachedSequence
from nemodesk.engine.worker.streaming_text import StreamingText
from nemodesk.engine.worker.template import starts_inside_thinking
from nemodesk.engine.worker.thinking import CLOSING_TAG, OPENING_TAG, Parted, ThinkingParser
from nemodesk.engine.worker.threads import ThreadGovernor
from nemodesk.errors import CancelledError, EngineError, PromptTooLongError

Reason = Literal["stop", "length", "cancelled"]


@dataclass
class _Stopwatch:
    """When the parts of one answer began and ended, in seconds of `time.perf_counter`."""

    received_s: float
    prompt_tokens: int = 0
    cached_tokens: int = 0
    prompt_started_s: float = field(default_factory=time.perf_counter)
    prompt_s: float = 0.0
    first_token_s: float = 0.0
    last_token_s: float = 0.0
    predicted_tokens: int = 0

    def token_chosen(self) -> None:
        self.last_token_s = time.perf_counter()
        self.predicted_tokens += 1
        if self.predicted_tokens == 1:
            self.first_token_s = self.last_token_s

    def timings(self, load_s: float) -> Timings:
        """Rates leave out what they do not measure: cached tokens, and the first token's prompt."""
        predicted_s = self.last_token_s - self.first_token_s
        read_tokens = self.prompt_tokens - self.cached_tokens
        return Timings(
            load_s=load_s,
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached_tokens,
            prompt_s=self.prompt_s,
            prompt_per_s=read_tokens / self.prompt_s if self.prompt_s else 0.0,
            ttft_s=self.first_token_s - self.received_s if self.predicted_tokens else 0.0,
            predicted_tokens=self.predicted_tokens,
            predicted_s=predicted_s,
            predicted_per_s=(self.predicted_tokens - 1) / predicted_s if predicted_s else 0.0,
        )


class Generator:
    """Writes answers with one loaded model.

    Args:
        emit: takes each event; called from the thread that calls `generate`.
        abort: set from another thread, it ends the answer that is being written.
    """

    def __init__(
        self,
        *,
        model: LlamaModel,
        context: LlamaContext,
        sequence: CachedSequence,
        prompts: Prompts,
        governor: ThreadGovernor,
        abort: AbortFlag,
        load_s: float,
        emit: Callable[[AnyEvent], None],
    ) -> None:
        self._model = model
        self._context = context
        self._sequence = sequence
        self._prompts = prompts
        self._governor = governor
        self._abort = abort
        self._load_s = load_s
        self._emit = emit
        # Where tags are control tokens of the vocabulary, their text is not shown by itself.
        self._tag_tokens = {
            tokens[0]
            for tokens in (model.tokenize(tag) for tag in (OPENING_TAG, CLOSING_TAG))
            if len(tokens) == 1
        }

    @property
    def prompts(self) -> Prompts:
        """Makes prompts as this model reads them."""
        return self._prompts

    def count(self, request: Count) -> None:
        """Tell how many tokens the prompt has."""
        self._emit(self._prompts.count(request, self._context.context_tokens))

    def generate(self, request: Generate, received_s: float) -> None:
        """Write the answer; ends with Finished.

        Args:
            received_s: when the request came, by `time.perf_counter`.

        Raises:
            PromptTooLongError: the conversation leaves no room for an answer.
            UsageError: the template or the grammar cannot be used.
            EngineError: the model cannot be computed.
        """
        prompt, tokens = self._prompts.make(
            request.messages,
            options=request.template_options,
            tools=request.tools,
            answer_so_far=request.answer_so_far,
        )
        self._check_length(len(tokens))
        bring_back = self._sequence.set_aside(tokens) if request.aside else _do_nothing
        if bring_back is None:
            self._finish(request, "cancelled", _Stopwatch(received_s))
            return
        watch = _Stopwatch(received_s, prompt_tokens=len(tokens))
        self._governor.begin()
        sampler = Sampler(self._model, request.sampling)
        try:
            self._read_prompt(request, tokens, watch)
            reason = self._write(request, prompt, sampler, watch)
        except CancelledError:
            reason = "cancelled"
        finally:
            sampler.close()
            bring_back()
        self._finish(request, reason, watch)

    def _finish(self, request: Generate, reason: Reason, watch: _Stopwatch) -> None:
        timings = watch.timings(self._load_s)
        self._emit(Finished(request_id=request.request_id, reason=reason, timings=timings))

    def _check_length(self, prompt_tokens: int) -> None:
        limit = self._context.context_tokens
        if prompt_tokens >= limit:
            raise PromptTooLongError(
                f"This chat is too long for the model: it has {prompt_tokens:,} tokens (pieces of "
                f"words), and the context holds {limit:,}. Start a new chat or shorten the message."
            )

    def _read_prompt(self, request: Generate, tokens: list[int], watch: _Stopwatch) -> None:
        cached = self._sequence.keep_beginning_of(tokens, reuse=request.reuse_cache)
        watch.cached_tokens = cached
        watch.prompt_started_s = time.perf_counter()
        step = self._context.batch_tokens
        for start in range(cached, len(tokens), step):
            batch = tokens[start : start + step]
            self._decode(batch, wants_logits=start + len(batch) == len(tokens))
            self._emit(
                PromptProgress(
                    request_id=request.request_id,
                    processed_tokens=start + len(batch),
                    total_tokens=len(tokens),
                    cached_tokens=cached,
                )
            )
        watch.prompt_s = time.perf_counter() - watch.prompt_started_s

    def _decode(self, tokens: list[int], *, wants_logits: bool) -> None:
        if self._abort.is_set:
            raise CancelledError("The answer was stopped.")
        outcome = self._sequence.extend(tokens, wants_logits=wants_logits)
        if outcome is Decoded.ABORTED:
            raise CancelledError("The answer was stopped.")
        if outcome is Decoded.FAILED:
            raise EngineError("The engine could not compute this answer. Try it again.")
        if self._governor.observe():
            self._context.set_threads(self._governor.threads)

    def _write(self, request: Generate, prompt: str, sampler: Sampler, watch: _Stopwatch) -> Reason:
        text = StreamingText(request.stop)
        thinking = _thinking_parser(request, prompt)
        reason: Reason = "length"
        try:
            while not self._sequence.is_full and watch.predicted_tokens != request.max_tokens:
                token = sampler.sample(self._context)
                watch.token_chosen()
                if self._model.is_end(token) and not request.ignore_end:
                    reason = "stop"
                    break
                piece = self._model.piece(token, special=token in self._tag_tokens)
                self._emit_text(request.request_id, thinking.add(text.add(piece)))
                if text.is_stopped:
                    reason = "stop"
                    break
                if watch.predicted_tokens != request.max_tokens:
                    self._decode([token], wants_logits=True)
        finally:
            self._emit_text(request.request_id, thinking.add(text.finish()))
            self._emit_text(request.request_id, thinking.finish())
        return reason

    def _emit_text(self, request_id: int, parted: Parted) -> None:
        if parted.content or parted.reasoning:
            self._emit(
                Delta(request_id=request_id, content=parted.content, reasoning=parted.reasoning)
            )


def _do_nothing() -> None:
    """Leave the cache as the answer has left it."""


def _thinking_parser(request: Generate, prompt: str) -> ThinkingParser:
    """Begin where the prompt ends: in a thought, in an answer that goes on, or before both."""
    answer = request.answer_so_far
    if answer is not None and answer.content:
        return ThinkingParser("answer")
    if answer is not None and answer.reasoning:
        return ThinkingParser("thinking", resumes=True)
    return ThinkingParser("thinking" if starts_inside_thinking(prompt) else "beginning")

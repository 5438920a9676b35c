# SPDX-License-Identifier: Apache-2.0
"""Measures a loaded model through the engine client: how fast it reads and how fast it writes."""

import time
from dataclasses import dataclass

from nemodesk.engine.client import EngineClient
from nemodesk.engine.protocol import Delta, Finished, PromptProgress
from nemodesk.engine.values import PromptMessage, Timings

_WORDS = "The river runs past the old mill and the garden where children play. "


@dataclass(frozen=True, kw_only=True)
class Run:
    """One measured answer.

    Attributes:
        seen_per_s: tokens a second between the first text and the end, as the client sees it.
            Of n tokens n-1 come after the first; 0 where there is only one.
        first_text_s: seconds from the question to its first text, as the client sees it.
        timings: what the engine process says itself.
    """

    seen_per_s: float
    first_text_s: float
    timings: Timings


async def prompt_of(engine: EngineClient, tokens: int) -> list[PromptMessage]:
    """Return a conversation whose prompt has very nearly that many tokens, never more."""
    fewest, most = 1, tokens
    while fewest < most:
        words = (fewest + most + 1) // 2
        counted = await engine.count(_question(words))
        if counted.tokens <= tokens:
            fewest = words
        else:
            most = words - 1
    return _question(fewest)


async def measure(engine: EngineClient, messages: list[PromptMessage], *, tokens: int) -> Run:
    """Answer with exactly so many tokens, from an empty cache, and time it."""
    asked_s = time.perf_counter()
    answer = engine.generate(
        messages=messages,
        max_tokens=tokens,
        reuse_cache=False,
        ignore_end=True,
    )
    first_s = 0.0
    timings = Timings()
    async for event in answer:
        match event:
            case Delta():
                first_s = first_s or time.perf_counter()
            case Finished():
                timings = event.timings
            case PromptProgress():
                pass
    span_s = time.perf_counter() - first_s
    return Run(
        seen_per_s=(timings.predicted_tokens - 1) / span_s,
        first_text_s=first_s - asked_s,
        timings=timings,
    )


def _question(words: int) -> list[PromptMessage]:
    source = _WORDS.split()
    text = " ".join(source[index % len(source)] for index in range(words))
    return [PromptMessage(role="user", content=text)]

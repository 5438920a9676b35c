# SPDX-License-Identifier: Apache-2.0
"""How long it takes from the wish to stop until nothing comes any more, at the engine's client."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Row
from nemodesk.cli.measure import prompt_of
from nemodesk.engine.client import EngineClient
from nemodesk.engine.protocol import Delta, Finished, PromptProgress
from nemodesk.engine.values import EngineSettings, PromptMessage

_LONG_PROMPT_TOKENS = 2048
_STOP_AIM_MS = 50.0
_LOAD_AIM_MS = 200.0
_DELTAS_BEFORE = 20


async def measure_stops(
    engine: EngineClient,
    model: Path,
    settings: EngineSettings,
    *,
    times: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Stop while it writes, while it reads a long prompt, and while it loads."""
    say("Stopping")
    short = await prompt_of(engine, 1)
    long = await prompt_of(engine, _LONG_PROMPT_TOKENS)
    writing = [await _stop_answer(engine, short, Delta, _DELTAS_BEFORE) for _ in range(times)]
    reading = [await _stop_answer(engine, long, PromptProgress, 1) for _ in range(times)]
    loading = [await _stop_load(model, settings) for _ in range(times)]
    return [
        Row(name="stop while it writes", unit="ms", ours=writing, at_most=_STOP_AIM_MS),
        Row(
            name=f"stop while it reads {_LONG_PROMPT_TOKENS} tokens",
            unit="ms",
            ours=reading,
            at_most=_STOP_AIM_MS,
        ),
        Row(name="stop while it loads", unit="ms", ours=loading, at_most=_LOAD_AIM_MS),
    ]


async def _stop_answer(
    engine: EngineClient,
    messages: list[PromptMessage],
    sign: type[Delta | PromptProgress],
    signs: int,
) -> float:
    """Stop an answer after so many events of a kind; return milliseconds until its end."""
    answer = engine.generate(messages, reuse_cache=False, ignore_end=True)
    seen = 0
    stopped_s = 0.0
    async for event in answer:
        if isinstance(event, Finished) and event.reason != "cancelled":
            raise AssertionError(event)
        seen += isinstance(event, sign)
        if seen == signs and not stopped_s:
            stopped_s = time.perf_counter()
            answer.cancel()
    return 1000 * (time.perf_counter() - stopped_s)


async def _stop_load(model: Path, settings: EngineSettings) -> float:
    """Stop a load at its first sign of progress; return milliseconds until the process is gone."""
    has_begun = asyncio.Event()
    load = asyncio.create_task(
        EngineClient.start(model, settings, on_progress=lambda _: has_begun.set())
    )
    await has_begun.wait()
    stopped_s = time.perf_counter()
    load.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await load
    return 1000 * (time.perf_counter() - stopped_s)

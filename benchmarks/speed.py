# SPDX-License-Identifier: Apache-2.0
"""Reading and writing speed of the engine, end to end at its client, against llama-bench.

Both sides run in alternation on the same file, libraries, threads and batch size, with flash
attention. The engine's figures include its sampler, the text and the pipe; llama-bench takes
random tokens and samples nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import Row
from benchmarks.yardstick import Yardstick
from nemodesk.cli.measure import Run, measure, prompt_of
from nemodesk.engine.client import EngineClient

PROMPT_TOKENS = 512
WRITTEN_TOKENS = 128
BATCH_TOKENS = 512

_Pair = tuple[Run, float]
"""What we measured, and llama-bench's tokens a second just before or after."""

_DECODE_AIM = 0.95
_PROMPT_AIM = 0.95


async def measure_speed(
    engine: EngineClient,
    model: Path,
    yardstick: Yardstick,
    *,
    pairs: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Measure in pairs; every other pair begins with the yardstick.

    The two runs of a pair follow each other at once: on a shared machine speed drifts by the
    minute.
    """
    threads = engine.model.threads
    prompt_command = yardstick.command(
        model, threads=threads, batch=BATCH_TOKENS, prompt_tokens=PROMPT_TOKENS
    )
    decode_command = yardstick.command(
        model, threads=threads, batch=BATCH_TOKENS, written=WRITTEN_TOKENS
    )
    long, short = await prompt_of(engine, PROMPT_TOKENS), await prompt_of(engine, 1)
    await measure(engine, long, tokens=1)
    readings: list[_Pair] = []
    writings: list[_Pair] = []
    for number in range(pairs):
        say(f"Speed, pair {number + 1} of {pairs}")
        for command, messages, tokens, done in (
            (prompt_command, long, 1, readings),
            (decode_command, short, WRITTEN_TOKENS, writings),
        ):
            before = yardstick.run(command) if number % 2 else 0.0
            ours = await measure(engine, messages, tokens=tokens)
            done.append((ours, before or yardstick.run(command)))
    return [
        *_decode_rows(writings, " ".join(decode_command)),
        *_prompt_rows(readings, " ".join(prompt_command)),
    ]


def _decode_rows(pairs: Sequence[_Pair], command: str) -> list[Row]:
    theirs = [speed for _, speed in pairs]
    return [
        Row(
            name=f"decode {WRITTEN_TOKENS} tokens, at the client",
            unit="tokens/s",
            ours=[run.seen_per_s for run, _ in pairs],
            yardstick=theirs,
            at_least=_DECODE_AIM,
            command=command,
        ),
        Row(
            name="the same, as the engine says",
            unit="tokens/s",
            ours=[run.timings.predicted_per_s for run, _ in pairs],
            yardstick=theirs,
            command=command,
        ),
    ]


def _prompt_rows(pairs: Sequence[_Pair], command: str) -> list[Row]:
    theirs = [speed for _, speed in pairs]
    return [
        Row(
            name=f"prompt {pairs[0][0].timings.prompt_tokens} tokens, to the first text",
            unit="tokens/s",
            ours=[run.timings.prompt_tokens / run.first_text_s for run, _ in pairs],
            yardstick=theirs,
            at_least=_PROMPT_AIM,
            command=command,
        ),
        Row(
            name="the same, as the engine says",
            unit="tokens/s",
            ours=[run.timings.prompt_per_s for run, _ in pairs],
            yardstick=theirs,
            command=command,
        ),
    ]

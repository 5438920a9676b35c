# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.forecast`: memory and speed as forecast, beside what a real engine takes.

The starter model and synthetic models with Nemotron 3 Nano's shapes, three contexts and two types
of cache each. Two figures are compared for memory: the sum of the buffers that llama.cpp logs, and
the resident set of the engine's process after a prompt of one batch, which is what is forecast.
"""

import argparse
import asyncio
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

from nemodesk.advice.forecast import YOUNG_CHAT_TOKENS
from nemodesk.advice.shapes import shape_of_header
from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.library import find_starter
from nemodesk.cli.computer import this_computer
from nemodesk.cli.measure import measure, prompt_of
from nemodesk.engine.child import worker_command
from nemodesk.engine.client import EngineClient
from nemodesk.engine.preparation import prepare
from nemodesk.engine.values import EngineSettings, PromptMessage
from nemodesk.hardware.capacity import Capacity
from nemodesk.hardware.fit import CacheType
from nemodesk.hardware.placement import Layout
from nemodesk.hardware.speed import predict

CONTEXTS = (2048, 8192, 32_768)
CACHE_TYPES: tuple[CacheType, ...] = ("f16", "q8_0")
MEMORY_ALLOWED = 0.05
SPEED_ALLOWED = 0.2

_FEW, _MANY = 8, 40
_MIB = 2**20
_BUFFER = re.compile(r"(?:model|KV|RS|compute|output) +buffer size = +([\d.]+) MiB")
_SYNTHETIC = (
    ("4B shapes, 4 layers, Q4_0", ("--shape", "4b", "--pattern", "M-*M", "--type", "q4_0")),
    ("4B shapes, 4 layers, Q8_0", ("--shape", "4b", "--pattern", "M-*M", "--type", "q8_0")),
    ("4B shapes, 12 layers, Q4_0", ("--shape", "4b", "--layers", "12", "--type", "q4_0")),
    ("4B shapes, 12 layers, Q8_0", ("--shape", "4b", "--layers", "12", "--type", "q8_0")),
    ("30B shapes, 5 layers, Q4_0", ("--shape", "30b", "--pattern", "MEM*E", "--type", "q4_0")),
)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One model with one context, forecast and measured."""

    name: str
    context: int
    cache_type: str
    buffers_bytes: int
    logged_bytes: float
    memory_bytes: int
    resident_bytes: int
    forecast_per_s: float
    measured_per_s: float

    @property
    def memory_ratio(self) -> float:
        """Forecast over measured."""
        return self.memory_bytes / self.resident_bytes

    @property
    def speed_ratio(self) -> float:
        """Forecast over measured."""
        return self.forecast_per_s / self.measured_per_s

    @property
    def in_short(self) -> str:
        """Both ratios, for the one who waits."""
        return f"memory {self.memory_ratio:.3f}, speed {self.speed_ratio:.2f} of what was measured"

    @property
    def holds(self) -> bool:
        """Whether both are as close as they should be."""
        return (
            abs(self.memory_ratio - 1) <= MEMORY_ALLOWED
            and abs(self.speed_ratio - 1) <= SPEED_ALLOWED
        )


def main() -> int:
    """Return 0 when every forecast is close enough, 1 otherwise."""
    arguments = _arguments()
    capacity = this_computer()
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, path in _models(arguments, Path(folder)):
            for context in arguments.contexts or CONTEXTS:
                for cache_type in CACHE_TYPES:
                    print(f"{name}, {context:,} {cache_type}…", file=sys.stderr)
                    measured = _measure(
                        name,
                        path,
                        capacity,
                        context=context,
                        cache_type=cache_type,
                        runs=arguments.runs,
                    )
                    results.append(asyncio.run(measured))
                    print(f"  {results[-1].in_short}", file=sys.stderr)
    _show(results)
    print(f"Load: {psutil.getloadavg()[0]:.1f}. While others compute, speeds are rough.")
    return 0 if all(result.holds for result in results) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--writer", type=Path, help="a program that writes synthetic models")
    parser.add_argument("--model", type=Path, action="append", default=[], help="another .gguf")
    parser.add_argument("--contexts", type=int, nargs="+", help="instead of three usual ones")
    parser.add_argument("--runs", type=int, default=5, help="the median of so many")
    return parser.parse_args()


def _models(arguments: argparse.Namespace, folder: Path) -> Iterable[tuple[str, Path]]:
    starter = find_starter()
    if starter is None:
        sys.exit("The starter model is not installed. Run `make setup`.")
    yield "SmolLM2 135M, Q4_1", starter.path
    yield from ((path.stem, path) for path in arguments.model)
    if arguments.writer is None:
        return
    for name, options in _SYNTHETIC:
        path = folder / "synthetic.gguf"
        command = [sys.executable, str(arguments.writer), "--out", str(path), "--tile"]
        command += ["--tokenizer-from", str(starter.path), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield name, path


async def _measure(
    name: str, path: Path, capacity: Capacity, *, context: int, cache_type: CacheType, runs: int
) -> Result:
    trained = read_header(path).context_length
    wanted = EngineSettings(context_tokens=min(context, trained), cache_type=cache_type)
    settings = prepare(path, wanted)
    layout = Layout(
        shape_of_header(read_header(path)),
        context_tokens=settings.context_tokens,
        cache_type=cache_type,
    )
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        command = ["sh", "-c", f"exec {shlex.join(worker_command())} 2>{log.name}"]
        engine = await EngineClient.start(path, settings, command=command)
        try:
            await measure(engine, await prompt_of(engine, 560), tokens=1)
            resident_bytes = psutil.Process(engine.process_id).memory_info().rss
            short = await prompt_of(engine, 1)
            speeds = [await _speed(engine, short) for _ in range(runs)]
        finally:
            await engine.close()
        text = log.read().decode("utf-8", "replace")
    placement = layout.place(max(settings.gpu_layers, 0), settings.cpu_expert_layers)
    filled = min(YOUNG_CHAT_TOKENS, settings.context_tokens // 2)
    speed = predict(layout, placement, capacity, filled_tokens=filled, cache_type=cache_type)
    return Result(
        name=name,
        context=settings.context_tokens,
        cache_type=cache_type,
        buffers_bytes=layout.needed.total_bytes - layout.needed.program_bytes,
        logged_bytes=sum(map(float, _BUFFER.findall(text))) * _MIB,
        memory_bytes=placement.memory_bytes,
        resident_bytes=resident_bytes,
        forecast_per_s=speed.tokens_per_s,
        measured_per_s=median(speeds),
    )


async def _speed(engine: EngineClient, question: list[PromptMessage]) -> float:
    """Return tokens a second, as if the engine had its cores for itself.

    A thread that waits for a core takes no processor time, so that this counts where it is less
    than the time that passed. Threads that wait for each other spin: then nothing is gained.
    """
    process = psutil.Process(engine.process_id)
    seconds: list[float] = []
    wall_per_s = 0.0
    for tokens in (_FEW, _MANY):
        before_s = process.cpu_times().user
        wall_per_s = (await measure(engine, question, tokens=tokens)).seen_per_s
        seconds.append((process.cpu_times().user - before_s) / engine.model.threads)
    alone_s = max(seconds[1] - seconds[0], 1e-6)
    return max(wall_per_s, (_MANY - _FEW) / alone_s)


def _show(results: list[Result]) -> None:
    table = Table("Model", "Context", "Cache", "Buffers / log", "Memory / resident", box=None)
    table.add_column("Tokens/s: forecast, measured")
    table.add_column("")
    for result in results:
        buffers = result.buffers_bytes / result.logged_bytes
        table.add_row(
            result.name,
            f"{result.context:,}",
            result.cache_type,
            f"{result.buffers_bytes / _MIB:.0f} MiB {buffers:.3f}",
            f"{result.memory_bytes / _MIB:.0f} MiB {result.memory_ratio:.3f}",
            f"{result.forecast_per_s:.1f}, {result.measured_per_s:.1f}: {result.speed_ratio:.2f}",
            "ok" if result.holds else "off",
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)


if __name__ == "__main__":
    sys.exit(main())

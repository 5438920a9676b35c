# SPDX-License-Identifier: Apache-2.0
"""`nemodesk bench`: how fast a model is here, and how much memory it takes, beside the forecast."""

import asyncio
import sys
from dataclasses import dataclass
from statistics import median
from typing import Annotated, Any

import msgspec
import psutil
import typer
from rich.table import Table

from nemodesk.advice.experience import Experience, Run, computer_key, model_key
from nemodesk.advice.forecast import YOUNG_CHAT_TOKENS
from nemodesk.advice.running import Running, running
from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.library import ModelFile
from nemodesk.cli.computer import this_computer
from nemodesk.cli.measure import measure, prompt_of
from nemodesk.cli.model_choice import choose_model, open_library
from nemodesk.cli.options import GpuLayersOption, JsonOption
from nemodesk.cli.terminal import ProgressLine, console, print_json
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.preparation import prepare
from nemodesk.engine.values import EngineSettings
from nemodesk.hardware.capacity import Capacity
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words

_PROMPT_TOKENS = 512
_WRITTEN_TOKENS = 128
_RUNS = 3


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What was measured, and the settings that the engine chose."""

    prompt_per_s: float
    predicted_per_s: float
    load_s: float
    memory_bytes: int
    threads: int
    devices: tuple[str, ...]
    gpu_layers: int
    settings: EngineSettings


@dataclass(frozen=True, kw_only=True)
class _Prediction:
    """What was forecast for these settings, corrected by what has been measured here before."""

    expected: Running
    factor: float

    @property
    def tokens_per_s(self) -> float:
        return self.expected.speed.tokens_per_s * self.factor

    @property
    def prompt_tokens_per_s(self) -> float:
        return self.expected.speed.prompt_tokens_per_s * self.factor


def bench(
    model: Annotated[str, typer.Argument(help="A library id, a path, REPO:QUANT or `starter`.")],
    *,
    context: Annotated[int, typer.Option(min=0, help="In tokens; 0 is the default.")] = 0,
    gpu_layers: GpuLayersOption = -1,
    as_json: JsonOption = False,
) -> None:
    """Measure a model on this computer, beside what was forecast."""
    settings = EngineSettings(context_tokens=context, gpu_layers=gpu_layers)
    chosen = choose_model(open_library(), model)
    settings = prepare(chosen.path, settings)
    capacity = this_computer()
    figures = asyncio.run(_measure(chosen, settings))
    predicted = _predict_and_learn(read_header(chosen.path), capacity, figures)
    if as_json:
        print_json(_document(chosen, figures, predicted))
    else:
        _show(chosen, figures, predicted)


def _predict_and_learn(header: GgufHeader, capacity: Capacity, figures: _Figures) -> _Prediction:
    """Forecast as if nothing had been measured yet, then remember how it went."""
    settings = msgspec.structs.replace(figures.settings, gpu_layers=figures.gpu_layers)
    filled = min(YOUNG_CHAT_TOKENS, settings.context_tokens // 2)
    expected = running(header, capacity, settings, filled_tokens=filled)
    experience = Experience(find_paths().cache)
    computer = computer_key(capacity)
    key = model_key(header, gpu_layers=figures.gpu_layers)
    factor = experience.factor(computer, key)
    experience.add(
        Run(
            computer=computer,
            model=key,
            forecast_per_s=expected.speed.tokens_per_s,
            measured_per_s=figures.predicted_per_s,
        )
    )
    return _Prediction(expected=expected, factor=factor)


async def _measure(model: ModelFile, settings: EngineSettings) -> _Figures:
    progress = ProgressLine(sys.stderr)
    pool = EnginePool()
    try:
        engine = await pool.acquire(
            model.path, settings, on_progress=lambda share: progress.show(f"Loading… {share:.0%}")
        )
        progress.show("Measuring…")
        prompt = await prompt_of(engine, _PROMPT_TOKENS)
        short = await prompt_of(engine, 1)
        await measure(engine, short, tokens=8)
        readings = [await measure(engine, prompt, tokens=1) for _ in range(_RUNS)]
        writings = [await measure(engine, short, tokens=_WRITTEN_TOKENS) for _ in range(_RUNS)]
        return _Figures(
            prompt_per_s=median(run.timings.prompt_per_s for run in readings),
            predicted_per_s=median(run.seen_per_s for run in writings),
            load_s=engine.model.load_s,
            memory_bytes=psutil.Process(engine.process_id).memory_info().rss,
            threads=engine.model.threads,
            devices=engine.model.devices,
            gpu_layers=engine.model.gpu_layers,
            settings=engine.settings,
        )
    finally:
        progress.clear()
        await pool.close()


def _document(model: ModelFile, figures: _Figures, predicted: _Prediction) -> dict[str, Any]:
    return {
        "model": model.id,
        "prompt_per_s": figures.prompt_per_s,
        "predicted_per_s": figures.predicted_per_s,
        "load_s": figures.load_s,
        "memory_bytes": figures.memory_bytes,
        "threads": figures.threads,
        "devices": figures.devices,
        "context": figures.settings.context_tokens,
        "gpu_layers": figures.gpu_layers,
        "cpu_expert_layers": figures.settings.cpu_expert_layers,
        "predicted": {
            "memory_bytes": predicted.expected.placement.memory_bytes,
            "vram_bytes": predicted.expected.placement.vram_bytes,
            "kv_bytes": predicted.expected.needed.kv_bytes,
            "state_bytes": predicted.expected.needed.state_bytes,
            "compute_bytes": predicted.expected.needed.compute_bytes,
            "tokens_per_s": predicted.tokens_per_s,
            "prompt_tokens_per_s": predicted.prompt_tokens_per_s,
        },
    }


def _show(model: ModelFile, figures: _Figures, predicted: _Prediction) -> None:
    table = Table("", "Measured", "Predicted", title=model.name, title_justify="left", box=None)
    table.add_row(
        "Reads",
        f"{figures.prompt_per_s:.0f} tokens a second",
        f"{predicted.prompt_tokens_per_s:.0f}",
    )
    table.add_row(
        "Writes",
        f"{figures.predicted_per_s:.1f} tokens a second",
        f"{predicted.tokens_per_s:.1f}",
    )
    table.add_row("Loads in", f"{figures.load_s:.2f} s", "")
    memory = in_words(figures.memory_bytes)
    table.add_row("Memory", memory, in_words(predicted.expected.placement.memory_bytes))
    table.add_row("Runs on", ", ".join(figures.devices), "")
    console().print(table)

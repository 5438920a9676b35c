# SPDX-License-Identifier: Apache-2.0
"""`nemodesk bench`: how fast a model is here, and how much memory it takes, beside the forecast."""

import asyncio
import sys
from dataclasses import dataclass
from statistics import median
from typing import Annotated, Any

import psutil
import typer
from rich.table import Table

from nemodesk.catalog.gguf_header import read_header
from nemodesk.catalog.library import ModelFile
from nemodesk.cli.measure import measure, prompt_of
from nemodesk.cli.model_choice import choose_model, open_library
from nemodesk.cli.options import GpuLayersOption, JsonOption
from nemodesk.cli.terminal import ProgressLine, console, print_json
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.preparation import prepare
from nemodesk.engine.protocol import EngineSettings
from nemodesk.hardware.fit import MemoryNeeded, memory_needed, shape_of
from nemodesk.sizes import in_words

_PROMPT_TOKENS = 512
_WRITTEN_TOKENS = 128
_RUNS = 3


@dataclass(frozen=True, kw_only=True)
class _Figures:
    prompt_per_s: float
    predicted_per_s: float
    load_s: float
    memory_bytes: int
    threads: int
    devices: tuple[str, ...]


def bench(
    model: Annotated[str, typer.Argument(help="A library id, a path, REPO:QUANT or `starter`.")],
    *,
    context: Annotated[int, typer.Option(min=0, help="In tokens; 0 is the default.")] = 0,
    gpu_layers: GpuLayersOption = -1,
    as_json: JsonOption = False,
) -> None:
    """Measure a model on this computer."""
    settings = EngineSettings(context_tokens=context, gpu_layers=gpu_layers)
    chosen = choose_model(open_library(), model)
    settings = prepare(chosen.path, settings)
    predicted = memory_needed(
        shape_of(read_header(chosen.path)),
        context_tokens=settings.context_tokens,
        cache_type=settings.cache_type,
    )
    figures = asyncio.run(_measure(chosen, settings))
    if as_json:
        print_json(_document(chosen, figures, predicted))
    else:
        _show(chosen, figures, predicted)


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
        )
    finally:
        progress.clear()
        await pool.close()


def _document(model: ModelFile, figures: _Figures, predicted: MemoryNeeded) -> dict[str, Any]:
    return {
        "model": model.id,
        "prompt_per_s": figures.prompt_per_s,
        "predicted_per_s": figures.predicted_per_s,
        "load_s": figures.load_s,
        "memory_bytes": figures.memory_bytes,
        "threads": figures.threads,
        "devices": figures.devices,
        "predicted": {
            "memory_bytes": predicted.total_bytes,
            "kv_bytes": predicted.kv_bytes,
            "state_bytes": predicted.state_bytes,
            "compute_bytes": predicted.compute_bytes,
        },
    }


def _show(model: ModelFile, figures: _Figures, predicted: MemoryNeeded) -> None:
    table = Table("", "Measured", "Predicted", title=model.name, title_justify="left", box=None)
    table.add_row("Reads", f"{figures.prompt_per_s:.0f} tokens a second", "")
    table.add_row("Writes", f"{figures.predicted_per_s:.1f} tokens a second", "")
    table.add_row("Loads in", f"{figures.load_s:.2f} s", "")
    memory, forecast = in_words(figures.memory_bytes), in_words(predicted.total_bytes)
    table.add_row("Memory", memory, forecast)
    table.add_row("Runs on", ", ".join(figures.devices), "")
    console().print(table)

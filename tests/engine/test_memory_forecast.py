# SPDX-License-Identifier: Apache-2.0
"""What is forecast of memory, against what a real engine logs and what the system says."""

import re
import sys
from pathlib import Path

import psutil
import pytest

from nemodesk.catalog.gguf.header import read_header
from nemodesk.cli.measure import measure, prompt_of
from nemodesk.engine.child import worker_command
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import EngineSettings
from nemodesk.hardware.fit import CacheType, MemoryNeeded, memory_needed, shape_of
from tests.fakes.nemotron import write_nemotron, write_nemotron_moe

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(sys.platform != "linux", reason="measured on Linux"),
]

_MIB = 2**20
_BUFFER = re.compile(r"(model|KV|RS|compute|output) +buffer size = +([\d.]+) MiB")
_ALLOWED = 0.05

MODELS = ("starter", "hybrid", "experts")
CONTEXTS = (512, 2048, 8192)
CACHE_TYPES: tuple[CacheType, ...] = ("f16", "q8_0")


@pytest.fixture(scope="session")
def models(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the starter model and two synthetic Nemotrons."""
    folder = tmp_path_factory.mktemp("forecast")
    return {
        "starter": starter,
        "hybrid": write_nemotron(folder / "hybrid.gguf", vocabulary_from=starter),
        "experts": write_nemotron_moe(folder / "experts.gguf", vocabulary_from=starter),
    }


@pytest.mark.parametrize("cache_type", CACHE_TYPES)
@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", MODELS)
async def test_memory_is_forecast_closely(
    models: dict[str, Path],
    tmp_path: Path,
    name: str,
    context: int,
    cache_type: CacheType,
) -> None:
    """Buffers equal what llama.cpp logs, and all of it what the system counts, within 5 %."""
    path = models[name]
    needed = memory_needed(
        shape_of(read_header(path)), context_tokens=context, cache_type=cache_type
    )
    settings = EngineSettings(context_tokens=context, cache_type=cache_type)
    log = tmp_path / "engine.log"
    command = ["sh", "-c", f'exec "$@" 2>{log}', "sh", *worker_command()]
    engine = await EngineClient.start(path, settings, command=command)
    try:
        # One full batch touches the compute buffer.
        await measure(engine, await prompt_of(engine, min(context - 128, 560)), tokens=1)
        resident_bytes = psutil.Process(engine.process_id).memory_info().rss
    finally:
        await engine.close()
    logged = _logged(log.read_text(encoding="utf-8", errors="replace"))
    _compare_buffers(needed, logged)
    assert needed.total_bytes == pytest.approx(resident_bytes, rel=_ALLOWED)


def _logged(text: str) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for kind, mib in _BUFFER.findall(text):
        sizes[kind] = sizes.get(kind, 0.0) + float(mib)
    return sizes


def _compare_buffers(needed: MemoryNeeded, logged: dict[str, float]) -> None:
    # The log rounds to a hundredth.
    assert needed.weights_bytes / _MIB == pytest.approx(logged["model"], abs=0.02)
    assert needed.kv_bytes / _MIB == pytest.approx(logged["KV"], abs=0.006)
    assert needed.state_bytes / _MIB == pytest.approx(logged.get("RS", 0.0), abs=0.006)
    buffers = needed.total_bytes - needed.program_bytes
    assert buffers / _MIB == pytest.approx(sum(logged.values()), rel=_ALLOWED)

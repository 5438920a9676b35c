# SPDX-License-Identifier: Apache-2.0
"""The pool keeps one model in memory and steps down after a crash."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from nemodesk.engine.pool import EnginePool
from nemodesk.engine.values import EngineSettings
from tests.catalog.model_files import write_llama
from tests.fakes.engines import ScriptedEngines

PATH = Path("model.gguf")
SETTINGS = EngineSettings(context_tokens=8192, threads=1)


def unprepared(_path: Path, settings: EngineSettings) -> EngineSettings:
    """Stand in for the look at a model file, which scripted engines do not have."""
    return settings


@pytest.fixture
def engines() -> ScriptedEngines:
    """Return engines that answer."""
    return ScriptedEngines("answers")


@pytest.fixture
def pool(engines: ScriptedEngines) -> EnginePool:
    """Return a pool over scripted engines."""
    return EnginePool(start=engines.start, prepare=unprepared)


async def test_the_same_model_is_loaded_once(pool: EnginePool, engines: ScriptedEngines) -> None:
    """Asking twice, also at the same time, gives the same engine."""
    one, two = await asyncio.gather(pool.acquire(PATH, SETTINGS), pool.acquire(PATH, SETTINGS))
    assert one is two
    assert len(engines.settings) == 1
    await pool.close()


async def test_another_model_replaces_the_first(pool: EnginePool) -> None:
    """The memory of the first model is given back before the second is loaded."""
    first = await pool.acquire(PATH, SETTINGS)
    pool.release()
    second = await pool.acquire(Path("other.gguf"), SETTINGS)
    assert not first.is_alive
    assert second.is_alive
    assert pool.loaded_model(PATH) is None
    assert pool.loaded_settings(PATH) is None
    assert pool.loaded_model(Path("other.gguf")) is second.model
    settings = pool.loaded_settings(Path("other.gguf"))
    assert settings is not None
    assert settings.gpu_layers == second.model.gpu_layers
    await pool.close()
    assert not second.is_alive


async def test_a_model_in_use_is_not_replaced(pool: EnginePool) -> None:
    """A second model waits until nobody uses the first, and can be given up meanwhile."""
    first = await pool.acquire(PATH, SETTINGS)
    waiting = asyncio.ensure_future(pool.acquire(Path("other.gguf"), SETTINGS))
    given_up = asyncio.ensure_future(pool.acquire(Path("third.gguf"), SETTINGS))
    await asyncio.wait({waiting, given_up}, timeout=0.05)
    assert first.is_alive
    assert not waiting.done()
    given_up.cancel()
    pool.release()
    second = await waiting
    assert not first.is_alive
    assert second.is_alive
    await pool.close()


async def test_after_a_crash_the_context_is_halved(
    pool: EnginePool, engines: ScriptedEngines
) -> None:
    """The next load of the same model is smaller, and says so."""
    await (await pool.acquire(PATH, SETTINGS)).close()
    pool.release()
    assert "3,072 words" in pool.reduce(PATH, SETTINGS, needed_tokens=100)
    await pool.acquire(PATH, SETTINGS)
    assert [settings.context_tokens for settings in engines.settings] == [8192, 4096]
    await pool.close()


async def test_a_context_that_is_needed_is_not_halved(
    pool: EnginePool, engines: ScriptedEngines, tmp_path: Path
) -> None:
    """A long conversation keeps its context; its cache is compressed instead."""
    lengths = {"attention.key_length": 64, "attention.value_length": 64}
    path = write_llama(tmp_path / "model.gguf", numbers=lengths)
    await (await pool.acquire(path, SETTINGS)).close()
    pool.release()
    pool.reduce(path, SETTINGS, needed_tokens=4000)
    await pool.acquire(path, SETTINGS)
    assert engines.settings[-1] == EngineSettings(
        context_tokens=8192, cache_type="q8_0", gpu_layers=0, threads=1
    )
    await pool.close()


async def test_at_the_end_of_the_ladder_nothing_is_claimed(pool: EnginePool) -> None:
    """Where nothing can be smaller, no sentence says so."""
    smallest = EngineSettings(context_tokens=2048, cache_type="q8_0", gpu_layers=0)
    assert pool.reduce(PATH, smallest, needed_tokens=10) == ""


async def test_only_an_idle_engine_is_lent(pool: EnginePool) -> None:
    """Whoever asks something aside gets the engine while nobody uses it, with these settings."""
    assert pool.idle_engine(PATH, SETTINGS) is None
    engine = await pool.acquire(PATH, SETTINGS)
    assert pool.idle_engine(PATH, SETTINGS) is None
    pool.release()
    assert pool.idle_engine(PATH, SETTINGS) is engine
    assert pool.idle_engine(PATH, EngineSettings(context_tokens=4096)) is None
    assert pool.idle_engine(Path("other.gguf"), SETTINGS) is None
    await pool.close()
    assert pool.idle_engine(PATH, SETTINGS) is None


async def test_the_context_is_known_before_and_after_a_load(engines: ScriptedEngines) -> None:
    """Before, it is what the look at the file says; after, what the engine says."""
    looks: list[Path] = []

    def prepare(path: Path, settings: EngineSettings) -> EngineSettings:
        looks.append(path)
        return msgspec.structs.replace(settings, context_tokens=2048)

    pool = EnginePool(start=engines.start, prepare=prepare)
    automatic = EngineSettings(threads=1)
    assert await pool.context_tokens(PATH, automatic) == 2048
    assert await pool.context_tokens(PATH, automatic) == 2048
    assert len(looks) == 1
    await pool.acquire(PATH, automatic)
    pool.release()
    assert await pool.context_tokens(PATH, automatic) == 8192
    await pool.close()


async def test_a_longer_context_is_offered_where_it_fits(tmp_path: Path) -> None:
    """Twice as long, but no longer than the model was made for."""
    path = write_llama(tmp_path / "m.gguf", numbers={"context_length": 4096})
    pool = EnginePool()
    for now, longer in ((1024, 2048), (2048, 4096), (4096, 0)):
        settings = EngineSettings(context_tokens=now)
        await pool.context_tokens(path, settings)
        assert await pool.longer_context(path, settings) == longer

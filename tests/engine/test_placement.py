# SPDX-License-Identifier: Apache-2.0
"""Layers, experts and weights are put where there is room, and the answer stays the same."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from nemodesk.engine.child import worker_command
from nemodesk.engine.client import EngineClient
from nemodesk.engine.preparation import prepare, prepare_on
from nemodesk.engine.protocol import Delta
from nemodesk.engine.values import Device, EngineSettings, PromptMessage, Sampling
from nemodesk.errors import DoesNotFitError, UsageError
from nemodesk.hardware.limits import Limits
from nemodesk.hardware.machine import Memory
from nemodesk.hardware.probe import limited_memory, probe_processor
from tests.catalog.model_files import write_llama
from tests.fakes.nemotron import write_nemotron_moe

_MIB = 2**20
_CPU = Device(name="CPU", description="Some", kind="cpu", total_bytes=8, free_bytes=8)


def _card(free_bytes: int, name: str = "CUDA0") -> Device:
    return Device(
        name=name,
        description="Some card",
        kind="gpu",
        total_bytes=free_bytes,
        free_bytes=free_bytes,
    )


@pytest.fixture(scope="session")
def experts_path(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a tiny mixture of experts."""
    path = tmp_path_factory.mktemp("experts") / "moe.gguf"
    return write_nemotron_moe(path, vocabulary_from=starter)


async def _answer(path: Path, settings: EngineSettings) -> tuple[str, EngineClient]:
    client = await EngineClient.start(path, settings)
    text = ""
    try:
        answer = client.generate(
            [PromptMessage(role="user", content="Once upon a time")],
            sampling=Sampling(temperature=0),
            max_tokens=24,
            ignore_end=True,
        )
        async for event in answer:
            text += event.content if isinstance(event, Delta) else ""
    finally:
        await client.close()
    return text, client


@pytest.mark.engine
@pytest.mark.parametrize("layers", [1, 3, 6])
async def test_experts_in_main_memory_answer_the_same(experts_path: Path, layers: int) -> None:
    """The list of overrides is understood by the library, and changes no answer."""
    plain = EngineSettings(context_tokens=1024)
    expected, _ = await _answer(experts_path, plain)
    moved = EngineSettings(context_tokens=1024, cpu_expert_layers=layers)
    text, client = await _answer(experts_path, moved)
    assert text == expected != ""
    assert client.settings.cpu_expert_layers == layers


@pytest.mark.engine
@pytest.mark.skipif(sys.platform == "win32", reason="the log is caught by a shell")
@pytest.mark.parametrize("layers", [0, 2])
async def test_the_library_obeys_the_overrides(
    experts_path: Path, tmp_path: Path, layers: int
) -> None:
    """It says so itself, and only where there is a layer with experts among them."""
    log = tmp_path / "engine.log"
    command = ["sh", "-c", f'exec "$@" 2>{log}', "sh", *worker_command()]
    settings = EngineSettings(context_tokens=512, cpu_expert_layers=layers)
    engine = await EngineClient.start(experts_path, settings, command=command)
    await engine.close()
    text = log.read_text(encoding="utf-8", errors="replace")
    assert ("tensor overrides to CPU" in text) is (layers > 0)


@pytest.mark.engine
async def test_weights_in_memory_of_their_own_answer_the_same(starter: Path) -> None:
    """Whether the file is mapped makes no difference to what is said."""
    mapped, _ = await _answer(starter, EngineSettings(context_tokens=1024))
    read, _ = await _answer(starter, EngineSettings(context_tokens=1024, maps_file=False))
    assert read == mapped != ""


def test_everything_goes_onto_a_large_card(experts_path: Path) -> None:
    """With room for all, all layers and the output are on the card."""
    settings = _prepared(experts_path, [_CPU, _card(8 * 1024 * _MIB)])
    assert (settings.gpu_layers, settings.cpu_expert_layers) == (7, 0)
    assert settings.context_tokens >= 8192


def _prepared(path: Path, devices: Sequence[Device], **chosen: int) -> EngineSettings:
    return prepare_on(devices, path, EngineSettings(**chosen))  # pyright: ignore[reportArgumentType]


def test_a_small_card_gets_no_layer_that_does_not_fit(experts_path: Path) -> None:
    """With less than the margin free, the processor does it all."""
    settings = _prepared(experts_path, [_CPU, _card(1024 * _MIB)])
    assert settings.gpu_layers <= 0


def test_between_the_two_experts_stay_in_main_memory(experts_path: Path) -> None:
    """As the free memory grows: nothing on the card, all but the experts, everything."""
    seen = set[tuple[int, int]]()
    for free in range(1024 * _MIB, 1100 * _MIB, _MIB):
        settings = _prepared(experts_path, [_card(free)], context_tokens=1024)
        seen.add((max(settings.gpu_layers, 0), settings.cpu_expert_layers))
    assert (0, 0) in seen
    assert (7, 0) in seen
    assert any(layers == 7 and kept for layers, kept in seen)


def test_a_chosen_number_of_layers_is_kept(experts_path: Path) -> None:
    """Whoever names a number gets it."""
    settings = _prepared(experts_path, [_card(8 * 1024 * _MIB)], gpu_layers=3)
    assert settings.gpu_layers == 3


def test_no_card_leaves_the_settings_alone(experts_path: Path) -> None:
    """What the processor alone decides has been settled before the process started."""
    settings = prepare(experts_path, EngineSettings())
    assert prepare_on([_CPU], experts_path, settings) == settings


def test_integrated_graphics_do_not_count_twice(experts_path: Path) -> None:
    """A model that the main memory cannot hold does not fit a card that shares it either."""
    huge = 2**50
    shared = replace_kind(_card(huge), "integrated_gpu")
    with pytest.raises(DoesNotFitError):
        _prepared(experts_path, [shared], context_tokens=2**31)


def replace_kind(device: Device, kind: str) -> Device:
    """Return the device as one of another kind."""
    return Device(
        name=device.name,
        description=device.description,
        kind=kind,  # pyright: ignore[reportArgumentType]
        total_bytes=device.total_bytes,
        free_bytes=device.free_bytes,
    )


def test_threads_are_chosen_before_the_process_is_asked(experts_path: Path) -> None:
    """The worker knows no containers and no slow cores; whoever names a number gets it."""
    threads = probe_processor().threads
    assert prepare(experts_path, EngineSettings()).threads == threads
    assert _prepared(experts_path, [_CPU]).threads == threads
    assert _prepared(experts_path, [_CPU], threads=5).threads == 5


def test_a_cache_that_the_model_cannot_have_is_refused_early(tmp_path: Path) -> None:
    """Not called a lack of memory, and not found out by loading the weights."""
    path = write_llama(tmp_path / "heads-of-8.gguf")
    settings = EngineSettings(cache_type="q8_0", context_tokens=512, gpu_layers=0)
    with pytest.raises(UsageError, match="Choose f16"):
        prepare(path, settings)
    with pytest.raises(UsageError, match="Choose f16"):
        prepare_on([_CPU], path, settings)


def test_the_limit_of_a_container_counts_and_not_the_memory_of_the_computer(starter: Path) -> None:
    """A model that fits the computer but not the container is refused before it is loaded."""
    computer = Memory(total_bytes=2**36, available_bytes=2**35)
    container = limited_memory(computer, Limits(memory_bytes=64 * _MIB, free_bytes=50 * _MIB))
    assert prepare(starter, EngineSettings(gpu_layers=0), memory=computer).context_tokens
    with pytest.raises(DoesNotFitError):
        prepare(starter, EngineSettings(gpu_layers=0), memory=container)

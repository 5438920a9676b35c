# SPDX-License-Identifier: Apache-2.0
"""What of a computer a model may take."""

from dataclasses import replace

import pytest

from nemodesk.hardware.capacity import capacity_of, described, left_for_system
from nemodesk.hardware.machine import Gpu, Machine, Memory, Processor

_GIB = 2**30


def _machine(*gpus: Gpu) -> Machine:
    return Machine(
        os="Debian",
        processor=Processor(
            name="Some CPU", physical_cores=8, logical_cores=16, features=("avx2",)
        ),
        memory=Memory(total_bytes=32 * _GIB, available_bytes=20 * _GIB),
        gpus=gpus,
    )


def _card(name: str, gib: int, *, backend: str = "cuda", unified: bool = False) -> Gpu:
    return Gpu(
        name=name,
        backend=backend,
        total_bytes=gib * _GIB,
        free_bytes=gib * _GIB,
        unified=unified,
    )


@pytest.mark.parametrize(("gib", "left"), [(4, 2), (8, 2), (12, 3), (16, 4), (128, 4)])
def test_the_system_keeps_a_quarter_within_bounds(gib: int, left: int) -> None:
    """Two GiB at least and four at most."""
    assert left_for_system(gib * _GIB) == left * _GIB


def test_without_a_card_there_is_no_memory_of_one() -> None:
    """Nothing is invented."""
    capacity = capacity_of(_machine(), 40e9)
    assert (capacity.vram_bytes, capacity.unified, capacity.gpu_name) == (0, False, "")
    assert capacity.budget.memory_bytes == 28 * _GIB
    assert capacity.budget_now.memory_bytes == 20 * _GIB


def test_a_card_that_cannot_be_used_counts_for_nothing() -> None:
    """It is named, so that the person can be told."""
    capacity = capacity_of(_machine(_card("RTX 3060", 12, backend="")), 40e9)
    assert capacity.vram_bytes == 0
    assert capacity.unused_gpu_name == "RTX 3060"


def test_two_cards_add_up_and_each_keeps_its_margin() -> None:
    """Integrated graphics beside them are not counted."""
    cards = (_card("A", 24), _card("B", 24), _card("Iris", 16, backend="vulkan", unified=True))
    capacity = capacity_of(_machine(*cards), 40e9)
    assert capacity.vram_bytes == 48 * _GIB
    assert not capacity.unified
    assert capacity.budget.vram_bytes == 46 * _GIB


def test_integrated_graphics_share_the_memory() -> None:
    """They read it at its own speed."""
    capacity = capacity_of(_machine(_card("Iris", 16, backend="vulkan", unified=True)), 50e9)
    assert capacity.unified
    assert capacity.vram_bytes == 16 * _GIB
    assert capacity.vram_bytes_per_s == 50e9


def test_a_mac_lets_a_part_be_used() -> None:
    """Two thirds of up to 36 GB, three quarters of more."""
    mac = Gpu(
        name="Apple M3",
        backend="metal",
        total_bytes=32 * _GIB,
        free_bytes=32 * _GIB,
        unified=True,
    )
    assert capacity_of(_machine(mac), 90e9).vram_bytes == 32 * _GIB * 2 // 3
    assert described(ram_bytes=64 * _GIB, unified=True, os="macos").vram_bytes == 48 * _GIB


def test_what_is_not_said_is_typical() -> None:
    """A described computer has the memory speed of its kind."""
    plain = described(ram_bytes=16 * _GIB)
    assert plain.memory_bytes_per_s == 40e9
    assert plain.vram_bytes_per_s == 0
    card = described(ram_bytes=16 * _GIB, vram_bytes=24 * _GIB)
    assert card.vram_bytes_per_s == 900e9
    shared = described(ram_bytes=16 * _GIB, unified=True, bandwidth_bytes_per_s=68e9)
    assert shared.memory_bytes_per_s == shared.vram_bytes_per_s == 68e9


@pytest.mark.parametrize(
    ("physical", "performance", "threads"),
    [(1, 0, 1), (2, 0, 1), (8, 0, 7), (12, 8, 8), (10, 9, 9), (4, 4, 3)],
)
def test_the_window_keeps_a_core_and_slow_cores_do_not_compute(
    physical: int, performance: int, threads: int
) -> None:
    """Threads wait for each other, so a slow core would hold the fast ones up."""
    machine = _machine()
    processor = replace(machine.processor, physical_cores=physical, performance_cores=performance)
    assert processor.threads == threads
    assert capacity_of(replace(machine, processor=processor), 1e10).threads == threads

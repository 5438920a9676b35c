# SPDX-License-Identifier: Apache-2.0
"""Each kind of computer gets the model that its owner would want, and is told why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nemodesk.advice.forecast import PLEASANT_TOKENS_PER_S, Verdict
from nemodesk.advice.recommend import Recommendation, bits_of, recommend
from nemodesk.catalog.offered import shipped_catalog
from nemodesk.catalog.offers import Catalog
from nemodesk.errors import DoesNotFitError
from nemodesk.hardware.capacity import Capacity, described
from tests.advice.machines import GIB, MACHINES, Machine

CATALOG = shipped_catalog()
SLOW_MACHINES = {
    "slow laptop, 8 GB",
    "slow laptop, 16 GB",
    "old processor without AVX2, 32 GB",
}


@pytest.mark.parametrize(
    "machine", [one for one in MACHINES if one.bits], ids=lambda machine: machine.name
)
def test_a_computer_gets_its_model(machine: Machine) -> None:
    """Model and bits are those of the table; it is pleasant to use except where nothing is."""
    answer = recommend(CATALOG, machine.capacity)
    assert (answer.offer.family, bits_of(answer.quant.name)) == (machine.family, machine.bits)
    expected = Verdict.SLOW if machine.name in SLOW_MACHINES else Verdict.GREAT
    assert answer.forecast.verdict is expected
    assert answer.reason.count(".") == answer.offer.name.count(".") + 1
    assert len(answer.alternatives) > 0


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_system_keeps_its_memory(machine: Machine) -> None:
    """Two GiB at least, four on all but small computers, are left to everything else."""
    if not machine.bits:
        return
    expected = recommend(CATALOG, machine.capacity).forecast
    taken = expected.memory_bytes + (expected.vram_bytes if machine.capacity.unified else 0)
    left = machine.capacity.memory_bytes - taken
    assert left >= (4 * GIB if machine.capacity.memory_bytes >= 16 * GIB else 2 * GIB)
    assert expected.vram_bytes <= machine.capacity.vram_bytes


def test_too_small_a_computer_is_told_so() -> None:
    """Nothing is recommended that would leave the system nothing."""
    with pytest.raises(DoesNotFitError, match=r"has 4 GB of memory.* Use the starter model"):
        recommend(CATALOG, described(ram_bytes=4 * GIB))


@pytest.mark.parametrize(
    ("capacity", "computer", "advice"),
    [
        (
            described(ram_bytes=16 * GIB, bandwidth_bytes_per_s=60e9),
            "16 GB of memory and no graphics card",
            "Nemotron 3 Nano 4B in 8-bit fits well and writes about 8 words a second",
        ),
        (
            described(ram_bytes=8 * GIB, bandwidth_bytes_per_s=15e9, cores=4),
            "8 GB of memory and no graphics card",
            "Nemotron 3 Nano 4B in 4-bit fits, and writes about 4 words a second",
        ),
        (
            described(ram_bytes=int(31.2 * GIB), vram_bytes=int(7.6 * GIB)),
            "32 GB of memory and a graphics card with 8 GB",
            "Nemotron 3 Nano 30B in 4-bit fits well and writes about 15 words a second",
        ),
        (
            described(ram_bytes=64 * GIB, unified=True, os="macos", bandwidth_bytes_per_s=400e9),
            "64 GB of memory and a graphics processor that shares it",
            "Nemotron 3 Nano 30B in 8-bit fits well and writes about 51 words a second",
        ),
        (
            replace(described(ram_bytes=16 * GIB), unused_gpu_name="RTX 3060"),
            "16 GB of memory and a graphics card that this edition of NemoDesk cannot use",
            "Nemotron 3 Nano 4B in 8-bit fits well and writes about 6 words a second",
        ),
    ],
)
def test_the_reason_is_one_plain_sentence(capacity: Capacity, computer: str, advice: str) -> None:
    """It names the computer, the model and the speed in words that anybody knows."""
    assert recommend(CATALOG, capacity).reason == f"Your computer has {computer}: {advice}."


def test_a_computer_that_has_proved_slow_gets_less() -> None:
    """What was measured here overrules the forecast."""
    capacity = described(ram_bytes=16 * GIB)
    assert bits_of(recommend(CATALOG, capacity).quant.name) == 8
    slow = recommend(CATALOG, capacity, speed_factor=0.5)
    assert bits_of(slow.quant.name) == 4
    assert slow.forecast.tokens_per_s < PLEASANT_TOKENS_PER_S


def _size(capacity: Capacity, catalog: Catalog = CATALOG) -> int:
    try:
        answer: Recommendation = recommend(catalog, capacity)
    except DoesNotFitError:
        return 0
    return answer.offer.parameter_count


_GIBS = st.integers(2, 160)


@settings(deadline=None, max_examples=40)
@given(
    ram=_GIBS,
    more=_GIBS,
    vram=st.sampled_from([0, 4, 8, 12, 24, 48]),
    speed=st.floats(5e9, 400e9),
    is_mac=st.booleans(),
)
def test_more_memory_never_gives_a_smaller_model(
    ram: int, more: int, vram: int, speed: float, *, is_mac: bool
) -> None:
    """Whoever buys memory is not offered less than before."""

    def computer(gib: int) -> Capacity:
        return described(
            ram_bytes=gib * GIB,
            vram_bytes=0 if is_mac else vram * GIB,
            unified=is_mac,
            os="macos" if is_mac else "",
            bandwidth_bytes_per_s=speed,
        )

    assert _size(computer(ram)) <= _size(computer(ram + more))


@settings(deadline=None, max_examples=40)
@given(ram=_GIBS, vram=st.integers(0, 48), more=st.integers(1, 48))
def test_a_larger_card_never_gives_a_smaller_model(ram: int, vram: int, more: int) -> None:
    """The card's own speed being the same, more of its memory is never a loss."""

    def computer(gib: int) -> Capacity:
        return described(ram_bytes=ram * GIB, vram_bytes=gib * GIB, vram_bytes_per_s=300e9)

    assert _size(computer(vram)) <= _size(computer(vram + more))

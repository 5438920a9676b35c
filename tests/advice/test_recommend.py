# SPDX-License-Identifier: Apache-2.0
"""Each kind of computer gets the model that its owner would want, and is told why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nemodesk.advice.forecast import PLEASANT_TOKENS_PER_S, Verdict
from nemodesk.advice.recommend import Recommendation, best_quant, bits_of, recommend
from nemodesk.advice.shapes import rough_shape, shape_of_offer
from nemodesk.catalog.offers.offer import Catalog, Offer, Quant, RemoteFile
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.errors import DoesNotFitError
from nemodesk.hardware.capacity import Capacity, described
from nemodesk.hardware.fit import memory_needed
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


def _offer(repo_id: str, *sizes_gb: float) -> Offer:
    quants = tuple(
        Quant(
            name=f"Q{bits}_0",
            files=(RemoteFile(path=f"Q{bits}_0.gguf", size_bytes=int(size * 1e9)),),
        )
        for bits, size in zip((4, 8), sizes_gb, strict=False)
    )
    return Offer(repo_id=repo_id, name="Some", context_length=32_768, quants=quants)


@pytest.mark.parametrize(
    ("offer", "quant", "verdict"),
    [
        (_offer("a/Small-3B-GGUF", 2, 3.4), "Q8_0", Verdict.GREAT),
        (_offer("a/Middle-14B-GGUF", 8, 15), "Q4_0", Verdict.SLOW),
        (_offer("a/Mix-14B-A2B-GGUF", 8, 15), "Q4_0", Verdict.GREAT),
        (_offer("a/Huge-70B-GGUF", 40, 75), "Q4_0", Verdict.TOO_BIG),
    ],
)
def test_a_model_of_a_search_is_judged_by_its_size(
    offer: Offer, quant: str, verdict: Verdict
) -> None:
    """A laptop with 16 GB; few of a mixture's weights work on a token, as its name says."""
    best = best_quant(offer, described(ram_bytes=16 * GIB))
    assert best is not None
    assert (best.quant.name, best.forecast.verdict) == (quant, verdict)


def test_a_model_without_files_is_not_judged() -> None:
    """There is nothing to take."""
    assert best_quant(_offer("a/b"), described(ram_bytes=16 * GIB)) is None


@pytest.mark.parametrize("offer", CATALOG.offers, ids=lambda offer: offer.family)
def test_a_guess_is_near_what_is_known(offer: Offer) -> None:
    """The rough memory of both Nemotrons is within 15 % or a gigabyte of the exact one."""
    for quant in offer.quants:
        exact = shape_of_offer(offer, quant)
        assert exact is not None
        needs = [
            memory_needed(shape, context_tokens=8192, cache_type="f16").total_bytes
            for shape in (exact, rough_shape(offer, quant))
        ]
        assert abs(needs[0] - needs[1]) < max(0.15 * needs[0], 1.1e9)

# SPDX-License-Identifier: Apache-2.0
"""What is said of a model before it is downloaded."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nemodesk.advice.forecast import Verdict, forecast
from nemodesk.advice.shapes import shape_of_offer
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.hardware.capacity import described
from nemodesk.hardware.fit import ModelShape
from nemodesk.hardware.placement import Layout

GIB = 2**30
CATALOG = shipped_catalog()


def _shape(family: str, quant_name: str) -> ModelShape:
    offer = next(offer for offer in CATALOG.offers if offer.family == family)
    quant = offer.quant(quant_name)
    assert quant is not None
    shape = shape_of_offer(offer, quant)
    assert shape is not None
    return shape


SHAPES = (_shape("4B", "Q4_K_M"), _shape("4B", "Q8_0"), _shape("30B", "UD-Q4_K_XL"))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_parts_of_an_offer_weigh_what_its_file_does(shape: ModelShape) -> None:
    """What is not known of a tensor does not change the sum."""
    weighed = sum(group.size_bytes for group in shape.weight_groups)
    assert weighed == pytest.approx(shape.weights_bytes, rel=0.001)


def test_most_of_the_30b_is_experts() -> None:
    """29 of its 32 thousand million numbers are, so that little of it is read for a token."""
    shape = _shape("30B", "Q8_0")
    experts = sum(g.size_bytes for g in shape.weight_groups if g.part == "experts")
    assert 0.9 < experts / shape.weights_bytes < 0.95
    assert shape.expert_share == 6 / 128


def test_an_offer_without_a_shape_has_none() -> None:
    """Then only the header of the file can tell."""
    offer = Offer(repo_id="a/b", name="B")
    quant = Quant(name="Q8_0", files=(RemoteFile(path="b.gguf", size_bytes=1),))
    assert shape_of_offer(offer, quant) is None


def test_a_model_that_fits_and_is_quick_is_great() -> None:
    """The sentence says what it needs and how fast it is."""
    said = forecast(_shape("4B", "Q4_K_M"), described(ram_bytes=16 * GIB))
    assert (said.verdict, said.fits) == (Verdict.GREAT, "yes")
    assert said.sentence == (
        "It needs 3.8 GB of memory and writes about 8 words a second on the processor."
    )
    assert said.max_context == 262_144


def test_a_model_that_is_too_big_has_no_speed() -> None:
    """The sentence says how much there is to give."""
    said = forecast(_shape("30B", "Q8_0"), described(ram_bytes=16 * GIB))
    assert (said.verdict, said.fits, said.tokens_per_s) == (Verdict.TOO_BIG, "no", 0)
    assert said.sentence == "It needs 34 GB of memory, and this computer has 13 GB to give."
    assert said.max_context == 0


def test_a_slow_computer_is_said_to_be_slow() -> None:
    """It fits, but slower than people read with ease."""
    capacity = described(ram_bytes=16 * GIB, bandwidth_bytes_per_s=10e9)
    said = forecast(_shape("4B", "Q8_0"), capacity)
    assert (said.verdict, said.fits) == (Verdict.SLOW, "yes")


def test_experts_beside_a_small_card() -> None:
    """A 30B on a card of 8 GB: all layers there, most experts in main memory."""
    capacity = described(ram_bytes=32 * GIB, vram_bytes=8 * GIB)
    said = forecast(_shape("30B", "UD-Q4_K_XL"), capacity)
    assert said.fits == "partly"
    assert said.gpu_layers == 53
    assert 30 < said.cpu_expert_layers < 52
    assert said.vram_bytes <= 7 * GIB
    assert said.sentence.endswith("on the graphics card and the processor.")


def test_a_wish_for_more_context_takes_more() -> None:
    """Context and type of the cache are taken as asked for."""
    capacity = described(ram_bytes=64 * GIB)
    shape = _shape("4B", "Q8_0")
    long = forecast(shape, capacity, context_tokens=262_144)
    packed = forecast(shape, capacity, context_tokens=262_144, cache_type="q8_0")
    assert long.kv_bytes == 4096 * 2**20
    assert packed.kv_bytes == 2176 * 2**20
    assert long.tokens_per_s < forecast(shape, capacity, context_tokens=8192).tokens_per_s * 1.01


@settings(deadline=None, max_examples=60)
@given(
    shape=st.sampled_from(SHAPES),
    ram=st.integers(8, 128),
    vram=st.sampled_from([0, 6, 12, 24]),
    speed=st.floats(5e9, 300e9),
    factor=st.floats(1, 10),
)
def test_faster_memory_never_lowers_the_forecast(
    shape: ModelShape, ram: int, vram: int, speed: float, factor: float
) -> None:
    """Everything else being the same, more bandwidth never makes a model slower."""
    capacity = described(ram_bytes=ram * GIB, vram_bytes=vram * GIB, bandwidth_bytes_per_s=speed)
    faster = replace(capacity, memory_bytes_per_s=speed * factor)
    assert forecast(shape, capacity).tokens_per_s <= forecast(shape, faster).tokens_per_s * 1.000001


@settings(deadline=None, max_examples=40)
@given(
    shape=st.sampled_from(SHAPES),
    ram=st.integers(4, 64),
    vram=st.sampled_from([0, 4, 8, 24]),
    unified=st.booleans(),
)
def test_the_longest_context_is_the_longest(
    shape: ModelShape, ram: int, vram: int, *, unified: bool
) -> None:
    """It fits, and the next longer one does not or is beyond the training."""
    budget = described(ram_bytes=ram * GIB, vram_bytes=vram * GIB, unified=unified).budget
    longest = forecast(
        shape, described(ram_bytes=ram * GIB, vram_bytes=vram * GIB, unified=unified)
    ).max_context

    def fits(tokens: int) -> bool:
        layout = Layout(shape, context_tokens=tokens, cache_type="f16")
        return any(True for _ in layout.fitting(budget))

    assert longest == 0 or fits(longest)
    assert longest == shape.trained_context_tokens or not fits(longest + 256)

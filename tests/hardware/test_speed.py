# SPDX-License-Identifier: Apache-2.0
"""Predicted speeds, against what was measured on known computers."""

from dataclasses import replace

import pytest

from nemodesk.advice.shapes import shape_of_offer
from nemodesk.catalog.offers.offer import Quant, RemoteFile
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.hardware.capacity import Capacity, described
from nemodesk.hardware.placement import Layout
from nemodesk.hardware.speed import Speed, core_factor, predict

_GIB = 2**30
_WORDS = 49_152
_H200 = described(
    ram_bytes=128 * _GIB, vram_bytes=139 * _GIB, vram_bytes_per_s=4.8e12, bandwidth_bytes_per_s=2e11
)


def _layout(family: str, quant_name: str, size_bytes: int) -> Layout:
    """Return a model of full size with the vocabulary that the measured one had."""
    offer = next(offer for offer in shipped_catalog().offers if offer.family == family)
    assert offer.shape is not None
    offer = replace(offer, shape=replace(offer.shape, vocabulary_size=_WORDS))
    quant = Quant(name=quant_name, files=(RemoteFile(path="x.gguf", size_bytes=size_bytes),))
    shape = shape_of_offer(offer, quant)
    assert shape is not None
    return Layout(shape, context_tokens=8192, cache_type="f16")


def _speed(layout: Layout, capacity: Capacity, gpu_layers: int, kept: int = 0) -> Speed:
    placement = layout.place(gpu_layers, kept)
    return predict(layout, placement, capacity, filled_tokens=64, cache_type="f16")


@pytest.mark.parametrize(
    ("family", "quant_name", "size_bytes", "measured_per_s"),
    [
        ("4B", "Q4_0", 1_952_000_000, 470),
        ("4B", "Q8_0", 3_686_000_000, 326),
        ("30B", "Q4_0", 17_500_000_000, 378),
    ],
)
def test_an_h200_is_predicted_within_a_fifth(
    family: str, quant_name: str, size_bytes: int, measured_per_s: float
) -> None:
    """llama-bench measured these with synthetic models of full size."""
    layout = _layout(family, quant_name, size_bytes)
    predicted = _speed(layout, _H200, layout.layer_count + 1)
    assert predicted.tokens_per_s == pytest.approx(measured_per_s, rel=0.2)


@pytest.mark.parametrize(
    ("family", "quant_name", "size_bytes", "gpu_layers", "kept", "measured_per_s"),
    [
        ("4B", "Q4_0", 1_952_000_000, 43, 0, 431),
        ("4B", "Q4_0", 1_952_000_000, 21, 0, 34),
        ("4B", "Q4_0", 1_952_000_000, 0, 0, 19),
        ("4B", "Q8_0", 3_686_000_000, 43, 0, 293),
        ("4B", "Q8_0", 3_686_000_000, 21, 0, 24),
        ("30B", "Q4_0", 17_500_000_000, 53, 0, 345),
        ("30B", "Q4_0", 17_500_000_000, 53, 23, 75),
        ("30B", "Q4_0", 17_500_000_000, 53, 52, 44),
    ],
)
def test_an_h100_that_is_used_in_part_is_predicted_within_a_fifth(
    *,
    family: str,
    quant_name: str,
    size_bytes: int,
    gpu_layers: int,
    kept: int,
    measured_per_s: float,
) -> None:
    """Measured through the engine beside 16 cores, with layers or experts on the processor."""
    h100 = replace(
        described(
            ram_bytes=128 * _GIB,
            vram_bytes=80 * _GIB,
            vram_bytes_per_s=3.4e12,
            bandwidth_bytes_per_s=68e9,
            cores=16,
        ),
        features=("avx2", "avx512f"),
    )
    predicted = _speed(_layout(family, quant_name, size_bytes), h100, gpu_layers, kept)
    assert predicted.tokens_per_s == pytest.approx(measured_per_s, rel=0.2)


def test_prompts_on_an_h200_are_of_the_right_size() -> None:
    """15,200 tokens a second were measured for the 4B, ± 3,000."""
    layout = _layout("4B", "Q4_0", 1_952_000_000)
    predicted = _speed(layout, _H200, layout.layer_count + 1)
    assert 12_000 < predicted.prompt_tokens_per_s < 19_000


def test_experts_in_main_memory_cost_less_than_layers_there() -> None:
    """That is why they leave the card first."""
    layout = _layout("30B", "Q4_0", 17_500_000_000)
    computer = described(ram_bytes=64 * _GIB, vram_bytes=24 * _GIB)
    whole = _speed(layout, computer, 53).tokens_per_s
    experts = _speed(layout, computer, 53, kept=26).tokens_per_s
    layers = _speed(layout, computer, 27).tokens_per_s
    nothing = _speed(layout, computer, 0).tokens_per_s
    assert whole > experts > layers > nothing


def test_a_longer_chat_is_slower() -> None:
    """Each token reads all that came before."""
    layout = _layout("4B", "Q8_0", 3_686_000_000)
    computer = described(ram_bytes=32 * _GIB)
    placement = layout.place(0, 0)
    young, old = (
        predict(layout, placement, computer, filled_tokens=tokens, cache_type="f16").tokens_per_s
        for tokens in (0, 100_000)
    )
    assert old < 0.9 * young


def test_a_core_without_avx2_is_much_slower() -> None:
    """Unpacking weights is what it has no instructions for."""
    assert core_factor(("avx", "sse4.2")) < core_factor(("avx", "avx2")) < core_factor(("avx512f",))
    assert core_factor(("neon", "dotprod")) > core_factor(("neon",))

# SPDX-License-Identifier: Apache-2.0
"""Predicts how fast a computer reads and writes with a model. Pure arithmetic.

Writing one token reads every weight that works on it once, the cache that is filled so far, and
reads and writes the recurrent state. Memory bounds how fast that goes, and so do the cores, which
have to unpack the weights; the figures below were fitted to measurements:

- 2026-11, one core of an AMD EPYC (Zen 4, AVX-512, 27 GB/s read by one core and 34 by two),
  llama-cpp-python 0.3.36: SmolLM2-135M Q4_1 and 12 layers of Nemotron 3 Nano 4B's shapes in
  nine quants, 8 of 30B-A3B's in Q4_0 and Q8_0 (`python -m benchmarks.forecast` measures again);
- NVIDIA H200, llama-bench: 4B shapes 470 tokens/s in Q4_0, 326 in Q8_0; 30B-A3B 378 in Q4_0;
- NVIDIA H100 beside 16 cores of a Xeon (AVX-512, 68 GB/s), through the engine: the same three 431,
  293 and 345; with half of the layers on the processor 34 and 24; with the experts of 23 or all
  layers there 75 and 44.

Other processors and cards were not measured: what is said of them is an estimate.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import hypot

from nemodesk.hardware.capacity import Capacity
from nemodesk.hardware.fit import CacheType, kv_bytes_per_token, layer_state_bytes
from nemodesk.hardware.placement import Layout, Placement
from nemodesk.hardware.weights import WeightGroup, read_for_a_token

_CORE_BYTES_PER_S = {
    "Q8_0": 15.7e9,
    "Q4_0": 17.5e9,
    "IQ4_NL": 16e9,
    "Q4_K": 16.8e9,
    "Q6_K": 14.1e9,
    "Q5_0": 9.6e9,
    "Q4_1": 7.7e9,
}
"""Packed weights that one core works through in a second when memory does not hold it up.
Measured as the module says, but for IQ4_NL, which is worked on as Q4_0 is."""

_OTHER_CORE_BYTES_PER_S = 10e9
"""For types that were not measured. A guess between those that were."""

_STATE_BYTES_PER_S = 15e9
"""Recurrent state that one core reads or writes in a second."""

_CORE_LAYER_S = 25e-6
_TOKEN_S = 150e-6
"""What a layer and a token cost whatever their size: starting the threads, and choosing the
token and passing it on (ENGINE: about 120 µs)."""

_GPU_SHARE = 0.6
_GPU_LAYER_S = 40e-6
"""Of a card's memory speed 60 % is reached, and each layer costs 40 µs to launch. On the H200
this gives 429, 345 and 372 tokens/s where 470, 326 and 378 were measured."""

_SHARED_SHARE = 0.7
"""The same where the card reads the main memory, which no launch outruns. A guess."""

_UNARRANGED_EFFORT = 1.5
"""Beside a card with memory of its own llama.cpp keeps the processor's weights as they are, so
that prompts can be sent to the card, and does not rearrange them for the processor
(src/llama-model.cpp, make_cpu_buft_list). Measured on the H100's machine: 1.6 for Q4_0, 1.4 for
Q8_0; experts are never rearranged there."""

_CROSSING_S = 100e-6
"""Each change between card and processor in the middle of a token. A guess."""

# Multiplications and additions a second.
_CORE_FLOPS = {"Q4_0": 140e9, "IQ4_NL": 140e9, "Q8_0": 105e9, "Q5_0": 75e9, "Q4_1": 40e9}
_OTHER_CORE_FLOPS = 90e9
"""One core on prompts, by how the weights are packed: measured as the rates above."""

_EXPERT_EFFORT = 1.7
"""Each expert gets only a part of a batch, which costs more (30B-A3B shapes, measured)."""

_GPU_FLOPS_PER_BYTE = 20.0
"""Cards that read faster also compute faster: 20 operations for each byte (H200, measured with
15,200 tokens/s of the 4B Q4_0)."""


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Tokens a second, written and read."""

    tokens_per_s: float
    prompt_tokens_per_s: float


def predict(
    layout: Layout,
    placement: Placement,
    capacity: Capacity,
    *,
    filled_tokens: int,
    cache_type: CacheType,
) -> Speed:
    """Return the speed of a model that is placed so.

    Args:
        filled_tokens: tokens that the chat has by then; each one written reads them all.
    """
    token_s = (
        _TOKEN_S
        + _processor_s(layout, placement, capacity, filled_tokens, cache_type)
        + _card_s(layout, placement, capacity, filled_tokens, cache_type)
    )
    return Speed(tokens_per_s=1 / token_s, prompt_tokens_per_s=_prompt(layout, placement, capacity))


def core_factor(features: Collection[str]) -> float:
    """Return how fast a core is, of the one that was measured. Guesses, but for AVX-512."""
    if "avx512f" in features:
        return 1.0
    if {"avx2", "i8mm", "dotprod"} & set(features):
        return 0.8
    return 0.25


def _threads(capacity: Capacity) -> int:
    return capacity.threads or max(capacity.cores - 1, 1)


def _processor_s(
    layout: Layout,
    placement: Placement,
    capacity: Capacity,
    filled_tokens: int,
    cache_type: CacheType,
) -> float:
    """Return the seconds that the processor's part of a token takes."""
    shape = layout.shape
    cores = _threads(capacity) * core_factor(capacity.features)
    is_tied = not any(group.part == "output" for group in shape.weight_groups)

    def takes_s(size_bytes: float, core_bytes_per_s: float) -> float:
        # Two bounds of which neither is sharp: fits one and two cores (see the module).
        memory_s = size_bytes / capacity.memory_bytes_per_s
        return hypot(memory_s, size_bytes / (cores * core_bytes_per_s))

    seconds = 0.0
    for group in weight_groups(layout):
        if layout.is_on_gpu(group, placement):
            continue
        if group.part == "embedding" and placement.gpu_layers:
            continue  # a copy on the card is the output
        share = read_for_a_token(group, expert_share=shape.expert_share, is_tied=is_tied)
        speed = _CORE_BYTES_PER_S.get(group.type_name, _OTHER_CORE_BYTES_PER_S)
        seconds += takes_s(share, speed) * _effort(group, capacity)
    layers = [n for n in range(layout.layer_count) if not _on_gpu(layout, n, placement)]
    cache = _cache_bytes(layout, layers, filled_tokens, cache_type)
    seconds += takes_s(cache, _OTHER_CORE_BYTES_PER_S)
    seconds += takes_s(_state_bytes(layout, layers), _STATE_BYTES_PER_S)
    return seconds + _CORE_LAYER_S * len(layers)


def _effort(group: WeightGroup, capacity: Capacity) -> float:
    has_card = capacity.vram_bytes > 0 and not capacity.unified
    return _UNARRANGED_EFFORT if has_card and group.part != "experts" else 1.0


def _card_s(
    layout: Layout,
    placement: Placement,
    capacity: Capacity,
    filled_tokens: int,
    cache_type: CacheType,
) -> float:
    """Return the seconds that the card's part of a token takes."""
    if not placement.gpu_layers:
        return 0.0
    shape = layout.shape
    groups = [g for g in weight_groups(layout) if layout.is_on_gpu(g, placement)]
    read = sum(
        read_for_a_token(group, expert_share=shape.expert_share, is_tied=False) for group in groups
    )
    if not any(group.part == "output" for group in groups):
        read += sum(g.size_bytes for g in shape.weight_groups if g.part == "embedding")
    layers = [n for n in range(layout.layer_count) if _on_gpu(layout, n, placement)]
    read += _cache_bytes(layout, layers, filled_tokens, cache_type) + _state_bytes(layout, layers)
    crossings = 2 * placement.cpu_expert_layers
    if len(layers) < layout.layer_count:
        crossings += 1
    share = _SHARED_SHARE if capacity.unified else _GPU_SHARE
    return (
        read / (share * capacity.vram_bytes_per_s)
        + _GPU_LAYER_S * len(layers)
        + _CROSSING_S * crossings
    )


def _prompt(layout: Layout, placement: Placement, capacity: Capacity) -> float:
    """Return the tokens of a prompt that are read in a second."""
    cores = _threads(capacity) * core_factor(capacity.features)
    seconds = 0.0
    for group in weight_groups(layout):
        if group.part in {"embedding", "output"}:
            continue  # the output is computed for the last token only
        active = read_for_a_token(group, expert_share=layout.shape.expert_share, is_tied=False)
        work = 2 * active / _bytes_per_number(group)
        if layout.is_on_gpu(group, placement):
            seconds += work / (_GPU_FLOPS_PER_BYTE * capacity.vram_bytes_per_s)
            continue
        effort = _EXPERT_EFFORT if group.part == "experts" else 1.0
        rate = _CORE_FLOPS.get(group.type_name, _OTHER_CORE_FLOPS)
        seconds += work * effort / (rate * cores)
    return 1 / seconds if seconds else 0.0


def weight_groups(layout: Layout) -> Iterable[WeightGroup]:
    """Return the weights of a model; where only their size is known, every layer weighs the same.

    A mixture of experts is then taken for a model without any, and its speed for too slow.
    """
    shape = layout.shape
    if shape.weight_groups:
        return shape.weight_groups
    count = max(layout.layer_count, 1)
    size = shape.weights_bytes // count
    return [WeightGroup(number, "matrix", "", size, 0) for number in range(count)]


_BITS = {"Q8_0": 8.5, "F16": 16.0, "BF16": 16.0, "F32": 32.0, "Q6_K": 6.56, "Q5_0": 5.5}
_USUAL_BITS = 4.6


def _bytes_per_number(group: WeightGroup) -> float:
    return _BITS.get(group.type_name, _USUAL_BITS) / 8


def _on_gpu(layout: Layout, layer: int, placement: Placement) -> bool:
    return layout.is_layer_on_gpu(layer, placement.gpu_layers)


def _cache_bytes(
    layout: Layout, layers: list[int], filled_tokens: int, cache_type: CacheType
) -> float:
    heads = layout.shape.head_counts_kv
    share = sum(heads[layer] for layer in layers) / max(sum(heads), 1)
    return float(kv_bytes_per_token(layout.shape, cache_type)) * filled_tokens * share


def _state_bytes(layout: Layout, layers: list[int]) -> float:
    shape = layout.shape
    states = shape.recurrent_layers or (bool(shape.recurrent_layer_count),) * layout.layer_count
    count = sum(states[layer] for layer in layers)
    return 2.0 * count * layer_state_bytes(shape)  # read and written

# SPDX-License-Identifier: Apache-2.0
"""Where a model's parts go, by llama.cpp's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware.fit import ModelShape
from nemodesk.hardware.placement import Budget, Layout
from nemodesk.hardware.room import comfortable_context
from nemodesk.hardware.weights import Part, WeightGroup, is_repacked

_MIB = 2**20
_GIB = 2**30


def _group(layer: int, part: Part, mib: int) -> WeightGroup:
    return WeightGroup(layer, part, "Q4_0", mib * _MIB, mib * _MIB // 2)


def _shape(*, experts: bool, tied: bool = False) -> ModelShape:
    """Return four layers of 100 MiB, the second and the fourth with 400 MiB of experts."""
    groups = [_group(layer, "matrix", 100) for layer in range(4)]
    groups += [_group(layer, "experts", 400) for layer in (1, 3) if experts]
    groups += [_group(-1, "embedding", 50)]
    groups += [] if tied else [_group(-1, "output", 60)]
    return ModelShape(
        weights_bytes=sum(group.size_bytes for group in groups),
        trained_context_tokens=1_048_576,
        embedding_length=256,
        feed_forward_length=512,
        head_count=4,
        head_counts_kv=(2, 0, 2, 0),
        key_length=64,
        value_length=64,
        expert_count=8 if experts else 0,
        expert_used_count=2 if experts else 0,
        weight_groups=tuple(groups),
    )


def _layout(shape: ModelShape) -> Layout:
    return Layout(shape, context_tokens=8192, cache_type="f16")


def test_the_last_layers_and_the_output_go_first() -> None:
    """One layer on the card is the output alone, two are the last layer too."""
    layout = _layout(_shape(experts=False))
    assert layout.is_layer_on_gpu(-1, 1)
    assert not layout.is_layer_on_gpu(3, 1)
    assert layout.is_layer_on_gpu(3, 2)
    assert not layout.is_layer_on_gpu(0, 4)
    assert layout.is_layer_on_gpu(0, 5)
    one, two = (layout.place(count, 0).vram_bytes for count in (1, 2))
    assert two - one == 100 * _MIB


def test_a_layer_takes_its_cache_along() -> None:
    """The third layer attends, so that it brings half of the cache."""
    layout = _layout(_shape(experts=False))
    two, three = (layout.place(count, 0).vram_bytes for count in (2, 3))
    assert three - two == 100 * _MIB + layout.needed.kv_bytes // 2


def test_nothing_is_lost_between_card_and_memory() -> None:
    """With all layers on the card, main memory keeps the embedding, the batch and the program."""
    layout = _layout(_shape(experts=False))
    placed = layout.place(5, 0)
    needed = layout.needed
    assert placed.vram_bytes == 460 * _MIB + needed.kv_bytes + needed.compute_bytes
    kept = placed.memory_bytes - 50 * _MIB - needed.program_bytes
    assert 0 < kept < 16 * _MIB


def test_a_tied_output_is_there_twice() -> None:
    """llama.cpp copies the embedding onto the card for it."""
    layout = _layout(_shape(experts=False, tied=True))
    assert layout.place(1, 0).vram_bytes >= 50 * _MIB
    assert layout.place(5, 0).memory_bytes >= 50 * _MIB + layout.needed.program_bytes


def test_experts_leave_the_card_before_layers_do() -> None:
    """As few as needed, counted as llama.cpp counts them: layers, not layers with experts."""
    layout = _layout(_shape(experts=True))
    everything = layout.place(5, 0).vram_bytes
    first = next(iter(layout.fitting(Budget(memory_bytes=8 * _GIB, vram_bytes=everything))))
    assert (first.gpu_layers, first.cpu_expert_layers) == (5, 0)
    tight = Budget(memory_bytes=8 * _GIB, vram_bytes=everything - 1)
    second = next(iter(layout.fitting(tight)))
    assert (second.gpu_layers, second.cpu_expert_layers) == (5, 4)
    saved = everything - second.vram_bytes
    # A part of the room is needed to bring weights over for long prompts.
    assert saved == 800 * _MIB - 2 * 200 * _MIB


def test_without_experts_layers_leave_the_card() -> None:
    """As many stay as fit."""
    layout = _layout(_shape(experts=False))
    budget = Budget(memory_bytes=8 * _GIB, vram_bytes=400 * _MIB)
    placed = next(iter(layout.fitting(budget)))
    assert 0 < placed.gpu_layers < 5
    assert placed.vram_bytes <= budget.vram_bytes
    assert layout.place(placed.gpu_layers + 1, 0).vram_bytes > budget.vram_bytes


@given(
    memory_mib=st.integers(0, 3000),
    vram_mib=st.integers(0, 3000),
    unified=st.booleans(),
    experts=st.booleans(),
    tied=st.booleans(),
)
def test_what_is_offered_has_room(
    memory_mib: int, vram_mib: int, *, unified: bool, experts: bool, tied: bool
) -> None:
    """No placement takes more than the budget, and shared memory is counted once."""
    budget = Budget(memory_bytes=memory_mib * _MIB, vram_bytes=vram_mib * _MIB, unified=unified)
    layout = _layout(_shape(experts=experts, tied=tied))
    for placed in layout.fitting(budget):
        assert placed.vram_bytes <= budget.vram_bytes
        shared = placed.vram_bytes if unified else 0
        assert placed.memory_bytes + shared <= budget.memory_bytes
        assert 0 <= placed.cpu_expert_layers <= 4


def test_a_context_grows_with_the_memory() -> None:
    """8,192 where that fits, less only where it must be, more only where it costs little."""
    shape = _shape(experts=False)
    at_least = _layout(shape).needed.total_bytes

    def context(memory_bytes: int) -> int:
        return comfortable_context(shape, Budget(memory_bytes=memory_bytes), cache_type="f16")

    assert context(at_least) == 8192
    assert context(at_least + 50 * _MIB) == 8192
    assert 8192 < context(at_least + 4 * _GIB) < 262_144
    assert context(at_least + 64 * _GIB) == 262_144
    assert 512 <= context(at_least - 2 * _MIB) < 8192
    assert context(0) == 512


def test_a_longer_context_moves_nothing_off_the_card() -> None:
    """Speed is worth more than a context that nobody asked for."""
    layout = _layout(_shape(experts=True))
    vram_bytes = layout.place(5, 0).vram_bytes + _MIB
    budget = Budget(memory_bytes=64 * _GIB, vram_bytes=vram_bytes)
    assert comfortable_context(layout.shape, budget, cache_type="f16") == 8192


@pytest.mark.parametrize(
    ("type_name", "features", "expected"),
    [
        ("Q4_0", ("avx2",), True),
        ("Q4_0", ("avx",), False),
        ("Q8_0", ("avx2", "avx512f"), False),
        ("Q8_0", ("neon", "dotprod"), True),
        ("Q2_K", ("avx2",), False),
        ("Q2_K", ("avx2", "avx512f"), True),
        ("F16", ("avx2", "dotprod"), False),
    ],
)
def test_some_weights_are_arranged_anew(
    type_name: str, features: tuple[str, ...], *, expected: bool
) -> None:
    """Which ones depends on the processor; embeddings never are."""
    assert is_repacked(WeightGroup(0, "matrix", type_name, 1), features) is expected
    assert not is_repacked(WeightGroup(-1, "embedding", type_name, 1), features)

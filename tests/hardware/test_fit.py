# SPDX-License-Identifier: Apache-2.0
"""Memory formulas against figures that llama.cpp itself has logged."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nemodesk.errors import DoesNotFitError, UsageError
from nemodesk.hardware.fit import (
    CacheType,
    ModelShape,
    check_cache_type,
    check_fits,
    largest_context,
    memory_needed,
    shape_of,
)

_MIB = 2**20
_GB = 10**9

_SMOLLM = ModelShape(
    weights_bytes=96_576_768,
    trained_context_tokens=8192,
    embedding_length=576,
    feed_forward_length=1536,
    head_count=9,
    head_counts_kv=(3,) * 30,
    key_length=64,
    value_length=64,
)

_NANO_4B = ModelShape(
    weights_bytes=2_837_072_896,
    trained_context_tokens=262_144,
    embedding_length=3136,
    feed_forward_length=12_544,
    head_count=40,
    head_counts_kv=tuple(8 if layer in {12, 17, 24, 32} else 0 for layer in range(42)),
    key_length=128,
    value_length=128,
    recurrent_layer_count=21,
    ssm_conv_kernel=4,
    ssm_state_size=128,
    ssm_group_count=8,
    ssm_inner_size=7680,
)

_NANO_30B = ModelShape(
    weights_bytes=22_830_000_000,
    trained_context_tokens=1_048_576,
    embedding_length=2688,
    feed_forward_length=1856,
    head_count=32,
    head_counts_kv=tuple(2 if layer in {5, 12, 19, 26, 33, 42} else 0 for layer in range(52)),
    key_length=128,
    value_length=128,
    expert_used_count=6,
    expert_feed_forward_length=1856,
    recurrent_layer_count=23,
    ssm_conv_kernel=4,
    ssm_state_size=128,
    ssm_group_count=8,
    ssm_inner_size=4096,
)


@pytest.mark.parametrize(
    ("shape", "context_tokens", "cache_type", "kv_mib"),
    [
        (_NANO_4B, 8192, "f16", 128),
        (_NANO_4B, 8192, "q8_0", 68),
        (_NANO_4B, 32_768, "f16", 512),
        (_NANO_4B, 262_144, "q8_0", 2176),
        (_NANO_4B, 1_048_576, "f16", 16_384),
        (_NANO_30B, 8192, "f16", 48),
        (_NANO_30B, 8192, "q8_0", 25.5),
        (_NANO_30B, 32_768, "q8_0", 102),
        (_NANO_30B, 1_048_576, "q8_0", 3264),
        (_SMOLLM, 512, "f16", 11.25),
        (_SMOLLM, 8192, "f16", 180),
        (_SMOLLM, 32_768, "q8_0", 382.5),
    ],
)
def test_the_cache_is_as_large_as_llama_cpp_makes_it(
    shape: ModelShape, context_tokens: int, cache_type: CacheType, kv_mib: float
) -> None:
    """The key-value cache equals the size that llama.cpp logs, to the byte."""
    needed = memory_needed(shape, context_tokens=context_tokens, cache_type=cache_type)
    assert needed.kv_bytes == kv_mib * _MIB


@pytest.mark.parametrize(
    ("shape", "cache_type", "bytes_per_token"),
    [
        (_NANO_4B, "f16", 16_384),
        (_NANO_4B, "q8_0", 8704),
        (_NANO_30B, "f16", 6144),
        (_NANO_30B, "q8_0", 3264),
    ],
)
def test_a_token_costs_what_it_should(
    shape: ModelShape, cache_type: CacheType, bytes_per_token: int
) -> None:
    """Each token of context takes the published number of bytes."""
    one, two = (
        memory_needed(shape, context_tokens=tokens, cache_type=cache_type).kv_bytes
        for tokens in (256, 512)
    )
    assert two - one == 256 * bytes_per_token


@pytest.mark.parametrize(
    ("shape", "state_mib"), [(_NANO_4B, 81.09), (_NANO_30B, 47.62), (_SMOLLM, 0)]
)
def test_the_recurrent_state_does_not_grow(shape: ModelShape, state_mib: float) -> None:
    """The recurrent state has its published size with any context."""
    for tokens in (1, 8192, 10**6):
        needed = memory_needed(shape, context_tokens=tokens, cache_type="f16")
        assert round(needed.state_bytes / _MIB, 2) == state_mib


@pytest.mark.parametrize(
    ("shape", "context_tokens", "measured_mib"),
    [
        (_SMOLLM, 512, 14.01),
        (_SMOLLM, 8192, 21.51),
        (_SMOLLM, 131_072, 141.51),
        (_NANO_4B, 512, 110.76),
        (_NANO_4B, 8192, 118.26),
        (_NANO_4B, 32_768, 142.26),
        (_NANO_4B, 131_072, 238.26),
        (_NANO_30B, 512, 77.51),
        (_NANO_30B, 8192, 85.01),
        (_NANO_30B, 131_072, 205.01),
    ],
)
def test_the_compute_buffer_is_estimated_closely(
    shape: ModelShape, context_tokens: int, measured_mib: float
) -> None:
    """The estimate is not below what llama.cpp logged and at most a tenth above."""
    needed = memory_needed(shape, context_tokens=context_tokens, cache_type="f16")
    assert measured_mib * 0.999 <= needed.compute_bytes / _MIB <= measured_mib * 1.1


def test_a_context_is_rounded_up() -> None:
    """A context takes as much as the next multiple of 256, as llama.cpp pads it."""
    sizes = {
        memory_needed(_SMOLLM, context_tokens=tokens, cache_type="f16").total_bytes
        for tokens in (257, 300, 512)
    }
    assert len(sizes) == 1


@given(
    available_bytes=st.integers(0, 100 * _GB),
    cache_type=st.sampled_from(["f16", "q8_0"]),
    shape=st.sampled_from([_SMOLLM, _NANO_4B, _NANO_30B]),
)
def test_the_largest_context_is_the_largest(
    available_bytes: int, cache_type: CacheType, shape: ModelShape
) -> None:
    """The largest context fits, a longer one does not, and none is beyond the training."""
    largest = largest_context(shape, available_bytes=available_bytes, cache_type=cache_type)

    def fits(tokens: int) -> bool:
        needed = memory_needed(shape, context_tokens=tokens, cache_type=cache_type)
        return needed.total_bytes <= available_bytes

    assert largest % 256 == 0
    assert 0 <= largest <= shape.trained_context_tokens
    assert largest == 0 or fits(largest)
    assert largest == shape.trained_context_tokens or not fits(largest + 256)


@given(
    tokens=st.integers(1, 10**9),
    available_bytes=st.integers(0, 100 * _GB),
    shape=st.sampled_from([_SMOLLM, _NANO_4B, _NANO_30B]),
)
def test_what_is_offered_fits(tokens: int, available_bytes: int, shape: ModelShape) -> None:
    """A refusal that names a context is followed by one that is accepted."""
    needed = memory_needed(shape, context_tokens=tokens, cache_type="f16")
    assume(needed.total_bytes > available_bytes)
    with pytest.raises(DoesNotFitError) as caught:
        check_fits(shape, context_tokens=tokens, cache_type="f16", available_bytes=available_bytes)
    largest = largest_context(shape, available_bytes=available_bytes, cache_type="f16")
    assert (f"{largest:,} tokens" in caught.value.sentence) is (largest > 0)
    if largest:
        check_fits(shape, context_tokens=largest, cache_type="f16", available_bytes=available_bytes)


def test_a_model_that_does_not_say_its_context_gets_the_shortest() -> None:
    """Without a trained context only the shortest is offered."""
    shape = replace(_SMOLLM, trained_context_tokens=0)
    assert largest_context(shape, available_bytes=20 * _GB, cache_type="f16") == 256


def test_the_sentence_says_what_would_fit() -> None:
    """A context that is too long is refused with its size, the free memory and a way out."""
    with pytest.raises(DoesNotFitError) as caught:
        check_fits(_SMOLLM, context_tokens=10**8, cache_type="f16", available_bytes=20 * _GB)
    assert caught.value.sentence == (
        "A context of 100,000,000 tokens needs 2.4 TB of memory and this computer has 20 GB "
        "free. Up to 8,192 tokens fit: choose that or less."
    )


def test_a_model_that_is_too_large_is_refused() -> None:
    """When not even the shortest context fits, the sentence is about the model."""
    with pytest.raises(DoesNotFitError, match=r"needs at least 23 GB .* has 8\.0 GB free"):
        check_fits(_NANO_30B, context_tokens=8192, cache_type="f16", available_bytes=8 * _GB)


@dataclass(frozen=True)
class _Described:
    """A model file's own words; layer 0 has a state, 1 attends, 2 does both, 3 neither."""

    tensor_bytes: int = 1000
    context_length: int = 4096
    embedding_length: int = 8
    feed_forward_lengths: tuple[int, ...] = (0, 0, 16, 32)
    head_count: int = 4
    head_count_kv: tuple[int, ...] = (5, 2, 2, 0)
    attention_layers: tuple[bool, ...] = (False, True, True, False)
    recurrent_layers: tuple[bool, ...] = (True, False, True, False)
    key_length: int = 2
    value_length: int = 3
    expert_used_count: int = 1
    expert_feed_forward_length: int = 6
    ssm_conv_kernel: int = 4
    ssm_state_size: int = 16
    ssm_group_count: int = 1
    ssm_inner_size: int = 32
    expert_count: int = 4
    vocabulary_size: int = 100


def test_a_shape_is_taken_from_a_description() -> None:
    """Heads count only where a layer attends, and states only where it keeps one."""
    shape = shape_of(_Described())
    assert shape.head_counts_kv == (0, 2, 2, 0)
    assert shape.recurrent_layer_count == 2
    assert shape.feed_forward_length == 32
    assert (shape.weights_bytes, shape.trained_context_tokens) == (1000, 4096)
    assert (shape.expert_share, shape.recurrent_layers) == (0.25, (True, False, True, False))


@pytest.mark.parametrize("lengths", [{"key_length": 80}, {"value_length": 80}])
def test_a_cache_that_cannot_be_packed_is_refused(lengths: dict[str, int]) -> None:
    """What llama.cpp takes for a lack of memory is said as it is."""
    check_cache_type(_SMOLLM, "q8_0")
    check_cache_type(replace(_SMOLLM, **lengths), "f16")
    with pytest.raises(UsageError, match="Choose f16"):
        check_cache_type(replace(_SMOLLM, **lengths), "q8_0")

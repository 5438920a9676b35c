# SPDX-License-Identifier: Apache-2.0
"""Says how much memory a model needs and what fits. Pure arithmetic: it asks no machine.

The memory that is meant is that of the engine's process after its first answer, as the operating
system counts it (resident set): the weights, the key-value cache, the recurrent state, the compute
buffer, and the program with the model's vocabulary. Before the first answer it is less, because
the compute buffer is reserved and not yet used.

The key-value cache and the recurrent state follow llama.cpp's formulas exactly; the compute
buffer is an estimate (see `_compute_bytes`). Models whose attention looks back only a window
(Gemma 3, gpt-oss) or that store a compressed cache (DeepSeek) need less than is said here;
the states of RWKV, LFM2 and Kimi are not counted.
"""

# ruff: noqa: D102 - the members of DescribedModel are described where they are computed

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, Protocol

from nemodesk.errors import DoesNotFitError, UsageError
from nemodesk.hardware.weights import DescribedGroup, WeightGroup, groups_of
from nemodesk.sizes import in_words

CacheType = Literal["f16", "q8_0"]

CONTEXT_STEP_TOKENS = 256
"""llama.cpp pads a context to a multiple of this (llama-context.cpp: GGML_PAD(n_ctx, 256))."""

BATCH_TOKENS = 512
"""Tokens that the engine computes at a time (EngineSettings.batch_tokens)."""

# Bytes of one number; q8_0 packs 32 of them into 34 bytes (ggml-common.h, block_q8_0).
_CACHE_BYTES: dict[CacheType, Fraction] = {"f16": Fraction(2), "q8_0": Fraction(34, 32)}
_Q8_0_LENGTH = 32
_FLOAT_BYTES = 4
_MASK_BYTES = 2
_STATE_COPIES = Fraction(3, 2)
_SHARE_OF_GROUPS = 0.95

_PROGRAM_BYTES = 44 * 1024 * 1024
"""The engine's process without a model (measured 2026-11, Linux x86-64, CPU edition)."""

_WORD_BYTES = 420
"""One word of the vocabulary in tables and lists. Fitted to the growth of the process by 20 MiB
with 49,152 words and 56 MiB with 131,072 (measured 2026-11, Linux x86-64)."""


@dataclass(frozen=True, kw_only=True)
class ModelShape:
    """What decides over the memory that a model needs. Absent parts are 0.

    Attributes:
        weights_bytes: size of all tensors.
        trained_context_tokens: the longest context that the model was made for; 0 if unknown.
        embedding_length: numbers that stand for one token between two layers.
        feed_forward_length: the longest of all layers.
        head_count: attention heads of one layer.
        head_counts_kv: key-value heads of each layer; 0 for a layer without attention.
        key_length, value_length: numbers that one head stores for a token.
        expert_count, expert_used_count, expert_feed_forward_length: of a mixture of experts.
        recurrent_layer_count: layers that keep a state of fixed size.
        recurrent_layers: which ones these are; empty if that is not known.
        ssm_conv_kernel, ssm_state_size, ssm_group_count, ssm_inner_size: of these layers.
        vocabulary_size: number of different tokens.
        weight_groups: the weights by layer and part; empty if only their size is known.
    """

    weights_bytes: int
    trained_context_tokens: int
    embedding_length: int
    feed_forward_length: int
    head_count: int
    head_counts_kv: tuple[int, ...]
    key_length: int
    value_length: int
    expert_used_count: int = 0
    expert_feed_forward_length: int = 0
    recurrent_layer_count: int = 0
    ssm_conv_kernel: int = 0
    ssm_state_size: int = 0
    ssm_group_count: int = 0
    ssm_inner_size: int = 0
    expert_count: int = 0
    recurrent_layers: tuple[bool, ...] = ()
    vocabulary_size: int = 0
    weight_groups: tuple[WeightGroup, ...] = field(default=(), repr=False)

    @property
    def expert_share(self) -> float:
        """Experts that work on a token, of all experts of a layer; 1 where there are none."""
        return self.expert_used_count / self.expert_count if self.expert_count else 1.0


class DescribedModel(Protocol):
    """What a model file says about itself, as far as it is needed here."""

    @property
    def tensor_bytes(self) -> int: ...
    @property
    def context_length(self) -> int: ...
    @property
    def embedding_length(self) -> int: ...
    @property
    def feed_forward_lengths(self) -> Sequence[int]: ...
    @property
    def head_count(self) -> int: ...
    @property
    def head_count_kv(self) -> Sequence[int]: ...
    @property
    def attention_layers(self) -> Sequence[bool]: ...
    @property
    def recurrent_layers(self) -> Sequence[bool]: ...
    @property
    def key_length(self) -> int: ...
    @property
    def value_length(self) -> int: ...
    @property
    def expert_used_count(self) -> int: ...
    @property
    def expert_feed_forward_length(self) -> int: ...
    @property
    def ssm_conv_kernel(self) -> int: ...
    @property
    def ssm_state_size(self) -> int: ...
    @property
    def ssm_group_count(self) -> int: ...
    @property
    def ssm_inner_size(self) -> int: ...
    @property
    def expert_count(self) -> int: ...
    @property
    def vocabulary_size(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class MemoryNeeded:
    """The memory that a loaded model takes, in bytes.

    Attributes:
        program_bytes: the engine's process itself and the model's vocabulary.
    """

    weights_bytes: int
    kv_bytes: int
    state_bytes: int
    compute_bytes: int
    program_bytes: int

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return (
            self.weights_bytes
            + self.kv_bytes
            + self.state_bytes
            + self.compute_bytes
            + self.program_bytes
        )


def shape_of(model: DescribedModel, groups: Sequence[DescribedGroup] = ()) -> ModelShape:
    """Return the shape of a model whose file has been read, or that the catalog describes.

    Args:
        groups: its weights by layer and part, where they are known. Of a split model whose other
            parts are not here they are only some, and are left out.
    """
    known_bytes = sum(group.size_bytes for group in groups)
    is_whole = known_bytes >= _SHARE_OF_GROUPS * model.tensor_bytes
    return ModelShape(
        weights_bytes=model.tensor_bytes,
        trained_context_tokens=model.context_length,
        embedding_length=model.embedding_length,
        feed_forward_length=max(model.feed_forward_lengths, default=0),
        head_count=model.head_count,
        head_counts_kv=tuple(
            heads if attends else 0
            for heads, attends in zip(model.head_count_kv, model.attention_layers, strict=True)
        ),
        key_length=model.key_length,
        value_length=model.value_length,
        expert_used_count=model.expert_used_count,
        expert_feed_forward_length=model.expert_feed_forward_length,
        recurrent_layer_count=sum(model.recurrent_layers),
        ssm_conv_kernel=model.ssm_conv_kernel,
        ssm_state_size=model.ssm_state_size,
        ssm_group_count=model.ssm_group_count,
        ssm_inner_size=model.ssm_inner_size,
        expert_count=model.expert_count,
        recurrent_layers=tuple(model.recurrent_layers),
        vocabulary_size=model.vocabulary_size,
        weight_groups=groups_of(groups) if is_whole else (),
    )


def memory_needed(shape: ModelShape, *, context_tokens: int, cache_type: CacheType) -> MemoryNeeded:
    """Return the memory that the model takes with a context of this length."""
    padded_tokens = -(-context_tokens // CONTEXT_STEP_TOKENS) * CONTEXT_STEP_TOKENS
    return MemoryNeeded(
        weights_bytes=shape.weights_bytes,
        kv_bytes=int(kv_bytes_per_token(shape, cache_type) * padded_tokens),
        state_bytes=shape.recurrent_layer_count * layer_state_bytes(shape),
        compute_bytes=_compute_bytes(shape, padded_tokens),
        program_bytes=_PROGRAM_BYTES + _WORD_BYTES * shape.vocabulary_size,
    )


def largest_context(shape: ModelShape, *, available_bytes: int, cache_type: CacheType) -> int:
    """Return the longest context in tokens that fits and that the model was made for.

    It is a multiple of 256, and 0 when not even the shortest fits. A model that does not say
    what it was made for is taken to be made for the shortest.
    """
    steps = max(shape.trained_context_tokens // CONTEXT_STEP_TOKENS, 1)
    low, high = 0, steps  # `low` fits, `high + 1` is not asked for
    while low < high:
        middle = (low + high + 1) // 2
        needed = memory_needed(
            shape, context_tokens=middle * CONTEXT_STEP_TOKENS, cache_type=cache_type
        )
        if needed.total_bytes <= available_bytes:
            low = middle
        else:
            high = middle - 1
    return low * CONTEXT_STEP_TOKENS


def check_fits(
    shape: ModelShape, *, context_tokens: int, cache_type: CacheType, available_bytes: int
) -> None:
    """Raise DoesNotFitError, which says what would fit, if the memory is too small."""
    needed = memory_needed(shape, context_tokens=context_tokens, cache_type=cache_type)
    if needed.total_bytes <= available_bytes:
        return
    free = in_words(available_bytes)
    detail = f"{needed}, available_bytes={available_bytes}"
    largest = largest_context(shape, available_bytes=available_bytes, cache_type=cache_type)
    if largest == 0:
        least = memory_needed(shape, context_tokens=CONTEXT_STEP_TOKENS, cache_type=cache_type)
        raise DoesNotFitError(
            f"This model needs at least {in_words(least.total_bytes)} of memory and this "
            f"computer has {free} free. Close other programs or choose a smaller model.",
            detail=detail,
        )
    raise DoesNotFitError(
        f"A context of {context_tokens:,} tokens needs {in_words(needed.total_bytes)} of memory "
        f"and this computer has {free} free. Up to {largest:,} tokens fit: choose that or less.",
        detail=detail,
    )


def check_cache_type(model: ModelShape | DescribedModel, cache_type: CacheType) -> None:
    """Raise UsageError if a model's cache cannot be of that type.

    llama.cpp packs no part of a head (llama-context.cpp, llama_init_from_model).
    """
    lengths = (model.key_length, model.value_length)
    if cache_type == "q8_0" and any(length % _Q8_0_LENGTH for length in lengths):
        raise UsageError(
            "This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter "
            "context if memory is short.",
            detail=f"lengths of keys and values: {lengths}",
        )


def kv_bytes_per_token(shape: ModelShape, cache_type: CacheType) -> Fraction:
    """Return what the key-value cache of all layers takes for one token of context."""
    # llama-kv-cache.cpp: for each layer a row of keys and one of values for a token.
    numbers = sum(shape.head_counts_kv) * (shape.key_length + shape.value_length)
    return numbers * _CACHE_BYTES[cache_type]


def layer_state_bytes(shape: ModelShape) -> int:
    """Return what the recurrent state of one layer takes."""
    # llama-hparams.cpp: n_embd_r and n_embd_s; llama-model.cpp keeps both as 32-bit floats.
    convolution = max(shape.ssm_conv_kernel - 1, 0) * _convolved_length(shape)
    return _FLOAT_BYTES * (convolution + shape.ssm_state_size * shape.ssm_inner_size)


def _convolved_length(shape: ModelShape) -> int:
    return shape.ssm_inner_size + 2 * shape.ssm_group_count * shape.ssm_state_size


def _compute_bytes(shape: ModelShape, context_tokens: int) -> int:
    """Estimate what computing one batch takes, with flash attention and one row of logits.

    The mask of the attention is exact: 2 bytes for each token of the batch and each of the
    context. The rest is the widest layer; its weights below were fitted to the "compute buffer
    size" that llama-cpp-python 0.3.36 logs (x86-64, CPU, context 8,192, batch 512; MiB):
    SmolLM2-135M 21.5 (estimate 21.5); Nemotron 3 Nano 4B shapes 118.3 (122.1) and 30B-A3B
    shapes 85.0 (91.3); Llama shapes of width 1024 to 2048 between 18.0 and 46.0 (22.0 to 48.0).
    Other back ends were not measured.
    """
    tokens = min(BATCH_TOKENS, context_tokens)
    attention = 3 * shape.head_count * shape.key_length + shape.embedding_length
    feed_forward = 3 * shape.feed_forward_length + 4 * shape.embedding_length
    experts = shape.expert_used_count * (
        2 * shape.expert_feed_forward_length + shape.embedding_length
    )
    recurrent = 0
    if shape.recurrent_layer_count:
        recurrent = 3 * (_convolved_length(shape) + shape.ssm_inner_size) + shape.embedding_length
    widest = max(attention, feed_forward, experts + shape.embedding_length, recurrent)
    state = int(_STATE_COPIES * layer_state_bytes(shape))
    return tokens * (_FLOAT_BYTES * widest + _MASK_BYTES * context_tokens) + state

# SPDX-License-Identifier: Apache-2.0
"""Makes one value of what a GGUF file says about its model. It reads no file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nemodesk.catalog.gguf.ggml_types import FILE_TYPES
from nemodesk.catalog.gguf.tensors import TensorGroup, TensorList
from nemodesk.catalog.gguf.values import Numbers, Scalar, damaged

_MOST_LAYERS = 512  # llama-hparams.h: LLAMA_MAX_LAYERS
_LARGEST_NUMBER = 2**40


@dataclass(frozen=True, kw_only=True)
class GgufHeader:
    """What a model file says about itself. Numbers that it does not give are 0.

    Attributes:
        version: of the GGUF format.
        quantization: how the weights are packed, as in file names: "Q4_K_M".
        context_length: the longest context in tokens that the model was made for.
        head_count_kv: key-value heads of each layer; 0 for a layer without attention.
        key_length, value_length: numbers that one head stores for a token.
        feed_forward_lengths: of each layer.
        expert_count, expert_used_count, expert_feed_forward_length: of a mixture of experts.
        recurrent_layers: for each layer, whether it keeps a state of fixed size.
        attention_layers: for each layer, whether it has a key-value cache.
        ssm_conv_kernel, ssm_state_size, ssm_group_count, ssm_inner_size: of recurrent layers.
        parameter_count: of all parts of a split model, as the next two.
        tensor_bytes: size of the weights.
        file_size_bytes: size of the file or files.
        split_count: number of files that the model is split into.
        vocabulary_size: number of different tokens.
        metadata: every single value; lists are left out.
        chat_template: Jinja text; empty if there is none.
        tensor_groups: the weights by layer, part and type, of all parts of a split model.
    """

    version: int
    architecture: str
    name: str
    quantization: str
    context_length: int
    block_count: int
    embedding_length: int
    head_count: int
    head_count_kv: tuple[int, ...]
    key_length: int
    value_length: int
    feed_forward_lengths: tuple[int, ...]
    expert_used_count: int
    expert_feed_forward_length: int
    recurrent_layers: tuple[bool, ...]
    attention_layers: tuple[bool, ...]
    ssm_conv_kernel: int
    ssm_state_size: int
    ssm_group_count: int
    ssm_inner_size: int
    parameter_count: int
    tensor_bytes: int
    file_size_bytes: int
    split_count: int
    vocabulary_size: int
    chat_template: str
    metadata: Mapping[str, Scalar] = field(repr=False)
    expert_count: int = 0
    tensor_groups: tuple[TensorGroup, ...] = field(default=(), repr=False)


def describe(
    scalars: Mapping[str, Scalar],
    lists: Mapping[str, Numbers],
    tensors: TensorList,
    *,
    version: int,
    file_size_bytes: int,
) -> GgufHeader:
    """Return what metadata and tensors say. Raises ModelFileError where that makes no sense."""
    return _Description(scalars, lists).header(version, tensors, file_size_bytes)


class _Description:
    """Picks the known facts out of the metadata of one file."""

    def __init__(self, scalars: Mapping[str, Scalar], lists: Mapping[str, Numbers]) -> None:
        self._scalars = scalars
        self._lists = lists
        self._architecture = self._text("general.architecture")

    def header(self, version: int, tensors: TensorList, file_size_bytes: int) -> GgufHeader:
        number = self._number
        block_count = number("block_count")
        head_count = self._largest("attention.head_count", block_count)
        head_counts_kv = self._head_counts_kv(block_count)
        embedding_length = number("embedding_length")
        head_length = embedding_length // head_count if head_count else 0
        feed_forward_lengths = self._per_layer("feed_forward_length", block_count)
        recurrent = self._recurrent(head_counts_kv, feed_forward_lengths)
        return GgufHeader(
            version=version,
            architecture=self._architecture,
            name=self._text("general.name"),
            quantization=FILE_TYPES.get(self._plain("general.file_type", -1), tensors.main_type),
            context_length=number("context_length"),
            block_count=block_count,
            embedding_length=embedding_length,
            head_count=head_count,
            head_count_kv=head_counts_kv,
            key_length=number("attention.key_length", head_length),
            value_length=number("attention.value_length", head_length),
            feed_forward_lengths=feed_forward_lengths,
            expert_used_count=self._largest("expert_used_count", block_count),
            expert_feed_forward_length=self._largest("expert_feed_forward_length", block_count),
            recurrent_layers=recurrent,
            attention_layers=self._attention(head_counts_kv, recurrent),
            ssm_conv_kernel=number("ssm.conv_kernel"),
            ssm_state_size=number("ssm.state_size"),
            ssm_group_count=number("ssm.group_count"),
            ssm_inner_size=number("ssm.inner_size"),
            parameter_count=tensors.parameter_count,
            tensor_bytes=tensors.data_bytes,
            file_size_bytes=file_size_bytes,
            split_count=self._plain("split.count", 1),
            vocabulary_size=self._vocabulary_size(),
            chat_template=self._text("tokenizer.chat_template"),
            metadata=self._scalars,
            expert_count=self._largest("expert_count", block_count),
            tensor_groups=tensors.groups,
        )

    def _head_counts_kv(self, block_count: int) -> tuple[int, ...]:
        # llama-model.cpp: n_head_kv is n_head unless it is given.
        fallback = self._per_layer("attention.head_count", block_count)
        return self._per_layer("attention.head_count_kv", block_count, fallback)

    def _recurrent(self, kv: tuple[int, ...], ff: tuple[int, ...]) -> tuple[bool, ...]:
        # llama.cpp's src/models/*.cpp, where is_recr_impl is set. Other recurrent kinds (RWKV,
        # LFM2, Kimi) keep their state in other shapes and count as having none here.
        if not self._number("ssm.inner_size"):
            return (False,) * len(kv)
        if self._architecture in {"mamba", "mamba2", "falcon-h1"}:
            return (True,) * len(kv)
        if self._architecture.startswith("nemotron_h"):
            return tuple(not heads and not length for heads, length in zip(kv, ff, strict=True))
        interval = self._number("full_attention_interval")
        if interval:
            return tuple((layer + 1) % interval != 0 for layer in range(len(kv)))
        return tuple(heads == 0 for heads in kv)

    def _attention(self, kv: tuple[int, ...], recurrent: tuple[bool, ...]) -> tuple[bool, ...]:
        has_both = self._architecture == "falcon-h1"
        return tuple(
            heads > 0 and (has_both or not is_recurrent)
            for heads, is_recurrent in zip(kv, recurrent, strict=True)
        )

    def _vocabulary_size(self) -> int:
        words = self._lists.get("tokenizer.ggml.tokens")
        return words.length if words else self._number("vocab_size")

    def _number(self, key: str, default: int = 0) -> int:
        return self._plain(f"{self._architecture}.{key}", default)

    def _largest(self, key: str, layer_count: int) -> int:
        return max(self._per_layer(key, layer_count), default=0)

    def _plain(self, key: str, default: int) -> int:
        value = self._scalars.get(key, default)
        if isinstance(value, int) and -1 <= value <= _LARGEST_NUMBER:
            return value
        raise damaged(f"{key} is {str(value)[:80]!r}")

    def _text(self, key: str) -> str:
        value = self._scalars.get(key, "")
        if isinstance(value, str):
            return value
        raise damaged(f"{key} is {value!r}")

    def _per_layer(
        self, key: str, layer_count: int, default: tuple[int, ...] = ()
    ) -> tuple[int, ...]:
        """Return one number for each layer; the file gives one for all or a list."""
        if layer_count > _MOST_LAYERS:
            raise damaged(f"{layer_count} layers")
        numbers = self._lists.get(f"{self._architecture}.{key}")
        if numbers is None:
            if f"{self._architecture}.{key}" not in self._scalars and default:
                return default
            return (self._number(key),) * layer_count
        values = numbers.values[:layer_count]
        if len(values) != layer_count:
            raise damaged(f"{key} has {numbers.length} values for {layer_count} layers")
        return tuple(_whole(value, key) for value in values)


def _whole(value: float, key: str) -> int:
    if isinstance(value, int) and 0 <= value <= _LARGEST_NUMBER:
        return value
    raise damaged(f"{key} holds {value!r}")

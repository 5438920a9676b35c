# SPDX-License-Identifier: Apache-2.0
"""Says what a GGUF model file contains, from its header. It never reads the weights.

Why not the `gguf` package: it maps the whole file and makes an array of every word of the
vocabulary (seconds for 131,072 words), it cannot read the first megabytes of a file that is
still at its source, and on a damaged file it fails in many ways or asks for all memory.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from nemodesk.catalog.ggml_types import FILE_TYPES
from nemodesk.catalog.gguf_values import (
    CutHeaderError,
    Numbers,
    Scalar,
    ValueReader,
    damaged,
    read_metadata,
)
from nemodesk.catalog.tensors import (
    MOST_TENSORS,
    SMALLEST_TENSOR_BYTES,
    TensorList,
    read_tensor_list,
)
from nemodesk.errors import ModelFileError, NotFoundError, StorageError
from nemodesk.paths import resources

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_DEFAULT_ALIGNMENT = 32
_SMALLEST_VALUE_BYTES = 13  # an empty key, a type, one byte
_MOST_VALUES = 4096  # a guess; some 60 are usual
_NOT_FOR_CHAT = {"clip": "the part of a model that sees pictures"}
_SPLIT_NAME = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$")


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
        expert_used_count, expert_feed_forward_length: of a mixture of experts.
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


def read_header(path: Path) -> GgufHeader:
    """Read the header of a model file, and of the other parts if it is split.

    Raises:
        NotFoundError: there is no such file.
        StorageError: the disk refuses.
        ModelFileError: it is no GGUF file, of an unsupported version, damaged or incomplete.
    """
    header = _read_whole_file(path)
    if header.split_count <= 1:
        return header
    parts = split_parts(path)
    for number, part in enumerate(parts, start=1):
        if not part.exists():
            raise ModelFileError(
                f"Part {number} of {len(parts)} of this model is missing: {part.name}. "
                "Download the model again.",
                detail=str(part),
            )
    others = [_read_whole_file(part) for part in parts if part.name != path.name]
    return replace(
        header,
        parameter_count=header.parameter_count + sum(part.parameter_count for part in others),
        tensor_bytes=header.tensor_bytes + sum(part.tensor_bytes for part in others),
        file_size_bytes=header.file_size_bytes + sum(part.file_size_bytes for part in others),
    )


def check_supported(header: GgufHeader) -> None:
    """Raise ModelFileError for an architecture that the engine of this version cannot run."""
    known: list[str] = json.loads((resources() / "architectures.json").read_text("utf-8"))[
        "architectures"
    ]
    if header.architecture in known:
        return
    if header.architecture in _NOT_FOR_CHAT:
        raise ModelFileError(
            f"This file holds {_NOT_FOR_CHAT[header.architecture]}, not a model to chat with. "
            "Choose the larger file beside it."
        )
    if not header.architecture:
        raise damaged("there is no general.architecture")
    raise ModelFileError(
        f"This version of NemoDesk does not know models of the kind "
        f"“{header.architecture[:_SHOWN_LENGTH]}”. Update NemoDesk, or choose another model."
    )


def parse_header(file: BinaryIO, *, available_bytes: int) -> tuple[GgufHeader, int]:
    """Read a header whose file may end anywhere after it, as in a download.

    Returns:
        The header, and how many bytes the whole file must have.

    Raises:
        CutHeaderError: the header goes on after the last byte that there is.
        ModelFileError: as for `read_header`.
    """
    reader = ValueReader(file, available_bytes)
    version = _read_version(reader)
    tensor_count = reader.count(smallest_bytes=SMALLEST_TENSOR_BYTES, most=MOST_TENSORS)
    value_count = reader.count(smallest_bytes=_SMALLEST_VALUE_BYTES, most=_MOST_VALUES)
    scalars, lists = read_metadata(reader, value_count)
    alignment = scalars.get("general.alignment", _DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
        raise damaged(f"the alignment is {alignment!r}")
    tensors = read_tensor_list(reader, tensor_count, alignment=alignment)
    data_start = -(-reader.position // alignment) * alignment
    whole_bytes = data_start + tensors.end_offset if tensors.count else reader.position
    header = _Description(scalars, lists).header(version, tensors, available_bytes)
    return header, whole_bytes


def read_beginning(path: Path) -> Mapping[str, Scalar]:
    """Read the single values before the vocabulary; empty for a file that is none of ours.

    It takes well under a millisecond, for a list of many models.
    """
    try:
        with path.open("rb") as file:
            reader = ValueReader(file, path.stat().st_size)
            _read_version(reader)
            reader.u64()
            scalars: dict[str, Scalar] = {}
            for _ in range(reader.count(smallest_bytes=_SMALLEST_VALUE_BYTES, most=_MOST_VALUES)):
                key = reader.text()
                if key.startswith("tokenizer."):
                    break
                value = reader.value()
                if not isinstance(value, Numbers):
                    scalars[key] = value
            return scalars
    except (OSError, ModelFileError):
        return {}


def split_parts(path: Path) -> list[Path]:
    """Return all files of the model: one, or the parts of a split one in order."""
    match = _SPLIT_NAME.match(path.name)
    if match is None:
        return [path]
    stem, count = match["stem"], int(match["count"])
    return [path.with_name(f"{stem}-{n:05}-of-{count:05}.gguf") for n in range(1, count + 1)]


def is_later_part(path: Path) -> bool:
    """Tell whether the file is a part of a split model, but not its first."""
    match = _SPLIT_NAME.match(path.name)
    return match is not None and int(match["number"]) != 1


def _read_whole_file(path: Path) -> GgufHeader:
    try:
        with path.open("rb") as file:
            available_bytes = path.stat().st_size
            header, whole_bytes = parse_header(file, available_bytes=available_bytes)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotFoundError(f"There is no model file {path}.", detail=str(error)) from error
    except OSError as error:
        raise StorageError(
            f"The model file {path} cannot be read. Check the disk and the file's permissions.",
            detail=str(error),
        ) from error
    if available_bytes < whole_bytes:
        raise ModelFileError(
            f"This model file is incomplete: it has {available_bytes:,} of {whole_bytes:,} "
            "bytes. Download it again.",
            detail=str(path),
        )
    return header


def _read_version(reader: ValueReader) -> int:
    if reader.remaining_bytes < len(_MAGIC) or reader.bytes(len(_MAGIC)) != _MAGIC:
        raise ModelFileError(
            "This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded "
            "whole."
        )
    version = reader.u32()
    if version in _VERSIONS:
        return version
    if version & 0xFFFF == 0:
        # As in gguf.cpp: the bytes of a small number the other way round.
        raise ModelFileError(
            "This model file was made for another kind of computer (big-endian). Download the "
            "usual file of this model."
        )
    if version > max(_VERSIONS):
        raise ModelFileError(
            f"This model file uses version {version} of its format, which this version of "
            "NemoDesk does not know. Update NemoDesk."
        )
    raise ModelFileError(
        f"This model file uses version {version} of its format, which is too old. Download a "
        "newer file of this model."
    )


class _Description:
    """Picks the known facts out of the metadata of one file."""

    def __init__(self, scalars: Mapping[str, Scalar], lists: Mapping[str, Numbers]) -> None:
        self._scalars = scalars
        self._lists = lists
        self._architecture = self._text("general.architecture")

    def header(self, version: int, tensors: TensorList, file_size_bytes: int) -> GgufHeader:
        number = self._number
        block_count = number("block_count")
        head_counts = self._per_layer("attention.head_count", block_count)
        head_count = max(head_counts, default=0)
        kv_fallback = head_counts  # llama-model.cpp: n_head_kv is n_head unless it is given
        head_counts_kv = self._per_layer("attention.head_count_kv", block_count, kv_fallback)
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
        )

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


_MOST_LAYERS = 512  # llama-hparams.h: LLAMA_MAX_LAYERS
_LARGEST_NUMBER = 2**40
_SHOWN_LENGTH = 40

__all__ = [
    "CutHeaderError",
    "GgufHeader",
    "check_supported",
    "is_later_part",
    "parse_header",
    "read_beginning",
    "read_header",
    "split_parts",
]

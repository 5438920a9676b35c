# SPDX-License-Identifier: Apache-2.0
"""Reads the list of tensors in a GGUF header: their sizes, never their weights."""

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from nemodesk.catalog.gguf.ggml_types import TENSOR_TYPES
from nemodesk.catalog.gguf.values import ValueReader, damaged
from nemodesk.errors import ModelFileError

SMALLEST_TENSOR_BYTES = 24
"""The least that one entry takes: lengths of name and shape, type and offset."""

MOST_TENSORS = 1 << 18
"""More are taken for damage; the largest models have some ten thousand. A guess."""

# ggml/include/ggml.h: GGML_MAX_NAME and GGML_MAX_DIMS.
_MAX_NAME_LENGTH = 64
_MAX_DIMENSIONS = 4
_MAX_ELEMENTS = 2**63 - 1


Part = Literal["embedding", "output", "matrix", "experts", "small"]

_LAYER = re.compile(r"^blk\.(\d+)\.")
# llama.cpp, common/common.h: LLM_FFN_EXPS_REGEX.
_EXPERTS = re.compile(r"\.ffn_(up|down|gate|gate_up)_(ch|)exps")


@dataclass(frozen=True)
class TensorGroup:
    """Tensors of one layer that do the same kind of work and are packed alike.

    Attributes:
        layer: 0 and up; -1 outside the layers.
        part: embedding (a row is read for each token), output, matrix (all of it is multiplied
            for each token), experts (a share is), or small (vectors).
        type_name: how the numbers are packed.
        size_bytes: of all of them together.
        largest_bytes: of the largest one.
    """

    layer: int
    part: Part
    type_name: str
    size_bytes: int
    largest_bytes: int


@dataclass(frozen=True)
class TensorList:
    """All tensors of a file together.

    Attributes:
        count: number of tensors.
        parameter_count: numbers in them.
        data_bytes: their size without the gaps between them.
        end_offset: where the last one ends, counted from where the first one begins.
        main_type: name of the type that takes the most bytes; empty without tensors.
        groups: the same tensors by layer, part and type.
    """

    count: int
    parameter_count: int
    data_bytes: int
    end_offset: int
    main_type: str
    groups: tuple[TensorGroup, ...] = ()


def read_tensor_list(reader: ValueReader, count: int, *, alignment: int) -> TensorList:
    """Read so many entries and check them as llama.cpp does."""
    bytes_by_type: Counter[str] = Counter()
    groups: dict[tuple[int, Part, str], TensorGroup] = {}
    names: set[str] = set()
    parameter_count = end_offset = expected_offset = 0
    for _ in range(count):
        name = reader.text()
        if len(name.encode()) >= _MAX_NAME_LENGTH or name in names:
            raise damaged(f"the tensor name {name[:80]!r} is too long or there twice")
        names.add(name)
        elements, dimension_count, type_name, size_bytes = _read_shape_and_type(reader, name)
        offset = reader.u64()
        if offset != expected_offset:
            raise damaged(f"tensor {name} at {offset} instead of {expected_offset}")
        parameter_count += elements
        bytes_by_type[type_name] += size_bytes
        _add(groups, name, type_name, size_bytes, is_matrix=dimension_count > 1)
        end_offset = offset + size_bytes
        expected_offset = -(-end_offset // alignment) * alignment
    main = bytes_by_type.most_common(1)
    return TensorList(
        count=count,
        parameter_count=parameter_count,
        data_bytes=bytes_by_type.total(),
        end_offset=end_offset,
        main_type=main[0][0] if main else "",
        groups=tuple(groups.values()),
    )


def _add(
    groups: dict[tuple[int, Part, str], TensorGroup],
    name: str,
    type_name: str,
    size_bytes: int,
    *,
    is_matrix: bool,
) -> None:
    in_layer = _LAYER.match(name)
    layer = int(in_layer.group(1)) if in_layer else -1
    part = _part(name, is_matrix=is_matrix)
    known = groups.get((layer, part, type_name))
    groups[layer, part, type_name] = TensorGroup(
        layer=layer,
        part=part,
        type_name=type_name,
        size_bytes=size_bytes + (known.size_bytes if known else 0),
        largest_bytes=max(size_bytes, known.largest_bytes if known else 0),
    )


def _part(name: str, *, is_matrix: bool) -> Part:
    if name == "token_embd.weight":
        return "embedding"
    if name == "output.weight":
        return "output"
    if _EXPERTS.search(name):
        return "experts"
    return "matrix" if is_matrix else "small"


def _read_shape_and_type(reader: ValueReader, name: str) -> tuple[int, int, str, int]:
    """Return the numbers of elements and dimensions, the type's name, and the size in bytes."""
    dimension_count = reader.u32()
    if dimension_count > _MAX_DIMENSIONS:
        raise damaged(f"tensor {name} has {dimension_count} dimensions")
    shape = [reader.u64() for _ in range(dimension_count)]
    elements = math.prod(shape)
    if elements > _MAX_ELEMENTS:
        raise damaged(f"tensor {name} has the shape {shape}")
    number = reader.u32()
    tensor_type = TENSOR_TYPES.get(number)
    if tensor_type is None:
        raise ModelFileError(
            "This model file stores its weights in a way that this version of NemoDesk does "
            "not know. Update NemoDesk, or choose another file of the same model.",
            detail=f"tensor {name} has the type {number}",
        )
    row_length = shape[0] if shape else 1
    if row_length % tensor_type.block_length:
        raise damaged(f"tensor {name}: a row of {row_length} in {tensor_type.name}")
    return (
        elements,
        dimension_count,
        tensor_type.name,
        elements // tensor_type.block_length * tensor_type.block_bytes,
    )

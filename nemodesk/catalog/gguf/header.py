# SPDX-License-Identifier: Apache-2.0
"""Says what a GGUF model file contains, from its header. It never reads the weights.

Why not the `gguf` package: it maps the whole file and makes an array of every word of the
vocabulary (seconds for 131,072 words), it cannot read the first megabytes of a file that is
still at its source, and on a damaged file it fails in many ways or asks for all memory.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from nemodesk.catalog.gguf.architectures import is_supported
from nemodesk.catalog.gguf.description import GgufHeader, describe
from nemodesk.catalog.gguf.tensors import (
    MOST_TENSORS,
    SMALLEST_TENSOR_BYTES,
    read_tensor_list,
)
from nemodesk.catalog.gguf.values import (
    CutHeaderError,
    Numbers,
    Scalar,
    ValueReader,
    damaged,
    read_metadata,
)
from nemodesk.errors import ModelFileError, NotFoundError, StorageError

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_DEFAULT_ALIGNMENT = 32
_SMALLEST_VALUE_BYTES = 13  # an empty key, a type, one byte
_MOST_VALUES = 4096  # a guess; some 60 are usual
_SHOWN_LENGTH = 40
_NOT_FOR_CHAT = {"clip": "the part of a model that sees pictures"}
_SPLIT_NAME = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$")


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
    return joined(header, others)


def joined(first: GgufHeader, others: Sequence[GgufHeader]) -> GgufHeader:
    """Return the header of a split model out of those of its parts."""
    return replace(
        first,
        parameter_count=first.parameter_count + sum(part.parameter_count for part in others),
        tensor_bytes=first.tensor_bytes + sum(part.tensor_bytes for part in others),
        file_size_bytes=first.file_size_bytes + sum(part.file_size_bytes for part in others),
        tensor_groups=sum((part.tensor_groups for part in others), first.tensor_groups),
    )


def check_supported(header: GgufHeader) -> None:
    """Raise ModelFileError for an architecture that the engine of this version cannot run."""
    if is_supported(header.architecture):
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
    header = describe(scalars, lists, tensors, version=version, file_size_bytes=available_bytes)
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


__all__ = [
    "CutHeaderError",
    "GgufHeader",
    "check_supported",
    "is_later_part",
    "joined",
    "parse_header",
    "read_beginning",
    "read_header",
    "split_parts",
]

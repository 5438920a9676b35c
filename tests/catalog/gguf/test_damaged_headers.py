# SPDX-License-Identifier: Apache-2.0
"""Anything may be in a file: the header reader answers or raises ModelFileError, and soon."""

import contextlib
import io
import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nemodesk.catalog.gguf.header import CutHeaderError, parse_header
from nemodesk.errors import ModelFileError

_LIMIT_BYTES = 64 << 20
"""Far above what a sound header takes here, far below what a wrong length could ask for."""

_U64 = st.integers(0, 2**64 - 1)
_FUZZ = settings(
    max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _parse(content: bytes) -> None:
    """Parse and accept an answer or the right error; anything else fails the test."""
    with contextlib.suppress(ModelFileError):
        parse_header(io.BytesIO(content), available_bytes=len(content))


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _file(values: list[bytes], tensors: list[bytes] | None = None) -> bytes:
    counts = struct.pack("<IQQ", 3, len(tensors or []), len(values))
    return b"".join([b"GGUF", counts, *values, *(tensors or [])])


def _tensor(
    name: str = "a",
    shape: tuple[int, ...] = (32,),
    kind: int = 0,
    offset: int = 0,
) -> bytes:
    sizes = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return _text(name) + sizes + struct.pack("<IQ", kind, offset)


@_FUZZ
@given(content=st.binary(max_size=2000))
@example(content=b"")
def test_any_bytes(content: bytes) -> None:
    """Random bytes are no model."""
    _parse(content)


@_FUZZ
@given(content=st.binary(max_size=2000), tensors=_U64, values=_U64)
def test_any_bytes_after_a_sound_beginning(content: bytes, tensors: int, values: int) -> None:
    """Random counts and bytes after a correct beginning end in an error or an answer."""
    _parse(b"GGUF" + struct.pack("<IQQ", 3, tensors, values) + content)
    _parse(b"GGUF" + struct.pack("<IQQ", 3, tensors % 4, values % 4) + content)


@_FUZZ
@given(share=st.floats(0, 1))
def test_any_cut(nemotron: Path, nemotron_data_offset: int, share: float) -> None:
    """A header that is cut anywhere is said to be incomplete."""
    content = nemotron.read_bytes()
    # At least the last byte of the header is missing; up to 31 bytes of padding come after it.
    cut = content[: 4 + int((nemotron_data_offset - 32 - 4) * share)]
    with pytest.raises(CutHeaderError):
        parse_header(io.BytesIO(cut), available_bytes=len(cut))


@_FUZZ
@given(flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), max_size=6))
def test_any_flipped_bytes(nemotron: Path, flips: list[tuple[int, int]]) -> None:
    """A header with changed bytes is read or refused."""
    content = bytearray(nemotron.read_bytes())
    for place, change in flips:
        content[place % len(content)] ^= change
    _parse(bytes(content))


@_FUZZ
@given(place=st.integers(0, 2**31), number=st.sampled_from([2**63, 2**64 - 1, 2**40, 2**32 - 1]))
def test_any_huge_length(nemotron: Path, place: int, number: int) -> None:
    """A huge number anywhere asks for no huge memory."""
    content = bytearray(nemotron.read_bytes())
    start = place % (len(content) - 8)
    content[start : start + 8] = struct.pack("<Q", number)
    tracemalloc.start()
    try:
        _parse(bytes(content))
        assert tracemalloc.get_traced_memory()[1] < _LIMIT_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        _file([_text("") + struct.pack("<IB", 0, 1)]),
        _file([_text("a") + struct.pack("<IB", 0, 1)] * 2),
        _file([_text("a") + struct.pack("<IB", 13, 1)]),
        _file([_text("a") + struct.pack("<IIQ", 9, 9, 1)]),
        _file([_text("a") + struct.pack("<IIQ", 9, 4, 2**62)]),
        _file([_text("general.alignment") + struct.pack("<II", 4, 0)]),
        _file([_text("general.alignment") + struct.pack("<II", 4, 33)]),
        _file([_text("general.architecture") + struct.pack("<II", 4, 33)]),
        _file([], [_tensor("x" * 64)]),
        _file([], [_tensor("a"), _tensor("a", offset=128)]),
        _file([], [_tensor(shape=(1, 1, 1, 1, 1))]),
        _file([], [_tensor(shape=(2**62, 2**62))]),
        _file([], [_tensor(shape=(33,), kind=8)]),
        _file([], [_tensor(offset=32)]),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63),
        b"GGUF" + struct.pack("<IQQ", 3, 2**63, 0),
    ],
)
def test_what_llama_cpp_refuses_is_damage(content: bytes) -> None:
    """Each thing that llama.cpp's own reader refuses is refused here."""
    with pytest.raises(ModelFileError, match="damaged"):
        parse_header(io.BytesIO(content), available_bytes=len(content))


def test_weights_of_a_newer_kind_need_a_newer_program() -> None:
    """A type of weights that is not known asks for an update, not for a download."""
    content = _file([], [_tensor(kind=99)])
    with pytest.raises(ModelFileError, match="Update NemoDesk"):
        parse_header(io.BytesIO(content), available_bytes=len(content))


def test_a_text_beyond_any_header_is_damage(tmp_path: Path) -> None:
    """A length that leads past any sensible header is refused, however large the file is."""
    path = tmp_path / "huge.gguf"
    with path.open("wb") as file:
        file.write(_file([_text("a") + struct.pack("<IQ", 8, 2**35)]))
        file.truncate(2**36)  # takes no room on the disk
    with path.open("rb") as file, pytest.raises(ModelFileError, match="damaged"):
        parse_header(file, available_bytes=2**36)


def test_a_list_of_endless_empty_texts_is_bounded(tmp_path: Path) -> None:
    """The longest list that is looked through takes seconds at most."""
    path = tmp_path / "empty.gguf"
    with path.open("wb") as file:
        file.write(_file([_text("a") + struct.pack("<IIQ", 9, 8, 2**22 - 100)]))
        file.truncate(2**27)
    begin = time.process_time()
    with path.open("rb") as file:
        header, _ = parse_header(file, available_bytes=2**27)
    assert header.parameter_count == 0
    assert time.process_time() - begin < 20


def test_a_scalar_has_no_dimensions() -> None:
    """A tensor without dimensions holds one number."""
    content = _file([], [_tensor(shape=())])
    header, whole_bytes = parse_header(io.BytesIO(content), available_bytes=len(content))
    assert header.parameter_count == 1
    assert whole_bytes % 32 == 4

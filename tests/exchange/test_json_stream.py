# SPDX-License-Identifier: Apache-2.0
"""A JSON file of any size is cut into its chats, wherever its blocks end."""

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.exchange.json_stream import NotJsonError, pieces

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


class _Slow:
    """A stream that gives a few bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        self._file = io.BytesIO(content)
        self._step = step

    def read(self, size: int, /) -> bytes:
        return self._file.read(min(size, self._step))


class _LongLine:
    """A text of any length in a list or an object, made while it is read."""

    def __init__(self, size_bytes: int, *, before: bytes = b'[{"x": "') -> None:
        self.left_bytes = size_bytes
        self._before = before

    def read(self, size: int, /) -> bytes:
        if self._before:
            taken, self._before = self._before, b""
            return taken
        count = min(size, self.left_bytes)
        self.left_bytes -= count
        return b"x" * count


class _Ended:
    """A stream with a few bytes behind its end."""

    def __init__(self, stream: _LongLine, after: bytes) -> None:
        self._stream = stream
        self._after = after

    def read(self, size: int, /) -> bytes:
        if more := self._stream.read(size):
            return more
        after, self._after = self._after, b""
        return after


def _values(content: bytes, step: int = 2**20) -> list[Any]:
    return [json.loads(piece.content) for piece in pieces(_Slow(content, step))]


@given(st.lists(_JSON), st.integers(min_value=1, max_value=9), st.sampled_from([None, 1]))
def test_a_list_is_cut_into_its_elements(values: list[Any], step: int, indent: int | None) -> None:
    """Brackets, quotes and backslashes in texts do not matter, nor where blocks end."""
    assert _values(json.dumps(values, indent=indent).encode(), step) == values
    assert _values(json.dumps(values, ensure_ascii=False).encode(), step) == values


@given(st.lists(st.dictionaries(st.text(), _JSON, max_size=3), min_size=2, max_size=5))
def test_lines_are_cut_apart(values: list[Any]) -> None:
    """One value a line is read as well."""
    assert _values("\n".join(map(json.dumps, values)).encode()) == values


def test_a_list_inside_an_object_is_cut_too() -> None:
    """What the file said before the list comes with each chat."""
    document = {"format": "f", "version": 2, "list": [1], "chats": [{"a": 1}, {"b": 2}], "end": []}
    for step in (1, 3, 1000):
        found = list(pieces(_Slow(json.dumps(document).encode(), step)))
        assert [json.loads(piece.content) for piece in found] == document["chats"]
        assert json.loads(found[1].head) == {"format": "f", "version": 2, "list": [1]}


def test_an_object_without_such_a_list_is_one_chat() -> None:
    """A byte order mark before it does not matter."""
    document = {"messages": [], "chats": "none"}
    assert _values(b"\xef\xbb\xbf" + json.dumps(document).encode()) == [document]


def test_a_broken_line_does_not_spoil_the_others() -> None:
    """The pieces before and behind it are whole."""
    found = list(pieces(io.BytesIO(b'{"a":1}\n{"b": "\n{"c":3}\n')))
    assert [piece.content for piece in found] == [b'{"a":1}', b'{"b": "', b'{"c":3}']


@pytest.mark.parametrize(
    "content",
    [b"[1, 2", b'["half', b'["half\\', b'{"a": [1, {"b": 2}', b'[{"a" 1', b'{"a"', b"[1 }"],
)
def test_a_file_that_ends_in_the_middle_is_told(content: bytes) -> None:
    """What was whole before is returned first."""
    with pytest.raises(NotJsonError):
        list(pieces(_Slow(content, 2)))


@pytest.mark.parametrize("content", [b"words", b'"text"', b"17", b"]", b":", b"\x00\x01"])
def test_what_is_no_json_with_chats_is_told_at_once(content: bytes) -> None:
    """A picture under the wrong name is not read to its end."""
    with pytest.raises(NotJsonError):
        list(pieces(io.BytesIO(content * 1000)))


def test_an_empty_file_has_no_chats() -> None:
    """It is not damaged."""
    assert list(pieces(io.BytesIO(b" \n"))) == []


def test_a_chat_above_the_limit_is_left_out_and_the_next_one_read() -> None:
    """Only its beginning is kept, by element and by line."""
    large, small = {"x": "y" * 500}, {"z": 1}
    for content in (json.dumps([large, small]), f"{json.dumps(small)}\n{json.dumps(large)}\n"):
        found = list(pieces(_Slow(content.encode(), 64), largest_bytes=100))
        assert sorted(piece.is_whole for piece in found) == [False, True]
        assert all(len(piece.content) <= 101 for piece in found)
    document = json.dumps({"messages": [large]}).encode()
    assert [p.is_whole for p in pieces(io.BytesIO(document), largest_bytes=100)] == [False]


def test_an_absurdly_long_line_costs_no_memory() -> None:
    """It is read to its end, and not kept: 64 MiB here, and a gigabyte needs no more."""
    stream = _LongLine(2**26)
    tracemalloc.start()
    try:
        with pytest.raises(NotJsonError):
            list(pieces(stream, largest_bytes=2**20))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stream.left_bytes == 0
    assert peak_bytes < 2**23


def test_a_long_line_that_is_one_object_is_copied_once_only() -> None:
    """What a value holds is kept while the object is put together, but not four times."""
    largest_bytes = 2**23
    stream = _LongLine(2**25, before=b'{"messages": [{"x": "')
    tracemalloc.start()
    try:
        (piece,) = pieces(_Ended(stream, b'"}]}'), largest_bytes=largest_bytes)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not piece.is_whole
    assert peak_bytes < 3 * largest_bytes


@pytest.mark.parametrize("unit", [b"[],", b"0,,,,,,,,,,"])
def test_a_chat_of_countless_values_is_left_out(unit: bytes) -> None:
    """Decoding it would take many times the memory of its text."""
    content = b'[{"x": [' + unit * 3_000_001 + b'0]}, {"y": 1}]'
    first, second = pieces(io.BytesIO(content))
    assert not first.is_bearable
    assert second.content == b'{"y": 1}'

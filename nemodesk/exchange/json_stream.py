# SPDX-License-Identifier: Apache-2.0
"""Cuts a JSON file of any size into the chats that it holds. It does not look into them.

A file may be a list, an object with a list of chats in it, one value, or one value a line. Only
one chat at a time is in memory, and of one that is larger than the limit only its beginning: a
file with a line of a gigabyte costs no more than any other. Brackets are counted here and nothing
else is checked; whoever decodes a piece finds out whether it is JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

LARGEST_BYTES = 256 * 1024 * 1024
"""Most bytes of one chat. Ours with large documents in them are far smaller; a guess."""

_MOST_BRACKETS = 3_000_000
_MOST_COMMAS = 30_000_000
"""Most lists and objects, and most values, of one chat: 80 MB of "[],[]" took 1.5 GB of memory.
Those inside texts are counted too; a chat of 100,000 messages has about a million. Guesses."""

_BLOCK_BYTES = 1024 * 1024
_LARGEST_KEY_BYTES = 1024
_LISTS = frozenset({b'"chats"', b'"conversations"'})
"""Keys of an object whose list holds the chats."""

_SPACE = re.compile(rb"[\s,]*+")
_TO_MARK = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""To the next bracket, or to a string that the block does not hold whole."""
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"\[\]{}]++')
_UTF8_MARK = b"\xef\xbb\xbf"


class ByteStream(Protocol):
    """What can be read, such as an open file."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...


class NotJsonError(ValueError):
    """From here on the file is no JSON, or it ends in the middle of a value."""


@dataclass(frozen=True)
class Piece:
    """One value of the file.

    Attributes:
        content: its bytes; only the beginning of one that is too large.
        is_whole: whether all of it is there.
        is_bearable: whether decoding it takes a bearable amount of memory.
        head: what its file said before the list that it stands in; empty if it said nothing.
    """

    content: bytes
    is_whole: bool = True
    is_bearable: bool = True
    head: bytes = b""


def pieces(stream: ByteStream, *, largest_bytes: int = LARGEST_BYTES) -> Iterator[Piece]:
    """Return the chats of a file one after the other.

    Raises:
        NotJsonError: what has been returned before is still good.
    """
    scanner = _Scanner(stream, largest_bytes)
    if scanner.has_lines():
        yield from scanner.lines()
    else:
        yield from scanner.values()


class _Scanner:
    """Goes through the bytes once, a block at a time."""

    def __init__(self, stream: ByteStream, largest_bytes: int) -> None:
        self._stream = stream
        self._largest_bytes = largest_bytes
        self._block = b""
        self._at = 0
        self._fill()
        self._block = self._block.removeprefix(_UTF8_MARK)

    def has_lines(self) -> bool:
        """Tell whether the first line is a value of its own and another one follows."""
        first, newline, rest = self._block.lstrip().partition(b"\n")
        if not newline or rest.lstrip()[:1] != b"{":
            return False
        try:
            return isinstance(msgspec.json.decode(first), dict)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return False

    def lines(self) -> Iterator[Piece]:
        """Return each line that is not empty; a broken one does not spoil the others."""
        while self._at < len(self._block) or self._fill():
            line = bytearray()
            while (end := self._block.find(b"\n", self._at)) < 0:
                self._keep(line, len(self._block))
                if not self._fill():
                    break
            else:
                self._keep(line, end)
                self._at = end + 1
            if line.strip():
                yield self._piece(line)

    def values(self) -> Iterator[Piece]:
        """Return the elements of lists and of objects with a list of chats, and other values."""
        while (first := self._next()) is not None:
            if first == b"[":
                self._at += 1
                yield from self._elements()
            elif first == b"{":
                self._at += 1
                yield from self._object()
            else:
                raise NotJsonError("neither a list nor an object")

    def _elements(self, head: bytes = b"") -> Iterator[Piece]:
        while self._must_go_on() != b"]":
            yield self._piece(self._value(), head)
        self._at += 1

    def _object(self) -> Iterator[Piece]:
        whole = bytearray(b"{")
        has_list = False
        while self._must_go_on() != b"}":
            key = bytes(self._value(_LARGEST_KEY_BYTES))
            if self._must_go_on() != b":":
                raise NotJsonError("a key without a value")
            self._at += 1
            if key in _LISTS and self._must_go_on() == b"[":
                self._at += 1
                has_list = True
                yield from self._elements(bytes(whole.rstrip(b",") + b"}"))
            else:
                self._must_go_on()
                value = self._value(self._largest_bytes - len(whole))
                # One after the other, for a value may be as large as the limit.
                for part in (key, b":", value, b","):
                    self._add(whole, part)
                del value
        self._at += 1
        if not has_list:
            if whole.endswith(b","):
                del whole[-1:]
            self._add(whole, b"}")
            yield self._piece(whole)

    def _value(self, largest_bytes: int | None = None) -> bytearray:
        """Take one value; of a longer one than allowed, one byte more than that."""
        limit = self._largest_bytes if largest_bytes is None else max(0, largest_bytes)
        first = self._block[self._at : self._at + 1]
        if first == b'"':
            return self._string(limit)
        return self._container(limit) if first in {b"[", b"{"} else self._scalar(limit)

    def _container(self, limit: int) -> bytearray:
        taken = bytearray()
        depth = 0
        while True:
            match = _TO_MARK.match(self._block, self._at)
            end = match.end() if match else self._at
            mark = self._block[end : end + 1]
            if not mark:
                self._keep(taken, end, limit)
                self._fill_or_fail()
                continue
            self._keep(taken, end + 1, limit)
            if mark == b'"':
                self._rest_of_string(taken, limit)
            else:
                depth += 1 if mark in b"[{" else -1
                if depth == 0:
                    return taken

    def _string(self, limit: int) -> bytearray:
        taken = bytearray()
        self._keep(taken, self._at + 1, limit)
        self._rest_of_string(taken, limit)
        return taken

    def _rest_of_string(self, taken: bytearray, limit: int) -> None:
        while True:
            match = _IN_STRING.match(self._block, self._at)
            end = match.end() if match else self._at
            if self._block[end : end + 1] == b'"':
                self._keep(taken, end + 1, limit)
                return
            # A backslash at the end of the block stays there until its letter has come.
            self._keep(taken, end, limit)
            self._fill_or_fail()

    def _scalar(self, limit: int) -> bytearray:
        taken = bytearray()
        while match := _SCALAR.match(self._block, self._at):
            self._keep(taken, match.end(), limit)
            if self._at < len(self._block) or not self._fill():
                break
        if not taken:
            raise NotJsonError("a mark where a value should be")
        return taken

    def _next(self) -> bytes | None:
        """Return the next byte that is no space or comma; None at the end."""
        while True:
            match = _SPACE.match(self._block, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._block):
                return self._block[self._at : self._at + 1]
            if not self._fill():
                return None

    def _must_go_on(self) -> bytes:
        found = self._next()
        if found is None:
            raise NotJsonError("the end in the middle of a value")
        return found

    def _keep(self, taken: bytearray, end: int, limit: int | None = None) -> None:
        """Take the block's bytes up to an end; no more than one byte above the limit is kept."""
        self._add(taken, self._block[self._at : end], limit)
        self._at = end

    def _add(self, taken: bytearray, more: bytes | bytearray, limit: int | None = None) -> None:
        room = (self._largest_bytes if limit is None else limit) + 1 - len(taken)
        taken += memoryview(more)[:room]

    def _piece(self, content: bytearray, head: bytes = b"") -> Piece:
        is_whole = len(content) <= self._largest_bytes
        is_bearable = not _holds_too_much(content)
        if not is_whole:
            # Nobody reads it, and a copy of it would double what it costs.
            del content[_LARGEST_KEY_BYTES:]
        return Piece(bytes(content), is_whole=is_whole, is_bearable=is_bearable, head=head)

    def _fill(self) -> bool:
        """Read on, keeping what has not been taken; False at the end of the file."""
        more = self._stream.read(_BLOCK_BYTES)
        self._block = self._block[self._at :] + more
        self._at = 0
        return bool(more)

    def _fill_or_fail(self) -> None:
        if not self._fill():
            raise NotJsonError("the end in the middle of a value")


def _holds_too_much(content: bytearray) -> bool:
    brackets = content.count(b"[") + content.count(b"{")
    return brackets > _MOST_BRACKETS or content.count(b",") > _MOST_COMMAS

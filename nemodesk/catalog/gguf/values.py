# SPDX-License-Identifier: Apache-2.0
"""Reads numbers, texts and lists of a GGUF file one after the other, and trusts none of them.

It holds at most a few megabytes in memory, reads nothing past the header, and turns anything
wrong into a ModelFileError. It does not know what the values mean.

The format: docs/gguf.md of ggml, versions 2 and 3, little endian.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from nemodesk.errors import ModelFileError

Scalar = int | float | bool | str

_WINDOW_BYTES = 1 << 20
_MAX_HEADER_BYTES = 32 << 20
"""A vocabulary of 262,144 words with its merges takes about 15 MB; a guess at what is damage."""
_MAX_KEPT_TEXT_BYTES = 1 << 20
_MAX_KEPT_NUMBERS = 1024
"""Longer lists are vocabularies. Kept are those with a number for each layer (512 at most)."""
_BYTE_WIDTH = 8

_STRING, _ARRAY = 8, 9
_FORMATS: dict[int, struct.Struct] = {
    number: struct.Struct("<" + letter)
    for number, letter in {
        0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"
    }.items()
}  # fmt: skip
_U32 = _FORMATS[4]
_U64 = _FORMATS[10]


class CutHeaderError(ModelFileError):
    """The header goes on after the last byte that there is."""


@dataclass(frozen=True)
class Numbers:
    """A list in the metadata.

    Attributes:
        length: how many elements it has.
        values: the elements, if they are numbers and few; else empty.
    """

    length: int
    values: tuple[int | float, ...]


class ValueReader:
    """Reads forward through an open file.

    Args:
        file: open for reading bytes; stays the caller's.
        available_bytes: bytes that the file has.
    """

    def __init__(self, file: BinaryIO, available_bytes: int) -> None:
        self._file = file
        self._available_bytes = available_bytes
        self._window = b""
        self._window_start = 0
        self._offset = 0  # in the window

    @property
    def position(self) -> int:
        """Bytes from the beginning of the file."""
        return self._window_start + self._offset

    @property
    def remaining_bytes(self) -> int:
        """Bytes from here to the end of the file."""
        return self._available_bytes - self.position

    def u32(self) -> int:
        """Read an unsigned number of 4 bytes."""
        return int(self._number(_U32))

    def u64(self) -> int:
        """Read an unsigned number of 8 bytes."""
        return int(self._number(_U64))

    def count(self, *, smallest_bytes: int, most: int = _MAX_HEADER_BYTES) -> int:
        """Read how many things follow, each of which takes at least so many bytes."""
        count = self.u64()
        if count > min(most, _MAX_HEADER_BYTES // smallest_bytes):
            raise damaged(f"a count of {count} at byte {self.position - _BYTE_WIDTH}")
        if count * smallest_bytes > self.remaining_bytes:
            raise CutHeaderError(_CUT, detail=f"{count} things at byte {self.position}")
        return count

    def bytes(self, length: int) -> bytes:
        """Read so many bytes."""
        self._need(length)
        start = self._offset
        self._offset += length
        return self._window[start : self._offset]

    def text(self) -> str:
        """Read a text; an enormous one is left out and comes back empty.

        Bytes that are not UTF-8 become replacement characters.
        """
        length = self.u64()
        if length > _MAX_KEPT_TEXT_BYTES:
            # A whole tokenizer in one text: nobody here wants it.
            self._skip(length)
            return ""
        return self.bytes(length).decode("utf-8", "replace")

    def value(self) -> Scalar | Numbers:
        """Read a value with its type before it."""
        kind = self.u32()
        if kind == _ARRAY:
            return self._list()
        if kind == _STRING:
            return self.text()
        if kind in _FORMATS:
            return self._number(_FORMATS[kind])
        raise damaged(f"a value of type {kind} at byte {self.position}")

    def _list(self) -> Numbers:
        kind = self.u32()
        if kind == _STRING:
            length = self.count(smallest_bytes=_BYTE_WIDTH)
            self._skip_texts(length)
            return Numbers(length, ())
        if kind not in _FORMATS:
            raise damaged(f"a list of type {kind} at byte {self.position}")
        number = _FORMATS[kind]
        length = self.count(smallest_bytes=number.size)
        if length > _MAX_KEPT_NUMBERS:
            self._skip(length * number.size)
            return Numbers(length, ())
        found = number.iter_unpack(self.bytes(length * number.size))
        return Numbers(length, tuple(value for (value,) in found))

    def _skip_texts(self, count: int) -> None:
        # The hot loop: 400,000 rounds for a large vocabulary. It follows the lengths without
        # looking whether they stay in the window: once they lead out of it, unpacking fails,
        # and the place that was reached is checked before more is read.
        unpack = _U64.unpack_from
        while count:
            window, offset, done = self._window, self._offset, 0
            try:
                for done in range(count):  # noqa: B007 - counts the rounds before a failure
                    offset += _BYTE_WIDTH + unpack(window, offset)[0]
                done = count
            except (struct.error, OverflowError):
                pass
            count -= done
            self._skip(offset - self._offset)
            if count:
                self._need(_BYTE_WIDTH)

    def _number(self, number: struct.Struct) -> int | float | bool:
        self._need(number.size)
        (value,) = number.unpack_from(self._window, self._offset)
        self._offset += number.size
        return value

    def _skip(self, length: int) -> None:
        if length <= len(self._window) - self._offset:
            self._offset += length
            return
        self._check(length)
        self._window_start = self.position + length
        self._window, self._offset = b"", 0

    def _need(self, length: int) -> None:
        """Make sure that the next bytes are in the window."""
        if length <= len(self._window) - self._offset:
            return
        self._check(length)
        self._window_start, self._offset = self.position, 0
        self._file.seek(self._window_start)
        wanted = min(max(length, _WINDOW_BYTES), self.remaining_bytes)
        self._window = self._file.read(wanted)
        if len(self._window) < length:
            raise CutHeaderError(_CUT, detail="the file became shorter while it was read")

    def _check(self, length: int) -> None:
        if self.position + length > _MAX_HEADER_BYTES:
            raise damaged(f"{length} bytes at byte {self.position} of the header")
        if length > self.remaining_bytes:
            raise CutHeaderError(_CUT, detail=f"{length} bytes at byte {self.position}")


def read_metadata(
    reader: ValueReader, count: int
) -> tuple[Mapping[str, Scalar], Mapping[str, Numbers]]:
    """Read so many named values: the single ones, and the lists."""
    scalars: dict[str, Scalar] = {}
    lists: dict[str, Numbers] = {}
    for _ in range(count):
        key = reader.text()
        if not key or key in scalars or key in lists:
            raise damaged(f"the key {key!r} is empty or there twice")
        value = reader.value()
        if isinstance(value, Numbers):
            lists[key] = value
        else:
            scalars[key] = value
    return scalars, lists


def damaged(detail: str) -> ModelFileError:
    """Return the error for a file whose content makes no sense."""
    return ModelFileError("This model file is damaged. Download it again.", detail=detail)


_CUT = "This model file is incomplete: it ends in its header. Download it again."

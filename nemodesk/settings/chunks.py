# SPDX-License-Identifier: Apache-2.0
"""Parts a text for a keyring whose entries are short, and joins it again. It stores nothing.

Windows takes 2,560 bytes for an entry, in UTF-16 (CredWrite: CRED_MAX_CREDENTIAL_BLOB_SIZE).
Each chunk says to which generation of the text it belongs, so that a write that was cut off is
seen, whichever of its entries are new.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LARGEST_UNITS = 1200
"""UTF-16 units of one chunk, its head included; the rest of the 1,280 is left to the keyring."""

_MARK = "N1"
_HEAD_UNITS = 48
"""More than the head below ever takes: two numbers, a count and a checksum."""

_MOST_CHUNKS = 2000


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands at the beginning of a chunk."""

    generation: int
    index: int
    count: int
    checksum: int

    def __str__(self) -> str:
        return f"{_MARK}.{self.generation}.{self.index}.{self.count}.{self.checksum:08x}:"


def split(text: str, *, generation: int) -> list[str]:
    """Return the chunks of a text; at least one.

    Args:
        text: any text without lone surrogates.
        generation: one more than that of the text before.
    """
    pieces = list(_pieces(text)) or [""]
    checksum = zlib.crc32(text.encode())
    return [
        str(Head(generation=generation, index=index, count=len(pieces), checksum=checksum)) + piece
        for index, piece in enumerate(pieces)
    ]


def read_head(chunk: str) -> Head | None:
    """Return what the beginning of a chunk says; None if it is none of ours."""
    head, _, _ = chunk.partition(":")
    parts = head.split(".")
    if len(parts) != len(("mark", *Head.__annotations__)) or parts[0] != _MARK:
        return None
    try:
        generation, index, count = (int(part) for part in parts[1:4])
        checksum = int(parts[4], 16)
    except ValueError:
        return None
    if not 0 <= index < count <= _MOST_CHUNKS:
        return None
    return Head(generation=generation, index=index, count=count, checksum=checksum)


def join(chunks: Sequence[str]) -> str | None:
    """Return the text of these chunks, in order; None if they are not all of one generation."""
    heads = [read_head(chunk) for chunk in chunks]
    first = heads[0] if heads else None
    if first is None or len(chunks) != first.count:
        return None
    wanted = [
        Head(
            generation=first.generation,
            index=index,
            count=first.count,
            checksum=first.checksum,
        )
        for index in range(first.count)
    ]
    if heads != wanted:
        return None
    text = "".join(chunk.partition(":")[2] for chunk in chunks)
    return text if zlib.crc32(text.encode()) == first.checksum else None


def _pieces(text: str) -> Iterator[str]:
    begin, units = 0, 0
    for index, character in enumerate(text):
        units_here = 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - end of one unit
        if units + units_here > LARGEST_UNITS - _HEAD_UNITS:
            yield text[begin:index]
            begin, units = index, 0
        units += units_here
    if begin < len(text):
        yield text[begin:]

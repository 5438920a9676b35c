# SPDX-License-Identifier: Apache-2.0
"""Finds and replaces the bytes that make a whole file differ from the hub's hash.

First what the disk has not kept, then where connections ended, then everything, a piece at a
time and only until the hash is right. Each byte is fetched once more at most.
"""

import zlib
from collections.abc import Callable, Iterator

from nemodesk.catalog.gguf.header import read_header
from nemodesk.downloads.journal import BLOCK_BYTES
from nemodesk.downloads.part import Part
from nemodesk.downloads.worker.fetching import FileFetch
from nemodesk.downloads.worker.hashing import Hasher
from nemodesk.errors import ModelFileError

_BLOCKS_AT_ONCE = 16


def make_right(fetch: FileFetch, hasher: Hasher, say: Callable[[str], None]) -> str:
    """Return the SHA-256 of the whole file once it is the hub's.

    Where the hub names no hash, a whole model file is right.

    Raises:
        ModelFileError: it cannot be made right.
        NetworkError, NotFoundError, OSError: as `FileFetch.fetch`.
    """
    wanted = fetch.part.identity.sha256
    found = hasher.sha256()
    if not wanted:
        read_header(fetch.part.path)
    if not wanted or found == wanted:
        return found
    say("The file does not match the hub's checksum. Its bad part is fetched again.")
    if _refetch_damaged(fetch.part, fetch) and hasher.sha256_from(0) == wanted:
        return wanted
    if fetch.refuses_ranges:
        fetch.part.restart()
        if fetch.fetch().sha256() == wanted:
            return wanted
    else:
        for numbers in _pieces(fetch.part):
            changed = _refetch(fetch, numbers)
            if changed is not None and hasher.sha256_from(changed) == wanted:
                return wanted
    name = fetch.part.identity.path.rpartition("/")[2]
    raise ModelFileError(
        f"The file {name} does not match the hub's own checksum, even after it was fetched "
        "twice. Nothing of it was kept. Try again later, or choose another file.",
        detail=f"wanted {wanted}, first {found}",
    )


def _refetch_damaged(part: Part, fetch: FileFetch) -> bool:
    """Fetch the blocks again that the disk gives back otherwise than they came."""
    with part.path.open("rb") as file:
        damaged = [
            number
            for number in range(part.block_count)
            if zlib.crc32(file.read(BLOCK_BYTES)) != part.sum_of(number)
        ]
    for number in damaged:
        part.forget(number)
    fetch.fetch_missing()
    return bool(damaged)


def _pieces(part: Part) -> Iterator[range]:
    """Give the blocks where connections ended, then all others, a few neighbours at a time."""
    suspicious = sorted(
        {near for cut in part.cuts for near in (cut, cut + 1) if near < part.block_count}
    )
    for number in suspicious:
        yield range(number, number + 1)
    start = 0
    for stop in (*suspicious, part.block_count):
        for first in range(start, stop, _BLOCKS_AT_ONCE):
            yield range(first, min(first + _BLOCKS_AT_ONCE, stop))
        start = stop + 1


def _refetch(fetch: FileFetch, numbers: range) -> int | None:
    """Fetch some blocks anew; return the first that differs from what was there."""
    part = fetch.part
    start = numbers.start * BLOCK_BYTES
    end = min(numbers.stop * BLOCK_BYTES, part.identity.size_bytes)
    data = bytearray()
    fetch.receive(start, end, data.extend)
    first: int | None = None
    for number in numbers:
        offset = (number - numbers.start) * BLOCK_BYTES
        differs = part.replace(number, bytes(data[offset : offset + BLOCK_BYTES]))
        if differs and first is None:
            first = number
    return first

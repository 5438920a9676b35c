# SPDX-License-Identifier: Apache-2.0
"""Hashes a part while it arrives, in a thread of its own, so that no second pass is needed.

It reads what has been written, right behind the writer: from the system's cache where the bytes
have just come, from the disk where an earlier process has left them. The latter are compared
with the journal, and a block that the disk has not kept is fetched again. It fetches nothing.
"""

import hashlib
import threading
import zlib
from typing import TYPE_CHECKING, BinaryIO

from nemodesk.downloads.journal import BLOCK_BYTES
from nemodesk.downloads.part import Part

if TYPE_CHECKING:
    from hashlib import _Hash  # pyright: ignore[reportPrivateUsage] - hashlib names no other

_BLOCKS_BETWEEN_COPIES = 64
"""Hash states are kept, so that after a repair only what follows is hashed again."""


class Hasher:
    """Computes the SHA-256 of a part.

    Raises:
        OSError: the disk refuses; from `wait` and `sha256_from`.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._stopped = threading.Event()
        self._copies: list[_Hash] = []
        self._hash = hashlib.sha256()
        self._position = 0
        self._error: OSError | None = None
        self._is_done = False
        self._thread = threading.Thread(target=self._run, name="hashing", daemon=True)
        self._thread.start()

    @property
    def hashed_bytes(self) -> int:
        """How far it has come."""
        return min(self._position * BLOCK_BYTES, self._part.identity.size_bytes)

    def wait(self, timeout_s: float) -> bool:
        """Wait until everything is hashed or a block has to be fetched again.

        Returns:
            Whether one of these is so, and not only the time over.
        """
        part = self._part
        with part.waiting() as changed:
            happened = changed.wait_for(
                lambda: self._is_done or self._error or bool(part.missing()), timeout_s
            )
        if self._error is not None:
            raise self._error
        return bool(happened)

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._part.wake()
        self._thread.join()

    def sha256(self) -> str:
        """Return the hash of the whole file, in lower-case hex."""
        return self._hash.hexdigest()

    def sha256_from(self, number: int) -> str:
        """Return the hash of the whole file after blocks from this one on have changed.

        Only once everything was hashed; the thread has ended by then.
        """
        self._stopped.clear()
        kept = number // _BLOCKS_BETWEEN_COPIES
        del self._copies[kept + 1 :]
        self._position = kept * _BLOCKS_BETWEEN_COPIES
        self._hash = self._copies.pop() if self._copies else hashlib.sha256()
        self._hash_blocks()
        return self.sha256()

    def _run(self) -> None:
        try:
            self._is_done = self._hash_blocks()
        except OSError as error:
            self._error = error
        self._part.wake()

    def _hash_blocks(self) -> bool:
        """Hash what follows; return whether it came to the end."""
        part = self._part
        with part.path.open("rb", buffering=0) as file:
            while self._position < part.block_count:
                number = self._position
                if not part.wait_for(number, self._stopped):
                    return False
                file.seek(number * BLOCK_BYTES)
                data = _read(file, part.block_bytes(number))
                was_kept = len(data) == part.block_bytes(number) and (
                    number not in part.inherited or zlib.crc32(data) == part.sum_of(number)
                )
                if not was_kept:
                    part.inherited.discard(number)
                    part.forget(number)
                    continue
                if number % _BLOCKS_BETWEEN_COPIES == 0:
                    self._copies.append(self._hash.copy())
                self._hash.update(data)
                self._position += 1
        return True


def _read(file: BinaryIO, size_bytes: int) -> bytes:
    """Read so many bytes, or fewer at the end of the file; an unbuffered read may give less."""
    data = file.read(size_bytes)
    while len(data) < size_bytes and (more := file.read(size_bytes - len(data))):
        data += more
    return data

# SPDX-License-Identifier: Apache-2.0
"""A file that has come in part: its bytes, and the journal of what is known of them.

It lies in a hidden folder under a name that no program takes for a model. It knows no network;
the child process writes what comes into it and decides when it is whole.
"""

import contextlib
import hashlib
import os
import threading
import zlib
from collections.abc import Generator
from pathlib import Path

from nemodesk.downloads.journal import (
    BLOCK_BYTES,
    BlockLine,
    CutLine,
    EtagLine,
    FileIdentity,
    JournalState,
    JournalWriter,
    read_journal,
)

INCOMPLETE_FOLDER = ".incomplete"

_KEY_LENGTH = 32


def part_path(models_folder: Path, repo_id: str, path: str, suffix: str) -> Path:
    """Return where a part, its journal or its lock lies; no name of the hub's is in it."""
    key = hashlib.sha256(f"{repo_id}\n{path}".encode(errors="surrogatepass")).hexdigest()
    return models_folder / INCOMPLETE_FOLDER / f"{key[:_KEY_LENGTH]}{suffix}"


def received_bytes(models_folder: Path, repo_id: str, path: str) -> int:
    """Return how much of a file has come, by its journal. Raises OSError."""
    return read_journal(part_path(models_folder, repo_id, path, ".journal")).received_bytes


def remove_part(models_folder: Path, repo_id: str, path: str) -> None:
    """Delete what has come of a file. Raises OSError."""
    # The bytes last: a part without a journal would be nobody's.
    for suffix in (".journal", ".part"):
        part_path(models_folder, repo_id, path, suffix).unlink(missing_ok=True)


class Part:
    """The part of one file. Thread: any; it locks itself.

    Attributes:
        identity: the file that it is a part of.
        etag: what the server that sent it calls this state of the file; may be empty.
        inherited: the blocks that an earlier process has written.

    Raises:
        OSError: the disk refuses; also from every method.
    """

    def __init__(self, models_folder: Path, identity: FileIdentity) -> None:
        self.identity = identity
        self.path = part_path(models_folder, identity.repo_id, identity.path, ".part")
        self._journal_path = self.path.with_suffix(".journal")
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = read_journal(self._journal_path)
        if state.identity is None or not state.identity.is_same_file(identity):
            state = JournalState()
            self._journal_path.unlink(missing_ok=True)
        self.block_count = -(-identity.size_bytes // BLOCK_BYTES)
        self._sizes = [0] * self.block_count
        self._sums = [0] * self.block_count
        self.etag = state.etag
        self.cuts = {number for number in state.cuts if number < self.block_count}
        self._changed = threading.Condition(threading.RLock())
        self._buffer = memoryview(bytearray(BLOCK_BYTES))
        self._block: int = 0
        self._stored = self._filled = 0
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | _BINARY, 0o644)
        self._file = os.fdopen(descriptor, "r+b", 0)
        self._journal = JournalWriter(self._journal_path)
        if state.identity is None:
            self._file.truncate(0)
            self._journal.write(identity)
        self._believe(state)
        self.inherited = {number for number, size in enumerate(self._sizes) if size}

    def _believe(self, state: JournalState) -> None:
        """Take over what the journal says, as far as the file is long enough for it."""
        file_bytes = self.path.stat().st_size
        for number, block in state.blocks.items():
            if not 0 <= number < self.block_count:
                continue
            end = number * BLOCK_BYTES + block.size_bytes
            if 0 < block.size_bytes <= self.block_bytes(number) and end <= file_bytes:
                self._sizes[number], self._sums[number] = block.size_bytes, block.crc32

    @property
    def received_bytes(self) -> int:
        """How much has come, what is not on the disk yet included."""
        with self._changed:
            return sum(self._sizes) + self._filled - self._stored

    def block_bytes(self, number: int) -> int:
        """Return how long a block is once it is whole."""
        return min(BLOCK_BYTES, self.identity.size_bytes - number * BLOCK_BYTES)

    def sum_of(self, number: int) -> int:
        """Return the CRC-32 of a block as it came."""
        return self._sums[number]

    def is_whole(self, number: int) -> bool:
        """Whether all bytes of a block are on the disk."""
        return self._sizes[number] == self.block_bytes(number)

    def missing(self) -> list[tuple[int, int]]:
        """Return what has not come, as first byte and byte after the last, in order."""
        ranges: list[tuple[int, int]] = []
        with self._changed:
            for number, size in enumerate(self._sizes):
                if self.is_whole(number):
                    continue
                start = number * BLOCK_BYTES + size
                end = number * BLOCK_BYTES + self.block_bytes(number)
                if ranges and ranges[-1][1] == start:
                    start = ranges.pop()[0]
                ranges.append((start, end))
        return ranges

    def seek(self, position: int) -> None:
        """Let the next bytes be written here: at the end of what has come of a block."""
        with self._changed:
            self.flush()
            self._block = position // BLOCK_BYTES
            self._stored = self._filled = position % BLOCK_BYTES
            if self._block < self.block_count and self._stored != self._sizes[self._block]:
                raise AssertionError(position)

    def append(self, data: bytes) -> None:
        """Take bytes that have come; they reach the disk with the block's end, or by `flush`."""
        rest = memoryview(data)
        with self._changed:
            while rest:
                room = self.block_bytes(self._block) - self._filled
                taken = rest[:room]
                self._buffer[self._filled : self._filled + len(taken)] = taken
                self._filled += len(taken)
                rest = rest[len(taken) :]
                if self._filled == self.block_bytes(self._block):
                    self.flush()
                    self._block += 1
                    self._stored = self._filled = 0

    def flush(self) -> None:
        """Write down what has come."""
        with self._changed:
            if self._filled > self._stored:
                self._store(self._block, self._stored, self._buffer[self._stored : self._filled])
                self._stored = self._filled

    def replace(self, number: int, data: bytes) -> bool:
        """Write a whole block anew; return whether it differs from what was there."""
        with self._changed:
            before = self._sums[number]
            self._store(number, 0, memoryview(data))
            return self._sums[number] != before

    def _store(self, number: int, start: int, data: memoryview) -> None:
        crc32 = zlib.crc32(data, self._sums[number] if start else 0)
        self._file.seek(number * BLOCK_BYTES + start)
        rest = data
        while rest:
            rest = rest[self._file.write(rest) :]
        self._note(number, start + len(data), crc32)

    def _note(self, number: int, size_bytes: int, crc32: int) -> None:
        self._journal.write(BlockLine(number=number, size_bytes=size_bytes, crc32=crc32))
        self._sizes[number], self._sums[number] = size_bytes, crc32
        self._changed.notify_all()

    def forget(self, number: int) -> None:
        """Let a block be fetched again: what is on the disk is not what came."""
        with self._changed:
            self._note(number, 0, 0)

    def restart(self, identity: FileIdentity | None = None) -> None:
        """Forget everything that has come, perhaps because it is another file by now."""
        with self._changed:
            self.identity = identity or self.identity
            self.block_count = -(-self.identity.size_bytes // BLOCK_BYTES)
            self._sizes, self._sums = [0] * self.block_count, [0] * self.block_count
            self._block = self._stored = self._filled = 0
            self.etag = ""
            self.cuts.clear()
            self.inherited.clear()
            self._journal.write(self.identity)
            self._file.truncate(0)
            self._changed.notify_all()

    def learn_etag(self, etag: str) -> None:
        """Remember what the server calls this state of the file."""
        if etag and etag != self.etag:
            self.etag = etag
            self._journal.write(EtagLine(etag=etag))

    def mark_cut(self) -> None:
        """Remember that a connection ended where the next bytes would have come."""
        with self._changed:
            self.flush()
            number = min(self._block, self.block_count - 1)
            if number >= 0:
                self.cuts.add(number)
                self._journal.write(CutLine(number=number))

    def wait_for(self, number: int, stopped: threading.Event) -> bool:
        """Wait until a block is whole; False when it is no longer wanted."""
        with self._changed:
            self._changed.wait_for(lambda: stopped.is_set() or self.is_whole(number))
            return not stopped.is_set()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        with self._changed:
            self._changed.notify_all()

    @contextlib.contextmanager
    def waiting(self) -> Generator[threading.Condition]:
        """Give what changes are told through, locked."""
        with self._changed:
            yield self._changed

    def close(self) -> None:
        """Write down what has come and close the files."""
        with self._changed:
            try:
                self.flush()
            finally:
                self._file.close()
                self._journal.close()

    def sync(self) -> None:
        """Wait until the disk holds all bytes."""
        os.fsync(self._file.fileno())


_BINARY: int = getattr(os, "O_BINARY", 0)

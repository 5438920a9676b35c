# SPDX-License-Identifier: Apache-2.0
"""What is known of a file that has come in part: one JSON line for everything that happens to it.

Lines are only appended. A process that is killed leaves a torn last line, and a computer that
loses power leaves any rubbish: what is no whole line is skipped, and what it would have said is
fetched again. It reads and writes no byte of the model itself.
"""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from nemodesk.structs import decoder

BLOCK_BYTES = 1 << 20
"""Blocks are noted and fetched again as a whole: at most this much is lost with a process."""

VERSION = 1


class FileIdentity(msgspec.Struct, frozen=True, kw_only=True, tag="file", tag_field="kind"):
    """Which file the part belongs to.

    Attributes:
        revision: the hub's commit; says which file it is only where there is no hash.
        sha256: lower-case hex; empty where the hub does not say it.
    """

    repo_id: str
    path: str
    revision: str
    size_bytes: int
    sha256: str
    version: int = VERSION

    def is_same_file(self, other: "FileIdentity") -> bool:
        """Whether bytes of the one are bytes of the other."""
        if (self.version, self.size_bytes) != (other.version, other.size_bytes):
            return False
        if self.sha256 or other.sha256:
            return self.sha256 == other.sha256
        return (self.repo_id, self.path, self.revision) == (
            other.repo_id,
            other.path,
            other.revision,
        )


class BlockLine(msgspec.Struct, frozen=True, kw_only=True, tag="block", tag_field="kind"):
    """A block has come so far; no byte of it means that it has to be fetched again."""

    number: int
    size_bytes: int
    crc32: int


class EtagLine(msgspec.Struct, frozen=True, kw_only=True, tag="etag", tag_field="kind"):
    """What the server that sent the bytes calls this state of the file."""

    etag: str


class CutLine(msgspec.Struct, frozen=True, kw_only=True, tag="cut", tag_field="kind"):
    """A connection ended within this block, which makes it suspicious."""

    number: int


_Line = FileIdentity | BlockLine | EtagLine | CutLine

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[_Line] = decoder(_Line)


@dataclass(kw_only=True)
class JournalState:
    """What a journal says.

    Attributes:
        identity: None where there is no journal, or nothing in it.
        blocks: what is on the disk of each block: bytes and their CRC-32.
        cuts: numbers of blocks within which connections ended.
    """

    identity: FileIdentity | None = None
    etag: str = ""
    blocks: dict[int, BlockLine] = field(default_factory=dict[int, BlockLine])
    cuts: set[int] = field(default_factory=set[int])

    @property
    def received_bytes(self) -> int:
        """How much has come."""
        return sum(block.size_bytes for block in self.blocks.values())

    def take(self, line: _Line) -> None:
        """Learn from one more line."""
        match line:
            case FileIdentity():
                self.identity, self.etag = line, ""
                self.blocks.clear()
                self.cuts.clear()
            case BlockLine():
                self.blocks[line.number] = line
            case EtagLine():
                self.etag = line.etag
            case CutLine():
                self.cuts.add(line.number)


def read_journal(path: Path) -> JournalState:
    """Read a journal; one that is not there says nothing. Raises OSError."""
    state = JournalState()
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return state
    for line in text.split(b"\n"):
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            state.take(_decoder.decode(line))
    return state


class JournalWriter:
    """Appends to a journal. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("ab", buffering=0)
        # Ends a line that was torn; an empty line says nothing.
        self._file.write(b"\n")

    def write(self, line: _Line) -> None:
        """Append a line."""
        self._file.write(_encoder.encode(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

# SPDX-License-Identifier: Apache-2.0
"""Finds the chats in a file, a folder or a zip archive, whichever program wrote them.

What a file is, is told by its shape and not by its name. Chats come one by one, and what cannot
be read becomes a problem with its place, so that one bad chat does not cost the others. Nothing
is unpacked to the disk, and names inside archives are never used as paths.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nemodesk.errors import StorageError, UsageError
from nemodesk.exchange.bounded import Bounded, Counted, TooMuchError
from nemodesk.exchange.json_stream import (
    LARGEST_BYTES,
    ByteStream,
    NotJsonError,
    Piece,
    pieces,
)
from nemodesk.exchange.loose import Json, UnreadableError, decode, fields, is_list
from nemodesk.exchange.readers import chatgpt, lm_studio, message_list, open_webui, own
from nemodesk.exchange.tree import FileChat
from nemodesk.sizes import in_words
from nemodesk.text import well_formed

_READERS = (chatgpt, open_webui, lm_studio, own, message_list)
"""In this order: ours is a list of messages too, and so are some of the others."""

_ENDINGS = frozenset({".json", ".jsonl", ".ndjson", ".txt", ""})
"""Files of a folder or archive that may hold chats; pictures need not be looked at."""
_MOST_FILES = 100_000
_MOST_WAITING = 100
_FINE_CHATS = 4
_ZIP_MARK = b"PK\x03\x04"


@dataclass(frozen=True)
class Problem:
    """What could not be read.

    Attributes:
        place: file and number of the chat in it, "conversations.json, chat 12".
        sentence: why, for the person.
    """

    place: str
    sentence: str


Found = FileChat | Problem
Tell = Callable[[int], None]
"""Takes how many bytes have been read since the last call."""


def read_chats(path: Path, *, tell: Tell, largest_bytes: int = LARGEST_BYTES) -> Iterator[Found]:
    """Return all chats of a file or folder, and what could not be read.

    Raises:
        UsageError: there is no such file.
        FileError: a newer program wrote it.
        StorageError: the disk refuses.
    """
    reading = _Reading(tell, largest_bytes)
    try:
        for file in _files(path):
            is_alone = file == path
            name = file.name if is_alone else file.relative_to(path).as_posix()
            with file.open("rb") as stream:
                is_zip = stream.read(len(_ZIP_MARK)) == _ZIP_MARK
                stream.seek(0)
                if is_zip:
                    yield from reading.archive(well_formed(name), stream)
                else:
                    yield from reading.file(well_formed(name), stream, is_alone=is_alone)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read ({error.strerror}). Check that it is still there and that "
            "you may read it.",
            detail=repr(error),
        ) from error


def read_document(
    name: str, stream: ByteStream, *, tell: Tell, largest_bytes: int = LARGEST_BYTES
) -> Iterator[Found]:
    """Return all chats of a document that is open already; see `read_chats`."""
    return _Reading(tell, largest_bytes).file(name, stream, is_alone=True)


def size_of(path: Path) -> int:
    """Return how many bytes there are to read; 0 where nobody can say."""
    try:
        return sum(_unpacked_size(file) for file in _files(path))
    except (OSError, UsageError):
        return 0


def recognise(value: Json) -> FileChat | None:
    """Return a decoded chat of any program; None where it is of none that is known."""
    # A bare list is one of roles and contents.
    found = {"messages": value} if is_list(value) else fields(value)
    reader = next((reader for reader in _READERS if reader.recognises(found)), None)
    return reader.read(found) if reader else None


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"There is no file {path}. Check the name and try again.")
    if not path.is_dir():
        return [path]
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not file.is_symlink() and file.suffix.lower() in {*_ENDINGS, ".zip"}
    )
    if len(found) > _MOST_FILES:
        raise UsageError(
            f"{path} holds more than {_MOST_FILES:,} files. Choose the folder with the chats alone."
        )
    return found


def _unpacked_size(file: Path) -> int:
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(entry.file_size for entry in archive.infolist() if _may_hold_chats(entry))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return file.stat().st_size


def _may_hold_chats(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and Path(entry.filename).suffix.lower() in _ENDINGS


@dataclass(frozen=True)
class _Reading:
    """What is the same for all files of one import."""

    tell: Tell
    largest_bytes: int

    def archive(self, name: str, stream: IO[bytes]) -> Iterator[Found]:
        """Return what the files of a zip archive hold."""
        damaged = "The archive is damaged or was not downloaded whole."
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            yield Problem(name, damaged)
            return
        with archive:
            for entry in filter(_may_hold_chats, archive.infolist()[:_MOST_FILES]):
                place = f"{name}, {well_formed(Path(entry.filename).name)}"
                try:
                    with archive.open(entry) as file:
                        packed = Bounded(
                            file,
                            packed_bytes=entry.compress_size,
                            fine_bytes=_FINE_CHATS * self.largest_bytes,
                        )
                        yield from self.file(place, packed, is_alone=False)
                except TooMuchError:
                    yield Problem(place, "It was left out: it would unpack to an absurd size.")
                # RuntimeError: the entry is encrypted.
                except (
                    zipfile.BadZipFile,
                    zlib.error,
                    EOFError,
                    NotImplementedError,
                    RuntimeError,
                ):
                    yield Problem(place, damaged)

    def file(self, name: str, stream: ByteStream, *, is_alone: bool) -> Iterator[Found]:
        """Return what a file holds; one of many that holds no chats is none of our business."""
        unknown: list[Problem] = []
        has_chats = is_alone
        number = 0
        try:
            for piece in pieces(Counted(stream, self.tell), largest_bytes=self.largest_bytes):
                number += 1
                found = self._chat(piece, f"{name}, chat {number}")
                has_chats = has_chats or isinstance(found, FileChat)
                if has_chats:
                    yield from unknown
                    unknown.clear()
                    yield found
                elif isinstance(found, Problem) and len(unknown) < _MOST_WAITING:
                    unknown.append(found)
        except NotJsonError:
            if has_chats:
                yield Problem(
                    name,
                    "The file is damaged or ends in the middle."
                    if number
                    else "This is not a file with chats.",
                )

    def _chat(self, piece: Piece, place: str) -> Found:
        if not piece.is_whole:
            return Problem(place, f"It is larger than {in_words(self.largest_bytes)}.")
        if not piece.is_bearable:
            return Problem(place, "It holds far more values than any chat does.")
        try:
            if piece.head:
                own.check_head(fields(decode(piece.head)))
            chat = recognise(decode(piece.content))
        except UnreadableError:
            return Problem(place, "It is damaged or nested absurdly deeply.")
        return chat or Problem(place, "It is no chat of a kind that NemoDesk knows.")

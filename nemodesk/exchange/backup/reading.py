# SPDX-License-Identifier: Apache-2.0
"""Opens a backup, checks that it is whole, and gives what is in it. It changes nothing.

Only the parts that a backup has are looked for; other names in the archive are never used.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from nemodesk.errors import FileError, StorageError, UsageError
from nemodesk.exchange.backup.manifest import (
    CHATS,
    CONTENTS,
    MANIFEST,
    MODELS,
    SECRETS,
    SETTINGS,
    Contents,
    Manifest,
    ModelEntry,
    damaged,
    read_manifest,
)
from nemodesk.exchange.backup.sealing import WrongPassphraseError, key_from, opened
from nemodesk.exchange.bounded import Bounded, TooMuchError
from nemodesk.exchange.json_stream import ByteStream
from nemodesk.exchange.progress import Progress
from nemodesk.structs import decode

_BLOCK_BYTES = 1024 * 1024
_LARGEST_SMALL_BYTES = 64 * 1024 * 1024
"""Of all parts but the chats."""

_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError),
    # A place before the beginning of the file, which a changed archive may point to.
    *(OSError, ValueError),
)


class Backup:
    """A backup file that is open for reading; closes at the end of `with`.

    Args:
        path: the file.
        passphrase: opens one that is sealed.

    Raises:
        UsageError: there is no such file, or the passphrase is missing or wrong.
        FileError: it is no backup, damaged, or of a newer program.
        StorageError: the disk refuses.

    Attributes:
        manifest: what it says about itself.
        contents: how much is in it.
        passphrase: what opens it; empty for one that is not sealed.
    """

    manifest: Manifest
    contents: Contents

    def __init__(self, path: Path, passphrase: str = "") -> None:
        self.passphrase = passphrase
        self._file = _open(path)
        try:
            self._archive = _archive(self._file)
            self.manifest = _manifest(self._archive)
            self._key = self._key_from(passphrase)
            self.contents = self._small(CONTENTS, Contents)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Return the backup."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    @staticmethod
    def is_sealed(path: Path) -> bool:
        """Tell whether a backup needs a passphrase; raises as opening it does."""
        with _open(path) as file:
            return _manifest(_archive(file)).is_sealed

    def verify(self, progress: Progress) -> None:
        """Read all of it and compare it with what it must be.

        Raises:
            FileError: it is damaged.
            CancelledError: the person wants it to end.
        """
        progress.begin(sum(part.size_bytes for part in self.manifest.parts))
        for part in self.manifest.parts:
            digest = hashlib.sha256()
            with self._reading(part.name) as file:
                bounded = Bounded(file, packed_bytes=part.size_bytes)
                while block := _read(bounded, _BLOCK_BYTES):
                    digest.update(block)
                    progress.step(len(block))
            if digest.hexdigest() != part.sha256:
                raise damaged(f"{part.name} has another checksum")

    def chats(self) -> ByteStream:
        """Return the document with the chats."""
        return _Whole(self._content(CHATS))

    def settings(self) -> dict[str, Any]:
        """Return the settings by their keys."""
        return self._small(SETTINGS, dict[str, Any])

    def models(self) -> tuple[ModelEntry, ...]:
        """Return the models that there were."""
        return self._small(MODELS, tuple[ModelEntry, ...])

    def secrets(self) -> dict[str, str]:
        """Return the secrets; none where the person did not ask for them."""
        has_some = any(part.name == SECRETS for part in self.manifest.parts)
        return self._small(SECRETS, dict[str, str]) if has_some else {}

    def _key_from(self, passphrase: str) -> bytes | None:
        if not self.manifest.is_sealed:
            return None
        if not passphrase:
            raise NoPassphraseError("This backup is protected. Enter its passphrase.")
        return key_from(passphrase, self.manifest.salt_bytes)

    def _small(self, name: str, kind: Any) -> Any:  # noqa: ANN401 - as msgspec does
        content = bytearray()
        for piece in self._content(name):
            content += piece
            if len(content) > _LARGEST_SMALL_BYTES:
                raise damaged(f"{name} is of absurd size")
        try:
            return decode(content, kind)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise damaged(f"{name}: {error!r}") from error

    def _content(self, name: str) -> Iterator[bytes]:
        """Yield what is in a part, opened and unpacked."""
        part = self.manifest.part(name)
        with self._reading(name) as file:
            bounded = Bounded(file, packed_bytes=part.size_bytes)
            if self._key is None:
                while block := _read(bounded, _BLOCK_BYTES):
                    yield block
            else:
                yield from self._unsealed(bounded, self._key, part.name, part.size_bytes)

    def _unsealed(
        self, stream: ByteStream, key: bytes, name: str, sealed_bytes: int
    ) -> Iterator[bytes]:
        unpacked = Bounded(_Whole(_unpacked(opened(stream, key, name))), packed_bytes=sealed_bytes)
        while block := _read(unpacked, _BLOCK_BYTES):
            yield block

    def _reading(self, name: str) -> IO[bytes]:
        try:
            return self._archive.open(name)
        except _DAMAGES as error:
            raise damaged(f"{name}: {error!r}") from error


class NoPassphraseError(UsageError):
    """The backup is sealed, and no passphrase was given."""


class _Whole:
    """Pieces as a stream that can be read in any steps."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}. Check the name and try again.") from error
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read ({error.strerror}). Check that you may read it.",
            detail=repr(error),
        ) from error


def _archive(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _DAMAGES as error:
        raise FileError(
            "This file is no backup of NemoDesk, or it was not copied whole. Choose another one.",
            detail=repr(error),
        ) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as file:
            content = _read(Bounded(file, packed_bytes=0), _BLOCK_BYTES + 1)
    except KeyError as error:
        raise FileError(
            "This file is no backup of NemoDesk. Choose another one.", detail=repr(error)
        ) from error
    except _DAMAGES as error:
        raise damaged(repr(error)) from error
    return read_manifest(content)


def _read(stream: ByteStream, size: int) -> bytes:
    try:
        return stream.read(size)
    except (*_DAMAGES, TooMuchError) as error:
        raise damaged(repr(error)) from error


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack a stream without ever holding more than a block of it."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        packed = piece
        while packed and not unpacker.eof:
            yield unpacker.decompress(packed, _BLOCK_BYTES)
            packed = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise damaged("a part ends in the middle")


__all__ = ["Backup", "NoPassphraseError", "WrongPassphraseError"]

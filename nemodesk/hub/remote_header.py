# SPDX-License-Identifier: Apache-2.0
"""Reads the header of a model that is still at the hub, a piece at a time, and no more of it.

It keeps what it has read in the cache folder: a file of this content says the same for ever.
"""

import hashlib
import io
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from nemodesk import __version__
from nemodesk.catalog.gguf.header import CutHeaderError, GgufHeader, joined, parse_header
from nemodesk.catalog.offers.cache_files import keep_newest, read_cached, write_cached
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.errors import ModelFileError, NetworkError, NotFoundError
from nemodesk.hub.connection import Range
from nemodesk.structs import decode

_log = logging.getLogger(__name__)

_FIRST_BYTES = 1 << 20  # a guess; the later parts of a split model need far less
_MOST_BYTES = 64 << 20
"""The parser takes more than 32 MB for damage."""
_KEPT_HEADERS = 200
_LARGEST_KEPT_BYTES = 4 << 20
_SHA256_LENGTH = 64
_MAGIC = b"GGUF"
_ANOTHER = "Choose another one."

Read = Callable[[RemoteFile, int, int], Range]
"""Returns so many bytes of a file from a place on (see `Session.bytes_of`)."""


class _Kept(msgspec.Struct, kw_only=True):
    program: str
    header: GgufHeader


class HeaderCache:
    """The headers that were read before."""

    def __init__(self, cache_folder: Path) -> None:
        self._folder = cache_folder / "headers"

    def find(self, offer: Offer, quant: Quant) -> GgufHeader | None:
        """Return the header of this choice if it was read before by this version."""
        content = read_cached(self._path(offer, quant), most_bytes=_LARGEST_KEPT_BYTES)
        if content is None:
            return None
        try:
            kept = decode(content, _Kept)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return kept.header if kept.program == __version__ else None

    def keep(self, offer: Offer, quant: Quant, header: GgufHeader) -> None:
        """Remember the header of this choice, if it is known which content it belongs to."""
        if not (quant.files[0].sha256 or offer.revision):
            return
        kept = _Kept(program=__version__, header=header)
        write_cached(self._path(offer, quant), msgspec.json.encode(kept))
        keep_newest(self._folder, pattern="*.json", most=_KEPT_HEADERS)

    def _path(self, offer: Offer, quant: Quant) -> Path:
        """Return a path that says which content all files have."""
        parts = [offer.repo_id, offer.revision] if not quant.files[0].sha256 else []
        for file in quant.files:
            parts += [file.path if not file.sha256 else file.sha256, str(file.size_bytes)]
        name = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{name}.json"


def read_remote_header(read: Read, quant: Quant) -> GgufHeader:
    """Read as much of a choice's files as their headers take.

    Raises:
        NotFoundError: a file is no longer the one that was offered.
        ModelFileError: one is no GGUF file, or damaged.
        NetworkError: less of one is sent than it has.
    """
    first, *others = (_whole_header(read, file) for file in quant.files)
    return joined(first, others)


def _whole_header(read: Read, file: RemoteFile) -> GgufHeader:
    header, whole_bytes = _parsed(read, file)
    if file.size_bytes and whole_bytes > file.size_bytes:
        raise _incomplete(file, f"{file.size_bytes} of {whole_bytes} bytes")
    return replace(header, file_size_bytes=file.size_bytes or whole_bytes)


def _parsed(read: Read, file: RemoteFile) -> tuple[GgufHeader, int]:
    """Return the header, and how many bytes the file has by it."""
    content, wanted = b"", _FIRST_BYTES
    while True:
        piece = read(file, len(content), wanted - len(content))
        is_other = len(piece.etag) == _SHA256_LENGTH and piece.etag != file.sha256
        if file.sha256 and is_other:
            raise NotFoundError(
                "The file has changed at the hub meanwhile. Search for the model again.",
                detail=f"{piece.etag} instead of {file.sha256}",
            )
        content = content + piece.content if piece.is_partial else piece.content
        if len(content) < min(wanted, file.size_bytes):
            raise NetworkError(
                f"The hub sends less of the file {file.path} than it has. Try again later.",
                detail=f"{len(content)} of {file.size_bytes} bytes",
            )
        if not content.startswith(_MAGIC):
            raise ModelFileError(f"The file {file.path} at the hub is no model. {_ANOTHER}")
        try:
            return parse_header(io.BytesIO(content), available_bytes=len(content))
        except CutHeaderError as error:
            if len(content) < wanted or wanted >= _MOST_BYTES:
                raise _incomplete(file, error.detail) from error
        wanted *= 2


def _incomplete(file: RemoteFile, detail: str) -> ModelFileError:
    sentence = f"The file {file.path} is incomplete at the hub already. {_ANOTHER}"
    return ModelFileError(sentence, detail=detail)

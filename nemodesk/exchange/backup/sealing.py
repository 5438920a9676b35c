# SPDX-License-Identifier: Apache-2.0
"""Seals streams of bytes with a passphrase, and opens them. It knows no files.

The key is made from the passphrase by scrypt, each stream has a key of its own from that, and
each piece of a stream is sealed by AES-256-GCM with its number as nonce. The last piece says that
it is the last: a stream that was cut short, or whose pieces were moved, does not open.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator

from nemodesk.errors import UsageError
from nemodesk.exchange.json_stream import ByteStream

SALT_BYTES = 16
_PIECE_BYTES = 1024 * 1024
_TAG_BYTES = 16
_NONCE_BYTES = 12
# OWASP's Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1, which takes 128 MiB. They belong
# to the version of the format and are not read from the file: a file could ask for all memory.
_SCRYPT_N = 2**17
_SCRYPT_R = 8
_SCRYPT_P = 1
_SCRYPT_MEMORY_BYTES = 256 * 1024 * 1024
_MORE, _LAST = b"\0", b"\1"


class WrongPassphraseError(UsageError):
    """The passphrase does not open it, or somebody has changed it."""


def key_from(passphrase: str, salt: bytes) -> bytes:
    """Return the key of a backup; takes about half a second on purpose."""
    return hashlib.scrypt(
        passphrase.encode(),
        salt=salt,
        n=_SCRYPT_N,
        r=_SCRYPT_R,
        p=_SCRYPT_P,
        maxmem=_SCRYPT_MEMORY_BYTES,
        dklen=32,
    )


def sealed(pieces: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """Return a stream sealed, in pieces of one size.

    Args:
        key: of the backup.
        name: of the stream; no two of a backup have the same.
    """
    seal = _Seal(key, name)
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        # At least one byte waits, so that the last piece is known when it comes.
        while len(waiting) > _PIECE_BYTES:
            yield seal.close(bytes(waiting[:_PIECE_BYTES]), _MORE)
            del waiting[:_PIECE_BYTES]
    yield seal.close(bytes(waiting), _LAST)


def opened(stream: ByteStream, key: bytes, name: str) -> Iterator[bytes]:
    """Return what `sealed` was given.

    Raises:
        WrongPassphraseError: the key is another one, or the stream is not as it was.
    """
    seal = _Seal(key, name)
    piece = _read(stream)
    while following := _read(stream):
        yield seal.open(piece, _MORE)
        piece = following
    yield seal.open(piece, _LAST)


class _Seal:
    """Closes or opens the pieces of one stream, one after the other."""

    def __init__(self, key: bytes, name: str) -> None:
        # Imported when a backup is sealed: it takes 30 ms and most people never need it.
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        self._invalid = InvalidTag
        self._cipher = AESGCM(hmac.digest(key, name.encode(), "sha256"))
        self._number = 0

    def close(self, piece: bytes, mark: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(), piece, mark)

    def open(self, piece: bytes, mark: bytes) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(), piece, mark)
        except self._invalid as error:
            raise WrongPassphraseError(
                "This passphrase does not open the backup. Check it and try again."
            ) from error

    def _nonce(self) -> bytes:
        self._number += 1
        return self._number.to_bytes(_NONCE_BYTES, "big")


def _read(stream: ByteStream) -> bytes:
    """Return the next sealed piece whole, however little the stream gives at once."""
    piece = bytearray()
    while len(piece) < _PIECE_BYTES + _TAG_BYTES:
        more = stream.read(_PIECE_BYTES + _TAG_BYTES - len(piece))
        if not more:
            break
        piece += more
    return bytes(piece)

# SPDX-License-Identifier: Apache-2.0
"""Wraps a key with a password, and checks a password. It keeps neither.

The wrapping needs no cipher: scrypt makes as many bytes as the key has, with a salt that is used
once, so adding them bit by bit is a one-time pad, and a MAC tells a wrong password.
"""

import hashlib
import hmac
import secrets
import unicodedata

import msgspec

from nemodesk.errors import UsageError
from nemodesk.structs import decode
from nemodesk.vault.errors import WrongKeyError
from nemodesk.vault.key import KEY_BYTES, VaultKey

SHORTEST = 8
"""Letters of a password (NIST SP 800-63B, 3.1.1.2)."""

_SALT_BYTES = 16
_MAC_BYTES = 32
_LARGEST_POWER = 20
_MAX_MEMORY_BYTES = 2 << 30
_MAC_WORDS = b"NemoDesk password"


class Cost(msgspec.Struct, frozen=True):
    """How hard guessing is: scrypt takes 128 · 2^power · block bytes of memory each time.

    The usual one is OWASP's for 2024: 128 MiB; 0.5 s on 2 virtual cores (measured).
    """

    power: int = 17
    block: int = 8
    lanes: int = 1


USUAL_COST = Cost()


class WrappedKey(msgspec.Struct, frozen=True):
    """A key that only its password opens; all in hexadecimal digits."""

    salt: str
    wrapped: str
    mac: str
    cost: Cost


def check_new(password: str) -> None:
    """Raise UsageError if a password is too short to keep anybody out."""
    if len(_normal(password)) < SHORTEST:
        raise UsageError(
            f"A password needs {SHORTEST} letters at least. Four words that do not belong together "
            "are easy to remember and hard to guess."
        )


def wrap(key: VaultKey, password: str, cost: Cost = USUAL_COST) -> WrappedKey:
    """Close the key up with a password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    pad, mac_key = _derive(password, salt, cost)
    wrapped = _added(key.secret, pad)
    return WrappedKey(salt.hex(), wrapped.hex(), _mac(mac_key, wrapped).hex(), cost)


def unwrap(wrapped_key: WrappedKey, password: str) -> VaultKey:
    """Return the key. Raises WrongKeyError for another password, or a damaged wrapping."""
    try:
        salt, wrapped = bytes.fromhex(wrapped_key.salt), bytes.fromhex(wrapped_key.wrapped)
        mac = bytes.fromhex(wrapped_key.mac)
        pad, mac_key = _derive(password, salt, wrapped_key.cost)
    except (ValueError, MemoryError) as error:
        raise WrongKeyError(
            "What the password is checked with is damaged. Use the recovery key.",
            detail=repr(error),
        ) from error
    if len(wrapped) != KEY_BYTES or not hmac.compare_digest(mac, _mac(mac_key, wrapped)):
        raise WrongKeyError("This password is not the right one. Try again.")
    return VaultKey(_added(wrapped, pad))


def verifier(password: str, cost: Cost = USUAL_COST) -> str:
    """Return what a password can be checked with and not be read from."""
    salt = secrets.token_bytes(_SALT_BYTES)
    _, mac_key = _derive(password, salt, cost)
    content = WrappedKey(salt.hex(), "", _mac(mac_key, b"").hex(), cost)
    return msgspec.json.encode(content).decode()


def is_password(password: str, kept: str) -> bool:
    """Return whether this is the password that a verifier was made of."""
    try:
        content = decode(kept, WrappedKey)
        _, mac_key = _derive(password, bytes.fromhex(content.salt), content.cost)
        return hmac.compare_digest(bytes.fromhex(content.mac), _mac(mac_key, b""))
    except (msgspec.MsgspecError, ValueError, MemoryError):
        return False


def _derive(password: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    # A file that somebody has changed must not take all memory.
    if not 1 <= cost.power <= _LARGEST_POWER or not 1 <= cost.block * cost.lanes <= 1 << 6:
        raise ValueError("scrypt with these numbers is not ours")
    derived = hashlib.scrypt(
        _normal(password).encode(),
        salt=salt,
        n=1 << cost.power,
        r=cost.block,
        p=cost.lanes,
        maxmem=_MAX_MEMORY_BYTES - 1,
        dklen=KEY_BYTES + _MAC_BYTES,
    )
    return derived[:KEY_BYTES], derived[KEY_BYTES:]


def _normal(password: str) -> str:
    # Keyboards write é as one letter or as two.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


def _added(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, _MAC_WORDS + content, "sha256")

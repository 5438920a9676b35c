# SPDX-License-Identifier: Apache-2.0
"""The key of the vault, and the recovery key: the same key as groups to write down.

The recovery key is no second way in that could be weaker: it is the key itself, 32 random bytes
with 3 bytes that check them, in base 32. Letters and digits can be typed on every keyboard, and
need no list of words in one language. It keeps and stores nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from nemodesk.vault.errors import WrongKeyError

KEY_BYTES = 32
_CHECK_BYTES = 3
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32 (crockford.com/base32.html): no letter that looks like a digit."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SYMBOL_BITS = 5
_LENGTH = (KEY_BYTES + _CHECK_BYTES) * 8 // _SYMBOL_BITS
GROUP_LENGTH = 4
GROUPS = _LENGTH // GROUP_LENGTH


@dataclass(frozen=True)
class VaultKey:
    """32 random bytes; they are in no repr and no log."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")

    @property
    def fingerprint(self) -> str:
        """Which key it is, for everyone to know: nothing about the key follows from it."""
        return hmac.digest(self.secret, b"NemoDesk vault, which key", "sha256")[:8].hex()


def new_key() -> VaultKey:
    """Make a key that nobody else has."""
    return VaultKey(secrets.token_bytes(KEY_BYTES))


def recovery_key(key: VaultKey) -> str:
    """Return the key as groups of letters and digits, to be written down."""
    number = int.from_bytes(key.secret + _check(key.secret))
    symbols = [
        _SYMBOLS[number >> place * _SYMBOL_BITS & (len(_SYMBOLS) - 1)]
        for place in reversed(range(_LENGTH))
    ]
    text = "".join(symbols)
    return "-".join(text[start : start + GROUP_LENGTH] for start in range(0, _LENGTH, GROUP_LENGTH))


def read_recovery_key(text: str) -> VaultKey:
    """Return the key that a person has typed, in any case, with spaces or hyphens or none.

    Raises:
        WrongKeyError: it is no recovery key; the sentence says what is wrong with it.
    """
    symbols = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_MISREAD)
    strange = sorted({letter for letter in symbols if letter not in _SYMBOLS})
    if strange:
        raise WrongKeyError(
            f"No recovery key contains {', '.join(strange)}. Look at your note again."
        )
    if len(symbols) != _LENGTH:
        raise WrongKeyError(
            f"A recovery key has {_LENGTH} letters and digits in {GROUPS} groups; these are "
            f"{len(symbols)}. Look whether one is missing or twice."
        )
    number = 0
    for symbol in symbols:
        number = number << _SYMBOL_BITS | _SYMBOLS.index(symbol)
    content = number.to_bytes(KEY_BYTES + _CHECK_BYTES)
    secret, check = content[:KEY_BYTES], content[KEY_BYTES:]
    if not hmac.compare_digest(check, _check(secret)):
        raise WrongKeyError(
            "This recovery key has a wrong letter or digit somewhere, or two that changed places. "
            "Compare it with your note."
        )
    return VaultKey(secret)


def looks_like_recovery_key(text: str) -> bool:
    """Return whether a person meant this to be a recovery key: by its length and its letters."""
    symbols = "".join(text.upper().replace("-", " ").split()).translate(_MISREAD)
    is_long = abs(len(symbols) - _LENGTH) <= GROUP_LENGTH
    return is_long and all(symbol in _SYMBOLS for symbol in symbols)


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"NemoDesk recovery key" + secret).digest()[:_CHECK_BYTES]

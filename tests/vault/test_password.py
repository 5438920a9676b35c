# SPDX-License-Identifier: Apache-2.0
"""Passwords: the right one opens, any other is told from it."""

import unicodedata

import pytest

from nemodesk.errors import UsageError
from nemodesk.vault.attempts import Attempts
from nemodesk.vault.errors import WrongKeyError
from nemodesk.vault.key import new_key
from nemodesk.vault.password import (
    Cost,
    WrappedKey,
    check_new,
    is_password,
    unwrap,
    verifier,
    wrap,
)

_CHEAP = Cost(power=4)


def test_a_password_opens_what_it_closed() -> None:
    """The same password gives the key, and any other none."""
    key = new_key()
    wrapped = wrap(key, "four quiet words here", _CHEAP)
    assert unwrap(wrapped, "four quiet words here") == key
    for wrong in ("", "four quiet words hera", "Four quiet words here"):
        with pytest.raises(WrongKeyError, match="not the right one"):
            unwrap(wrapped, wrong)
    assert key.secret.hex() not in repr(wrapped)


def test_the_same_password_closes_differently_each_time() -> None:
    """The pad is used for one key only: another salt each time."""
    key = new_key()
    first, second = (wrap(key, "the same password", _CHEAP) for _ in range(2))
    assert first.wrapped != second.wrapped


def test_a_password_is_the_same_from_every_keyboard() -> None:
    """An é of one letter and one of two are the same password."""
    wrapped = wrap(new_key(), unicodedata.normalize("NFC", "café au lait"), _CHEAP)
    unwrap(wrapped, unicodedata.normalize("NFD", "café au lait"))


@pytest.mark.parametrize(
    "damaged",
    [
        WrappedKey("zz", "00" * 32, "00" * 32, _CHEAP),
        WrappedKey("00", "00" * 31, "00" * 32, _CHEAP),
        WrappedKey("00", "00" * 32, "00" * 32, Cost(power=40)),
        WrappedKey("00", "00" * 32, "00" * 32, Cost(block=100_000)),
        WrappedKey("00", "00" * 32, "00" * 32, Cost(power=-1)),
    ],
)
def test_a_damaged_wrapping_is_a_sentence(damaged: WrappedKey) -> None:
    """A file that was changed neither breaks the program nor takes all memory."""
    with pytest.raises(WrongKeyError):
        unwrap(damaged, "password")


def test_a_verifier_knows_its_password() -> None:
    """A lock without encryption tells its password from others and does not contain it."""
    kept = verifier("open sesame", _CHEAP)
    assert is_password("open sesame", kept)
    assert not is_password("open sesami", kept)
    assert "sesame" not in kept
    assert not is_password("open sesame", "rubbish")
    assert not is_password("", "{}")


def test_a_short_password_is_refused() -> None:
    """A password that keeps nobody out is not taken."""
    with pytest.raises(UsageError, match="8 letters"):
        check_new("1234567")
    check_new("12345678")


def test_guessing_takes_longer_and_longer() -> None:
    """Two mistypings cost nothing; then the wait doubles up to a minute, until one is right."""
    now = [100.0]
    attempts = Attempts(lambda: now[0])
    waits: list[float] = []
    for _ in range(10):
        now[0] += attempts.wait_s
        attempts.begin()
        waits.append(attempts.failed())
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    with pytest.raises(WrongKeyError, match="Wait 60 s"):
        attempts.begin()
    attempts.succeeded()
    attempts.begin()

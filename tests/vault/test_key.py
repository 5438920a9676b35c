# SPDX-License-Identifier: Apache-2.0
"""The recovery key: whatever is typed, it is the right key or a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.vault.errors import WrongKeyError
from nemodesk.vault.key import GROUPS, VaultKey, new_key, read_recovery_key, recovery_key


@given(st.binary(min_size=32, max_size=32))
def test_a_key_survives_being_written_down(secret: bytes) -> None:
    """The groups of every key give that key again."""
    key = VaultKey(secret)
    groups = recovery_key(key).split("-")
    assert len(groups) == GROUPS
    assert {len(group) for group in groups} == {4}
    assert read_recovery_key(recovery_key(key)) == key


def test_how_it_is_typed_does_not_matter() -> None:
    """Small letters, spaces, no hyphens, and O for 0 or l for 1 are understood."""
    key = VaultKey(bytes(range(32)))
    text = recovery_key(key)
    typed = text.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert "o" in typed
    assert read_recovery_key(f"  {typed}\n") == key


def test_a_wrong_letter_is_found() -> None:
    """One wrong letter at any place, and two that changed places, are told from the right key."""
    text = recovery_key(new_key())
    for place, letter in enumerate(text):
        if letter == "-":
            continue
        other = "7" if letter != "7" else "8"
        with pytest.raises(WrongKeyError, match="wrong letter"):
            read_recovery_key(text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "these are 0"),
        ("ABCD-EFGH", "these are 8"),
        ("my key is unknown", "contains U"),
        ("пароль", "contains"),
    ],
)
def test_something_else_is_no_recovery_key(text: str, sentence: str) -> None:
    """What is no recovery key gets a sentence that says what is wrong with it."""
    with pytest.raises(WrongKeyError, match=sentence):
        read_recovery_key(text)


@given(st.text())
def test_any_text_gets_a_sentence(text: str) -> None:
    """No text whatsoever breaks the reading."""
    with pytest.raises(WrongKeyError):
        read_recovery_key(text)


def test_a_key_is_in_no_repr() -> None:
    """A key that ends up in a log or a report shows nothing of itself."""
    key = new_key()
    assert key.secret.hex() not in repr(key)
    assert str(key.secret) not in repr(key)
    assert key.secret.hex() not in key.fingerprint

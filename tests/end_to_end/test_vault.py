# SPDX-License-Identifier: Apache-2.0
"""Encrypting, locking and recovering in the real window, through the accessibility interface.

There is no keyring on this desktop, so a password opens the chats.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from nemodesk.chats.store import ChatStore
from tests.end_to_end.program import Program
from tests.vault.conftest import SENTENCE, fill, plain_words

pytestmark = pytest.mark.window

_PASSWORD = "four quiet words"  # noqa: S105


def _encrypt(program: Program) -> str:
    program.press("Settings")
    program.press("Privacy and security")
    program.press("Encrypt my chats…")
    text = program.control("Recovery key").description
    for number, group in enumerate(text.split("-")):
        for field in program.frame.all(f"Group {number + 1}", "text"):
            field.write(group)
    program.control("Password").write(_PASSWORD)
    program.press("Encrypt my chats")
    program.says("Your chats are encrypted")
    return text


def _has_chats(program: Program) -> bool:
    return any(SENTENCE in control.name for control in program.frame.everything())


def test_encrypt_lock_and_recover(start_program: Callable[[], Program], tmp_path: Path) -> None:
    """Chats are encrypted from the page; the next start asks, and tells nothing until then."""
    home = tmp_path / "home"
    store = ChatStore(home / "chats.sqlite3")
    fill(store)
    store.close()
    program = start_program()
    program.says(SENTENCE)
    recovery_key = _encrypt(program)
    assert plain_words(home) == []
    assert program.close() == 0
    assert plain_words(home) == []

    program = start_program()
    program.says("NemoDesk is locked")
    assert not _has_chats(program)
    program.control("Password").write("four quiet ducks")
    program.press("Unlock")
    program.says("This password is not the right one.")
    assert not _has_chats(program)
    program.control("Password").write(_PASSWORD)
    program.press("Unlock")
    program.says(SENTENCE)

    program.press("Settings")
    program.press("Privacy and security")
    program.press("Lock now")
    program.says("NemoDesk is locked")
    assert SENTENCE not in program.frame.outline()
    program.press("Use the recovery key")
    program.control("Recovery key").write(recovery_key.lower())
    program.press("Unlock")
    program.press("Chat")
    program.says(SENTENCE)
    assert plain_words(home) == []

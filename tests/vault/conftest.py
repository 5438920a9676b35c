# SPDX-License-Identifier: Apache-2.0
"""Chats to encrypt, and a vault whose passwords are quick to check."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.vault.key import new_key
from nemodesk.vault.password import Cost
from nemodesk.vault.vault import Vault
from tests.fakes.keeper import FakeKeeper

CHEAP = Cost(power=4)
SENTENCE = "The tulips bloom behind the old lighthouse"
DRAFT = "Nobody knows of the second lighthouse"


def fill(store: ChatStore, *, chats: int = 3, filler: str = "") -> None:
    """Put chats with a known sentence, a title and a draft into a store."""
    for number in range(chats):
        chat = store.create_chat()
        question = store.add_message(
            chat.id, parent_id=None, role=Role.USER, content=f"{SENTENCE} {number} {filler}"
        )
        store.add_message(
            chat.id, parent_id=question.id, role=Role.ASSISTANT, content=f"{number} {filler}"
        )
        store.set_draft(chat.id, f"{DRAFT} {number}")


def plain_words(folder: Path) -> list[str]:
    """Return the files below a folder that contain a sentence of a chat as it is."""
    words = [text.encode(code) for text in (SENTENCE, DRAFT) for code in ("utf-8", "utf-16-le")]
    return [
        str(file.relative_to(folder))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and any(word in file.read_bytes() for word in words)
    ]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Name the file of the chats, in a folder of its own."""
    return tmp_path / "data" / "chats.sqlite3"


@pytest.fixture
def keeper() -> FakeKeeper:
    """Give an empty keyring."""
    return FakeKeeper()


@pytest.fixture
def make_vault(database: Path, keeper: FakeKeeper) -> Callable[[], Vault]:
    """Give what makes a vault as a new start of the program does."""
    return lambda: Vault(database, keeper, cost=CHEAP)


@pytest.fixture
def encrypted(database: Path, make_vault: Callable[[], Vault]) -> Vault:
    """Give a vault that is on, with three chats in it."""
    store = ChatStore(database)
    fill(store)
    store.close()
    vault = make_vault()
    vault.turn_on(new_key())
    return vault

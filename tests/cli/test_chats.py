# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chats` beside its transfer: lists, found places, trash, archive, pins, names."""

import json
from pathlib import Path
from typing import Any

import pytest

from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from tests.cli.conftest import Nemodesk


@pytest.fixture
def chat_id(tmp_path: Path) -> int:
    """Make a chat in the store of the window; return its number."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    store = ChatStore(home / "chats.sqlite3")
    chat = store.create_chat(title="Garden")
    for text in ("Where do roses grow?", "And \x1b[31mlilies in the garden?"):
        store.add_message(chat.id, parent_id=None, role=Role.USER, content=text)
    store.close()
    return chat.id


def _json(nemodesk: Nemodesk, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(nemodesk("chats", *arguments, "--json").stdout)
    return found


def test_a_search_shows_the_place(nemodesk: Nemodesk, chat_id: int) -> None:
    """Each chat is listed once, with the newest message that says it and all other places."""
    (found,) = _json(nemodesk, "search", "garden")
    assert (found["id"], found["title"], found["message_id"]) == (chat_id, "Garden", 2)
    (start, end) = found["marks"][0]
    assert found["snippet"][start:end] == "garden"
    assert [place["message_id"] for place in found["places"]] == [None, 2]
    shown = nemodesk("chats", "search", "GARDEN lilies").stdout
    assert "lilies in the garden?" in shown
    assert "\x1b" not in shown
    assert _json(nemodesk, "search", '"garden lilies"') == []


def test_a_chat_goes_through_archive_and_trash(nemodesk: Nemodesk, chat_id: int) -> None:
    """Pins, archive, trash and names are changed and listed; what is erased is gone."""
    number = str(chat_id)
    assert nemodesk("chats", "rename", number, "Roses").returncode == 0
    assert nemodesk("chats", "pin", number).returncode == 0
    (listed,) = _json(nemodesk, "list")
    assert (listed["title"], listed["is_pinned"], listed["deleted_at"]) == ("Roses", True, None)
    assert nemodesk("chats", "pin", number, "--off").returncode == 0
    assert nemodesk("chats", "archive", number).returncode == 0
    assert _json(nemodesk, "list") == []
    (archived,) = _json(nemodesk, "list", "--archived")
    assert archived["archived_at"] is not None
    assert archived["is_pinned"] is False
    assert nemodesk("chats", "archive", number, "--off").returncode == 0
    assert nemodesk("chats", "delete", number).returncode == 0
    assert _json(nemodesk, "list") == []
    assert _json(nemodesk, "list", "--trash")[0]["deleted_at"] is not None
    assert "Roses" in nemodesk("chats", "list", "--trash").stdout
    assert nemodesk("chats", "restore", number).returncode == 0
    assert len(_json(nemodesk, "list")) == 1
    assert nemodesk("chats", "delete", number, "--for-good").returncode == 0
    assert _json(nemodesk, "list", "--trash") == []
    assert nemodesk("chats", "restore", number).returncode == 3


def test_an_empty_list_says_which(nemodesk: Nemodesk) -> None:
    """One sentence tells that there is nothing; two lists at once are wrong usage."""
    assert nemodesk("chats", "list").stderr == "There are no chats yet.\n"
    assert nemodesk("chats", "list", "--archived").stderr == "The archive is empty.\n"
    assert nemodesk("chats", "list", "--trash").stderr == "The trash is empty.\n"
    assert nemodesk("chats", "list", "--trash", "--archived").returncode == 2

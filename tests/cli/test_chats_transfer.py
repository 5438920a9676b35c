# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chats export` and `import` on the store of the window."""

import json
from pathlib import Path

import pytest

from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from tests.cli.conftest import Nemodesk


@pytest.fixture
def chat_id(tmp_path: Path) -> int:
    """Keep one chat with two answers, and return its number."""
    home = tmp_path / "home"
    home.mkdir()
    store = ChatStore(home / "chats.sqlite3")
    chat = store.create_chat()
    question = store.add_message(chat.id, parent_id=None, role=Role.USER, content="Wann säen?")
    for words in ("Jetzt <b>", "Später"):
        store.add_message(chat.id, parent_id=question.id, role=Role.ASSISTANT, content=words)
    store.close()
    return chat.id


def test_each_format_goes_to_stdout_and_to_a_file(
    nemodesk: Nemodesk, chat_id: int, tmp_path: Path
) -> None:
    """Both hold the same."""
    expected = {"md": "## You\n\nWann säen?", "html": "Später", "json": "Jetzt", "jsonl": "Später"}
    for export_format, words in expected.items():
        shown = nemodesk("chats", "export", str(chat_id), "--format", export_format)
        path = tmp_path / f"chat.{export_format}"
        assert nemodesk("chats", "export", "--format", export_format, "-o", str(path)).stdout == ""
        assert path.read_text(encoding="utf-8") == shown.stdout
        assert words in shown.stdout
    assert "<b>" not in (tmp_path / "chat.html").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_ends_with_8(
    nemodesk: Nemodesk, chat_id: int, tmp_path: Path
) -> None:
    """The sentence names it, and nothing is left."""
    path = tmp_path / "no folder" / "chat.md"
    done = nemodesk("chats", "export", str(chat_id), "-o", str(path))
    assert (done.returncode, done.stdout) == (8, "")
    assert str(path) in done.stderr
    assert nemodesk("chats", "export", "99").returncode == 3


@pytest.mark.usefixtures("chat_id")
def test_what_is_exported_is_imported_once(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """The report says what was added, and what was here already."""
    path = tmp_path / "all.json"
    nemodesk("chats", "export", "--format", "json", "-o", str(path))
    again = json.loads(nemodesk("chats", "import", str(path), "--json").stdout)
    assert (again["added"], again["known"], again["left_out"]) == ([], 1, 0)
    nemodesk("chats", "delete", "1")
    done = nemodesk("chats", "import", str(path))
    assert (done.returncode, done.stderr) == (0, "1 chat was imported.\n")
    (chat,) = json.loads(nemodesk("chats", "list", "--json").stdout)
    exported = json.loads(nemodesk("chats", "export", str(chat["id"]), "--format", "json").stdout)
    assert len(exported["chats"][0]["messages"]) == 3


def test_what_is_left_out_is_named(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """The good chats are imported all the same."""
    path = tmp_path / "mixed.json"
    path.write_text('[{"messages": [{"role": "user", "content": "Hi"}]}, {"a": 1}]')
    done = nemodesk("chats", "import", str(path), "--json")
    report = json.loads(done.stdout)
    assert (len(report["added"]), report["left_out"]) == (1, 1)
    assert report["problems"][0]["place"] == "mixed.json, chat 2"
    assert "mixed.json, chat 2: It is no chat" in nemodesk("chats", "import", str(path)).stderr


def test_a_file_without_chats_ends_with_6(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """One sentence, and no traceback; a file that is not there is wrong usage."""
    path = tmp_path / "picture.json"
    path.write_bytes(b"\x89PNG\r\n")
    done = nemodesk("chats", "import", str(path))
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.count("\n") == 1
    assert nemodesk("chats", "import", str(tmp_path / "none.json")).returncode == 2

# SPDX-License-Identifier: Apache-2.0
"""`nemodesk backup`: create, show and restore, as on two computers."""

import json
from pathlib import Path

import pytest

from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from tests.cli.conftest import Nemodesk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Keep a chat, and return the folder with everything."""
    home = tmp_path / "home"
    home.mkdir()
    store = ChatStore(home / "chats.sqlite3")
    chat = store.create_chat()
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="Wann säen?")
    store.close()
    return home


def test_a_backup_goes_round(nemodesk: Nemodesk, home: Path, tmp_path: Path) -> None:
    """What is in it is shown before, and is back afterwards."""
    path = tmp_path / "all.nemodesk"
    made = json.loads(nemodesk("backup", "create", str(path), "--json").stdout)
    assert made["contents"]["chats"] == 1
    assert made["size_bytes"] == path.stat().st_size
    home.rename(tmp_path / "old computer")
    shown = json.loads(nemodesk("backup", "show", str(path), "--json").stdout)
    assert (shown["contents"]["messages"], shown["is_protected"]) == (1, False)
    done = nemodesk("backup", "restore", str(path))
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 chat was imported." in done.stderr
    (chat,) = json.loads(nemodesk("chats", "list", "--json").stdout)
    assert chat["title"] == "Wann säen?"
    assert "Chats" in nemodesk("backup", "show", str(path)).stdout


def test_replacing_backs_up_first(nemodesk: Nemodesk, home: Path, tmp_path: Path) -> None:
    """The chat that was not in the backup is in the trash, and in the copy that was made."""
    path = tmp_path / "all.nemodesk"
    nemodesk("backup", "create", str(path))
    store = ChatStore(home / "chats.sqlite3")
    store.create_chat(title="Alien")
    store.close()
    report = json.loads(nemodesk("backup", "restore", str(path), "--replace", "--json").stdout)
    assert (report["added"], report["known"], report["trashed"]) == ([], 1, 1)
    before = nemodesk("backup", "show", report["backup_before"], "--json")
    assert json.loads(before.stdout)["contents"]["chats"] == 2


@pytest.mark.usefixtures("home")
def test_a_passphrase_comes_from_a_file_or_stdin(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """Without one a protected backup is not opened, and with a wrong one neither."""
    path, words = tmp_path / "all.nemodesk", tmp_path / "words"
    words.write_text("correct horse\n", encoding="utf-8")
    made = nemodesk("backup", "create", str(path), "--passphrase-file", str(words))
    assert made.returncode == 0, made.stderr
    assert "säen".encode() not in path.read_bytes()
    without = nemodesk("backup", "show", str(path))
    assert (without.returncode, without.stdout) == (2, "")
    assert "--passphrase-file" in without.stderr
    show = ("backup", "show", str(path), "--passphrase-file", "-")
    assert nemodesk(*show, typed="correct horse\n").returncode == 0
    wrong = nemodesk(*show, typed="wrong horse\n")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_a_file_that_is_no_backup_ends_with_6(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """Nothing is changed by it."""
    path = tmp_path / "all.nemodesk"
    path.write_bytes(b"words")
    for command in ("show", "restore"):
        done = nemodesk("backup", command, str(path))
        assert (done.returncode, done.stderr.count("\n")) == (6, 1)


@pytest.mark.parametrize(
    "command",
    [("backup", "create"), ("backup", "restore"), ("chats", "import"), ("models", "import")],
)
def test_help_names_the_path_as_all_arguments(nemodesk: Nemodesk, command: tuple[str, str]) -> None:
    """Arguments stand in capitals in the help, and in the sentence that misses one."""
    assert "{PATH}" in nemodesk(*command, "--help").stdout
    assert nemodesk(*command).stderr.startswith("Missing argument 'PATH'.")

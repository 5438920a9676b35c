# SPDX-License-Identifier: Apache-2.0
"""The command line keeps to the public contract; each test runs the real program."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nemodesk import __version__
from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.log import FILE_NAME
from tests.cli.conftest import Nemodesk


def _is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


def test_version_and_help(nemodesk: Nemodesk) -> None:
    """Both go to stdout and end with 0."""
    version = nemodesk("--version")
    assert (version.stdout, version.returncode) == (f"nemodesk {__version__}\n", 0)
    shown = nemodesk("--help")
    assert shown.returncode == 0
    for command in ("chat", "bench", "doctor", "hardware", "self-test", "models", "chats"):
        assert command in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("chat", "--nonsense"),
        ("chat", "starter", "-p", "Hi", "--temp", "9"),
        ("chat", "starter", "-p", "Hi", "--top-k", "many"),
        ("chat", "starter", "--json"),
        ("chat", "starter", "-p", "Hi", "--file", "/nowhere/notes.txt"),
        ("bench",),
        ("chats", "delete", "three"),
        ("chats", "export", "--format", "docx"),
        ("--theme", "pink"),
    ],
)
def test_wrong_usage_ends_with_2(nemodesk: Nemodesk, arguments: tuple[str, ...]) -> None:
    """One sentence on stderr says what is wrong; stdout stays empty."""
    done = nemodesk(*arguments)
    assert done.returncode == 2
    assert _is_one_sentence(done.stderr), done.stderr
    assert done.stdout == ""


def test_ctrl_c_during_the_start_ends_with_130(environment: dict[str, str]) -> None:
    """Also while the program is still being loaded, and without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "nemodesk", "hardware"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        while "| nemodesk.errors" not in (line := process.stderr.readline().replace("  ", "")):
            assert line, "the program ended too early"
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=100)
    assert process.returncode == 130
    assert "Traceback" not in rest


def test_a_group_without_a_command_shows_its_help(nemodesk: Nemodesk) -> None:
    """It ends with 2, and nothing is put behind the help."""
    done = nemodesk("models")
    assert (done.returncode, done.stderr) == (2, "")
    assert "Usage: nemodesk models" in done.stdout


def test_a_model_that_is_not_there_ends_with_3(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """A path and a name are looked for; the sentence names them."""
    for model in (str(tmp_path / "missing.gguf"), "no-such-model"):
        done = nemodesk("chat", model, "-p", "Hi")
        assert done.returncode == 3
        assert _is_one_sentence(done.stderr), done.stderr
        assert Path(model).name in done.stderr


def test_a_file_that_is_no_model_ends_with_6(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """A text file under another name is not loaded."""
    path = tmp_path / "notes.gguf"
    path.write_text("only words" * 100, encoding="utf-8")
    done = nemodesk("chat", str(path), "-p", "Hi")
    assert done.returncode == 6
    assert _is_one_sentence(done.stderr), done.stderr


def test_the_log_has_what_the_sentence_leaves_out(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """The traceback is in the log always, and on stderr with --debug."""
    assert "Traceback" not in nemodesk("chat", "no-such-model", "-p", "secret words").stderr
    log = (tmp_path / "home" / "logs" / FILE_NAME).read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "secret words" not in log
    assert "Traceback" in nemodesk("--debug", "chat", "no-such-model", "-p", "Hi").stderr


def test_chats_are_listed_searched_exported_and_deleted(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """The commands work on the store of the window."""
    home = tmp_path / "home"
    home.mkdir()
    store = ChatStore(home / "chats.sqlite3")
    chat = store.create_chat()
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="Wann säen?")
    store.close()
    assert [found["title"] for found in json.loads(nemodesk("chats", "list", "--json").stdout)] == [
        "Wann säen?"
    ]
    assert json.loads(nemodesk("chats", "search", "nothing", "--json").stdout) == []
    assert "Wann säen?" in nemodesk("chats", "search", "SÄEN").stdout
    assert "## You\n\nWann säen?\n" in nemodesk("chats", "export", str(chat.id)).stdout
    exported = tmp_path / "all.json"
    assert nemodesk("chats", "export", "--format", "json", "-o", str(exported)).returncode == 0
    assert json.loads(exported.read_text(encoding="utf-8"))["chats"][0]["messages"]
    assert nemodesk("chats", "delete", str(chat.id)).returncode == 0
    assert json.loads(nemodesk("chats", "list", "--json").stdout) == []
    assert nemodesk("chats", "export", str(chat.id)).returncode == 3


def test_a_reader_that_leaves_early_is_no_error(
    nemodesk: Nemodesk, environment: dict[str, str], tmp_path: Path
) -> None:
    """`nemodesk chats export | head -1` ends quietly."""
    assert nemodesk("chats", "list").returncode == 0
    store = ChatStore(tmp_path / "home" / "chats.sqlite3")
    chat = store.create_chat()
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="long " * 100_000)
    store.close()
    with subprocess.Popen(
        [sys.executable, "-m", "nemodesk", "chats", "export"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize("module", ["nemodesk.cli.program", "nemodesk.cli.window"])
def test_the_command_line_does_not_load_qt(module: str) -> None:
    """Commands work where PySide6 cannot be loaded, and the worker's parent starts fast."""
    program = f"import sys, {module}; print([name for name in sys.modules if 'PySide' in name])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout == "[]\n"

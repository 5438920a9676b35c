# SPDX-License-Identifier: Apache-2.0
"""One window for each data folder; a second start wakes the first."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from nemodesk.errors import UsageError
from nemodesk.single_instance import SingleInstance, _address

_DEADLINE_S = 20.0
_HOLD = """
import sys, pathlib
from nemodesk.single_instance import SingleInstance
instance = SingleInstance.claim(pathlib.Path(sys.argv[1]))
if instance is None:
    sys.exit(3)
if sys.argv[2] == "listens":
    instance.listen(lambda token: print("woken", token, flush=True))
print("holds", flush=True)
sys.stdin.read()
instance.release()
"""


@contextlib.contextmanager
def _holder(folder: Path, manner: str = "listens") -> Iterator["subprocess.Popen[str]"]:
    """Run another program that has the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), manner],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds\n"
        yield process
        process.kill()


def test_a_second_start_wakes_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hands on what lets the window come to the front, and has nothing more to do."""
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "token-7")
    with _holder(tmp_path) as first:
        assert SingleInstance.claim(tmp_path) is None
        assert first.stdout is not None
        assert first.stdout.readline() == "woken token-7\n"


def test_another_folder_is_another_window(tmp_path: Path) -> None:
    """Two homes do not know of each other."""
    with _holder(tmp_path / "one"):
        other = SingleInstance.claim(tmp_path / "two")
        assert other is not None
        other.release()


def test_the_folder_is_free_after_a_kill(tmp_path: Path) -> None:
    """The socket that is left over disturbs nobody, and is used again."""
    with _holder(tmp_path) as first:
        first.send_signal(signal.SIGKILL)
        first.wait(_DEADLINE_S)
        mine = SingleInstance.claim(tmp_path)
        assert mine is not None
        woken = threading.Event()
        mine.listen(lambda _token: woken.set())
        done = subprocess.run(
            [sys.executable, "-c", _HOLD, str(tmp_path), "listens"], check=False, timeout=60
        )
        assert done.returncode == 3
        assert woken.wait(_DEADLINE_S)
        mine.release()


def test_a_window_that_does_not_answer_is_said(tmp_path: Path) -> None:
    """After a while a sentence says what to do; the folder is not taken from it."""
    with _holder(tmp_path, "is deaf"), pytest.raises(UsageError, match="open already"):
        SingleInstance.claim(tmp_path, wait_s=0.3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards pipes otherwise")
def test_nonsense_at_the_socket_is_survived(tmp_path: Path) -> None:
    """Who says nothing, or too much, or something else, wakes nobody and blocks nobody."""
    mine = SingleInstance.claim(tmp_path)
    assert mine is not None
    woken = threading.Event()
    mine.listen(lambda _token: woken.set())
    for message in (b"", b"hide", b"show" * 5000):
        with contextlib.suppress(OSError, EOFError), Client(_address(tmp_path)) as other:
            other.send_bytes(message)
            other.poll(1.0)
    assert not woken.is_set()
    with Client(_address(tmp_path)) as other:
        other.send_bytes(b"show\n\xff")
        assert other.recv_bytes() == b"shown"
    assert woken.wait(_DEADLINE_S)
    mine.release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such folder")
def test_the_socket_is_where_nobody_else_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that others may write to is not used, even if the environment names it."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(shared))
    folder = Path(_address(tmp_path)).parent
    assert folder != shared
    assert folder.stat().st_mode & 0o077 == 0
    assert folder.stat().st_uid == os.getuid()

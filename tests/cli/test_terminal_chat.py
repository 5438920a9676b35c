# SPDX-License-Identifier: Apache-2.0
"""A conversation in a real terminal (a pty): Ctrl-C stops the answer, Ctrl-D the program."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("no pty on Windows", allow_module_level=True)

import pty

pytestmark = pytest.mark.engine

CTRL_C, CTRL_D = b"\x03", b"\x04"


class Terminal:
    """The program in a terminal of its own."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self._screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nemodesk", *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environment | {"TERM": "xterm", "COLUMNS": "200"},
            start_new_session=True,
            preexec_fn=lambda: _take_terminal(inside),  # noqa: PLW1509 - no threads in the test
        )
        os.close(inside)
        self.shown = ""
        self._unread = ""

    def wait_for(self, text: str) -> None:
        """Read the screen up to the next place where it shows a text."""
        while text not in self._unread:
            self._unread += os.read(self._screen, 4096).decode("utf-8", "replace")
        before, _, self._unread = self._unread.partition(text)
        self.shown += before + text

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._screen, keys)

    def close(self) -> None:
        """End the program, whatever it does."""
        self.process.kill()
        self.process.wait()
        os.close(self._screen)


def _take_terminal(terminal: int) -> None:
    """Make it the controlling terminal, so that Ctrl-C in it is a signal."""
    import fcntl  # noqa: PLC0415
    import termios  # noqa: PLC0415

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[Terminal]:
    """Return a started conversation with the starter model."""
    started = Terminal(environment, "chat", "starter", "--temp", "0", "--max-tokens", "400")
    yield started
    started.close()


def test_a_conversation(terminal: Terminal) -> None:
    """Questions are answered; Ctrl-C stops an answer and the talk goes on; Ctrl-D leaves."""
    terminal.wait_for("> ")
    terminal.press(b"Write a long story about a river.\r")
    terminal.wait_for("river ")
    terminal.wait_for("the ")
    terminal.press(CTRL_C)
    terminal.wait_for("(stopped")
    terminal.wait_for("> ")
    terminal.press(b"/new\r")
    terminal.wait_for("A new conversation.")
    # What is typed before the prompt is there is shown twice, and Ctrl-D then is lost.
    terminal.wait_for("> ")
    terminal.press(b"/nonsense\r")
    terminal.wait_for("There is no /nonsense.")
    terminal.wait_for("> ")
    terminal.press(b"/model no-such-model\r")
    terminal.wait_for("no-such-model")
    terminal.wait_for("> ")
    terminal.press(CTRL_D)
    assert terminal.process.wait() == 0
    assert "Traceback" not in terminal.shown


def test_no_argument_and_no_display_is_the_same_chat(environment: dict[str, str]) -> None:
    """A display that cannot be opened counts as none; it is said, and the chat begins."""
    started = Terminal(environment | {"DISPLAY": ":65123"})
    started.wait_for("The display :65123 cannot be opened.")
    started.wait_for("> ")
    started.press(b"/quit\r")
    assert started.process.wait() == 0
    started.close()

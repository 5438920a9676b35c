# SPDX-License-Identifier: Apache-2.0
"""The settings of the real window: in a real keyring, seen by the command line, and back again."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.accessibility import State
from tests.end_to_end.desktop import Desktop
from tests.end_to_end.program import Program
from tests.fakes.keyring_session import NEEDED, KeyringSession

pytestmark = [
    pytest.mark.window,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture
def keyring_session(desktop: Desktop) -> Iterator[KeyringSession]:
    """Run a real keyring on the screen's session."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are missing; `make test` installs them"
    with KeyringSession(desktop.bus_address) as session:
        yield session


@pytest.fixture
def start(
    desktop: Desktop, keyring_session: KeyringSession, tmp_path: Path
) -> Iterator[Callable[[], Program]]:
    """Start NemoDesk with that keyring."""
    started: list[Program] = []

    def start() -> Program:
        program = Program(desktop, tmp_path / "home", environment=keyring_session.environment)
        started.append(program)
        return program

    yield start
    for program in started:
        program.close()


@pytest.fixture
def nemodesk(
    desktop: Desktop, keyring_session: KeyringSession, tmp_path: Path
) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Return a function that runs one command line of the same person."""
    environment = {
        **desktop.environment,
        **keyring_session.environment,
        "NEMODESK_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(Path(__file__).parent.parent.parent),
    }

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "nemodesk", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    return run


def test_the_window_and_the_command_line_share_the_keyring(
    start: Callable[[], Program],
    nemodesk: Callable[..., "subprocess.CompletedProcess[str]"],
    keyring_session: KeyringSession,
    tmp_path: Path,
) -> None:
    """What one sets the other has; it is in the keyring, and in no file."""
    program = start()
    program.press("Settings")
    program.press("Dark")
    program.wait(
        lambda: nemodesk("settings", "get", "appearance.theme").stdout == "dark\n", "dark theme"
    )
    assert "dark" in "".join(keyring_session.secrets().values())
    assert not (tmp_path / "home" / "settings.json").exists()
    assert nemodesk("settings", "set", "appearance.theme", "high_contrast").returncode == 0
    # A second start wakes the window, which looks again then.
    woken = nemodesk()
    assert (woken.returncode, woken.stdout, woken.stderr) == (0, "", "")
    choice = program.control("High contrast")
    program.wait(lambda: choice.has(State.CHECKED), "high contrast")
    assert program.process.poll() is None


def test_a_second_start_leaves_one_window(
    start: Callable[[], Program], nemodesk: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    """It ends by itself; after a kill the next start opens a window again."""
    program = start()
    assert nemodesk().returncode == 0
    assert program.process.poll() is None
    program.process.kill()
    program.process.wait(20)
    again = start()
    again.control("Message")

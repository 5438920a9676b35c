# SPDX-License-Identifier: Apache-2.0
"""A screen for all window tests, and a fresh NemoDesk for each."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.desktop import Desktop, start_desktop
from tests.end_to_end.names import Names
from tests.end_to_end.program import Program

_NEEDED = ("Xvfb", "dbus-daemon")


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """Give a screen with a D-Bus session, without a window manager."""
    if sys.platform != "linux":
        pytest.skip("AT-SPI is the accessibility interface of Linux")
    missing = [name for name in _NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are missing; `make test` installs them"
    with start_desktop() as desktop:
        yield desktop


@pytest.fixture
def start_program(desktop: Desktop, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start NemoDesk; every start in one test finds the chats of the one before."""
    started: list[Program] = []

    def start(names: Names | None = None) -> Program:
        program = Program(desktop, tmp_path / "home", names=names)
        started.append(program)
        return program

    yield start
    for program in started:
        program.close()


@pytest.fixture
def program(start_program: Callable[[], Program]) -> Program:
    """Give a NemoDesk with its window open and no chats."""
    return start_program()

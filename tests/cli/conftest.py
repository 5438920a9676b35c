# SPDX-License-Identifier: Apache-2.0
"""Runs the program as a person does: a child process with a home of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Nemodesk = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a person without a display, whose data lies in a folder here."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "NEMODESK_LOG"}
    }
    return kept | {"NEMODESK_HOME": str(tmp_path / "home")}


@pytest.fixture
def nemodesk(environment: dict[str, str]) -> Nemodesk:
    """Return a function that runs one command line to its end."""

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nemodesk", *arguments],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env=environment,
            input=typed,
            timeout=100,
        )

    return run

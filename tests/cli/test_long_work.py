# SPDX-License-Identifier: Apache-2.0
"""How long work is shown and stopped."""

import io
import signal
import sys

import pytest

from nemodesk.cli.long_work import long_work


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_ctrl_c_stops_in_order() -> None:
    """The work is told to stop and ends by itself; afterwards Ctrl-C is as before."""
    before = signal.getsignal(signal.SIGINT)
    with long_work("Copying") as work:
        assert not work.stop.is_set()
        signal.raise_signal(signal.SIGINT)
        assert work.stop.is_set()
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written once for each hundredth, and taken away at the end."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with long_work("Copying") as work:
        for done in range(0, 2_000_001, 1000):
            work.on_progress(done, 2_000_000)
    text = terminal.getvalue()
    assert "Copying… 50 % (1.0 MB of 2.0 MB)" in text
    assert text.count("Copying") == 101
    assert text.endswith("\r\033[K")


def test_nothing_is_shown_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log file is not filled with progress."""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with long_work("Copying") as work:
        work.on_progress(0, 0)
    assert pipe.getvalue() == ""

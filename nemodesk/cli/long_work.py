# SPDX-License-Identifier: Apache-2.0
"""Shows how far a long piece of work is, and lets Ctrl-C stop it in order."""

import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

from nemodesk.cli.terminal import ProgressLine
from nemodesk.sizes import in_words

_HUNDRED = 100


class LongWork:
    """What a function that works for long takes along.

    Args:
        verb: what is being done, as in "Copying".

    Attributes:
        stop: set when the person wants it to end.
    """

    def __init__(self, verb: str) -> None:
        self.stop = threading.Event()
        self._verb = verb
        self._line = ProgressLine(sys.stderr)
        self._shown = -1

    def on_progress(self, done_bytes: int, total_bytes: int) -> None:
        """Show the progress, once for each hundredth of it."""
        self._show(done_bytes, total_bytes, in_words)

    def on_count(self, done: int, total: int) -> None:
        """Show the progress of what is counted in pieces."""
        self._show(done, total, "{:,}".format)

    def _show(self, done: int, total: int, words: Callable[[int], str]) -> None:
        hundredths = done * _HUNDRED // max(total, 1)
        if hundredths != self._shown:
            self._shown = hundredths
            amounts = f"{words(done)} of {words(total)}"
            self._line.show(f"{self._verb}… {hundredths} % ({amounts})")

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()


@contextmanager
def long_work(verb: str) -> Generator[LongWork]:
    """Give the work its progress; Ctrl-C stops it instead of breaking it off."""
    work = LongWork(verb)

    def stop(_number: int, _frame: FrameType | None) -> None:
        work.stop.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield work
    finally:
        signal.signal(signal.SIGINT, before)
        work.clear()

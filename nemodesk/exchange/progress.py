# SPDX-License-Identifier: Apache-2.0
"""How long work says how far it is, and how it is told to end. It does no work."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from nemodesk.errors import CancelledError

OnProgress = Callable[[int, int], None]
"""Takes how much is done and how much there is: chats, or bytes of files."""


def _say_nothing(_done: int, _total: int) -> None:
    return


@dataclass
class Progress:
    """What a function that works for long takes along. Thread: its worker's, but for `stop`.

    Attributes:
        stop: set it from any thread to end the work.
    """

    on_progress: OnProgress = _say_nothing
    stop: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    total: int = 0

    def begin(self, total: int) -> None:
        """Say how much there is."""
        self.done, self.total = 0, total
        self.on_progress(0, total)

    def step(self, more: int = 1) -> None:
        """Say that so much more is done.

        Raises:
            CancelledError: the person wants it to end.
        """
        if self.stop.is_set():
            raise CancelledError("Stopped. What was done before is kept.")
        self.done += more
        self.on_progress(min(self.done, self.total), self.total)

# SPDX-License-Identifier: Apache-2.0
"""Keeps a download to a speed by letting it wait. It measures nothing."""

import threading
import time

_BURST_S = 0.25
"""What was not used may be made up for within so much time (a guess)."""


class Throttle:
    """Lets so many bytes through a second. Thread: any."""

    def __init__(self, bytes_per_s: float | None) -> None:
        self._changed = threading.Event()
        self._limit = bytes_per_s
        self._free_at_s = 0.0

    def limit(self, bytes_per_s: float | None) -> None:
        """Change the speed at once, also for who is waiting; None is unlimited."""
        self._limit = bytes_per_s
        self._free_at_s = 0.0
        self._changed.set()

    def take(self, size_bytes: int) -> None:
        """Wait until bytes that have just come are no longer too early."""
        limit = self._limit
        if limit is None:
            return
        self._changed.clear()
        now_s = time.monotonic()
        self._free_at_s = max(self._free_at_s, now_s - _BURST_S) + size_bytes / limit
        if self._free_at_s > now_s:
            self._changed.wait(self._free_at_s - now_s)

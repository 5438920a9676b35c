# SPDX-License-Identifier: Apache-2.0
"""How fast something grows, over the last seconds. It has no clock of its own."""

from collections import deque

_WINDOW_S = 5.0
_SHORTEST_S = 0.25


class Rate:
    """Takes readings and says bytes a second."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, total_bytes: int) -> float:
        """Take a reading and return the rate; 0 while too little is known."""
        readings = self._readings
        if readings and total_bytes < readings[-1][1]:
            readings.clear()
        readings.append((now_s, total_bytes))
        while len(readings) > 2 and now_s - readings[1][0] >= _WINDOW_S:  # noqa: PLR2004
            readings.popleft()
        first_s, first_bytes = readings[0]
        if now_s - first_s < _SHORTEST_S:
            return 0.0
        return (total_bytes - first_bytes) / (now_s - first_s)

    def clear(self) -> None:
        """Forget all readings: what comes next has nothing to do with them."""
        self._readings.clear()

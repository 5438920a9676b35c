# SPDX-License-Identifier: Apache-2.0
"""When to compute with fewer threads, and with more again. It sets nothing itself.

llama.cpp's threads wait for each other by spinning. When another program takes one of their
cores, all of them stand still, and a token that took 8 ms takes 27 to 640 ms (measured on two
cores). One thread fewer then is faster than one too many.
"""

from collections.abc import Callable

_WINDOW_S = 0.25
_STARVED_SHARE = 0.85
_CALM_SHARE = 0.95
_FIRST_CALM_S = 2.0
_LONGEST_CALM_S = 60.0


class ThreadGovernor:
    """Gives up a thread while the machine is busy and takes it back when it is calm.

    Spinning threads use all the processor time they can get, so the share they did get
    (processor seconds / (wall seconds x threads)) tells whether others want the cores.
    """

    def __init__(
        self,
        most_threads: int,
        *,
        wall_clock: Callable[[], float],
        processor_clock: Callable[[], float],
    ) -> None:
        self._most_threads = most_threads
        self.threads = most_threads
        self._wall_clock = wall_clock
        self._processor_clock = processor_clock
        self._calm_needed_s = _FIRST_CALM_S
        self._calm_since_s: float | None = None
        self.begin()

    def begin(self) -> None:
        """Start measuring: computing begins now."""
        self._started_s = self._wall_clock()
        self._started_processor_s = self._processor_clock()

    def observe(self) -> bool:
        """Note that a piece of work is done; return whether `threads` has changed."""
        now_s = self._wall_clock()
        elapsed_s = now_s - self._started_s
        if elapsed_s < _WINDOW_S:
            return False
        share = (self._processor_clock() - self._started_processor_s) / (elapsed_s * self.threads)
        self.begin()
        if share < _STARVED_SHARE:
            return self._give_up()
        if share > _CALM_SHARE:
            return self._take_back(now_s)
        self._calm_since_s = None
        return False

    def _give_up(self) -> bool:
        took_back_too_early = self._calm_since_s is not None
        if took_back_too_early:
            self._calm_needed_s = min(2 * self._calm_needed_s, _LONGEST_CALM_S)
        self._calm_since_s = None
        if self.threads == 1:
            return False
        self.threads -= 1
        return True

    def _take_back(self, now_s: float) -> bool:
        if self.threads == self._most_threads:
            return False
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        if now_s - self._calm_since_s < self._calm_needed_s:
            return False
        self._calm_since_s = now_s
        self.threads += 1
        return True

# SPDX-License-Identifier: Apache-2.0
"""Lets somebody who guesses wait longer and longer. It knows no password."""

import time
from collections.abc import Callable

from nemodesk.vault.errors import WrongKeyError

_FREE = 3
"""Mistypings that cost nothing."""
_LONGEST_S = 60.0


class Attempts:
    """Counts wrong keys in a row. It forgets with the program: whoever has the file has it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong = 0
        self._until_s = 0.0

    @property
    def wait_s(self) -> float:
        """How long until the next one is looked at; 0: now."""
        return max(0.0, self._until_s - self._clock())

    def begin(self) -> None:
        """Raise WrongKeyError while it is too early for another one."""
        if self.wait_s:
            raise WrongKeyError(
                f"That was wrong several times. Wait {round(self.wait_s) or 1} s and try again.",
                wait_s=self.wait_s,
            )

    def failed(self) -> float:
        """Count a wrong one; return how long to wait, in seconds."""
        self._wrong += 1
        if self._wrong >= _FREE:
            self._until_s = self._clock() + min(_LONGEST_S, 2.0 ** (self._wrong - _FREE))
        return self.wait_s

    def succeeded(self) -> None:
        """Forget the wrong ones."""
        self._wrong = 0
        self._until_s = 0.0

# SPDX-License-Identifier: Apache-2.0
"""A clock that stands still until a test moves it."""


class FakeClock:
    """Gives seconds since 1970; one second later at each call, so that order shows."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time and go on by a second."""
        self.now += 1.0
        return self.now

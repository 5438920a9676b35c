# SPDX-License-Identifier: Apache-2.0
"""Waits for calls that may never return, and not for ever. It knows nothing of what they do."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar, cast

T = TypeVar("T")

_Outcome = tuple[bool, object]
"""Whether the call returned, and its value or what it raised."""


class NoAnswerError(Exception):
    """A call has not returned in time, or one before it still has not."""


class CallFailedError(Exception):
    """A call has raised something.

    Attributes:
        error: what it was.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.error = error


class Patience:
    """Makes one call at a time, in a thread that ends with the program.

    A call that takes too long goes on: the program behind it may be asking the person for a
    password. Until it returns, no other one is begun.

    Args:
        on_late: called in some thread when a call has returned after all.
    """

    def __init__(self, on_late: Callable[[], None]) -> None:
        self._on_late = on_late
        self._lock = threading.Lock()
        self._is_late = False

    @property
    def is_waiting(self) -> bool:
        """Whether a call has been given up that has not returned yet."""
        return self._is_late

    def call(self, work: Callable[[], T], *, timeout_s: float) -> T:
        """Return what the work returns.

        Raises:
            NoAnswerError: it takes too long.
            CallFailedError: it raised something.
        """
        if self._is_late:
            raise NoAnswerError
        box: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
        thread = threading.Thread(
            target=self._run, args=(work, box), name="keyring call", daemon=True
        )
        thread.start()
        has_returned, value = self._wait(box, timeout_s)
        if has_returned:
            return cast("T", value)
        raise CallFailedError(cast("Exception", value))

    def _wait(self, box: "queue.SimpleQueue[_Outcome]", timeout_s: float) -> _Outcome:
        try:
            return box.get(timeout=timeout_s)
        except queue.Empty:
            with self._lock:
                if box.empty():
                    self._is_late = True
                    raise NoAnswerError from None
            return box.get()

    def _run(self, work: Callable[[], object], box: "queue.SimpleQueue[_Outcome]") -> None:
        try:
            outcome: _Outcome = (True, work())
        except Exception as error:  # noqa: BLE001 - others' code raises anything
            outcome = (False, error)
        with self._lock:
            box.put(outcome)
            was_late, self._is_late = self._is_late, False
        if was_late:
            self._on_late()

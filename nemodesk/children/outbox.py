# SPDX-License-Identifier: Apache-2.0
"""What a child process says to its owner. What it says, and in which words, is its own matter."""

import os
import threading
from collections.abc import Callable
from typing import BinaryIO, Generic, TypeVar

Event = TypeVar("Event")


class Outbox(Generic[Event]):
    """Where events go out. Thread: any.

    Args:
        stream: leads to the owner.
        encode: makes a line of an event.
    """

    def __init__(self, stream: BinaryIO, encode: Callable[[Event], bytes]) -> None:
        self._stream = stream
        self._encode = encode
        self._lock = threading.Lock()

    def emit(self, event: Event) -> None:
        """Send an event; without an owner to read it, end."""
        try:
            with self._lock:
                self._stream.write(self._encode(event))
                self._stream.flush()
        except BrokenPipeError:
            os._exit(0)

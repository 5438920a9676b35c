# SPDX-License-Identifier: Apache-2.0
"""The engine's child process: how it is started, and what goes through its pipes."""

import os
from collections.abc import Callable, Sequence

from nemodesk.children.process import ChildProcess, own_program
from nemodesk.engine.outcome import Outcome
from nemodesk.engine.protocol import AnyEvent, AnyRequest, decode_event, encode


def worker_command() -> list[str]:
    """Return the command that starts an engine process: this program, with another argument."""
    return [*own_program(), "--engine-worker", str(os.getpid())]


class EngineProcess:
    """A child process that speaks the engine's protocol; events arrive on the loop of its maker.

    Raises:
        EngineError: the process cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_event: Callable[[AnyEvent], None],
        on_end: Callable[[Outcome], None],
    ) -> None:
        self._child = ChildProcess(
            command,
            decode=decode_event,
            on_event=on_event,
            on_end=lambda status, asked: on_end(Outcome(status, was_asked_to_end=asked)),
        )
        self.process_id = self._child.process_id

    @property
    def recent_stderr(self) -> str:
        """The last lines that the process has printed."""
        return self._child.recent_stderr

    def send(self, request: AnyRequest) -> None:
        """Send a request; a process that is gone is reported by `on_end`, not here."""
        self._child.send(encode(request))

    def end(self, *, at_once: bool) -> None:
        """Ask the process to end by closing its input, or kill it."""
        self._child.end(at_once=at_once)

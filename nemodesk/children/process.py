# SPDX-License-Identifier: Apache-2.0
"""A child process that is spoken to in lines over pipes; it gives the messages no meaning.

Pipes are read by threads of their own, because asyncio's subprocess support differs between
operating systems and under Qt's event loop.
"""

import asyncio
import collections
import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO, Generic, TypeVar

import msgspec

from nemodesk.errors import EngineError

_Event = TypeVar("_Event")

_STDERR_LINES = 40
_READ_BYTES = 1 << 16


def own_program() -> list[str]:
    """Return the command that starts this program again, without its arguments."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    # -P: what lies in the current folder must not be taken for a module of the program.
    return [sys.executable, "-P", "-m", "nemodesk"]


class ChildProcess(Generic[_Event]):
    """A child process; its events arrive on the loop that started it.

    Args:
        command: what to start.
        decode: reads one line as an event; a msgspec.DecodeError ends the process.
        on_event: takes each event.
        on_end: takes the exit status, as `subprocess` gives it, and whether this program wanted
            the process to end.

    Raises:
        EngineError: the process cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        decode: Callable[[bytes], _Event],
        on_event: Callable[[_Event], None],
        on_end: Callable[[int, bool], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._decode = decode
        self._on_event = on_event
        self._on_end = on_end
        self._was_asked_to_end = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stderr: collections.deque[str] = collections.deque(maxlen=_STDERR_LINES)
        # Started on this thread, not on a passing one: on Linux the child is killed when the
        # thread that made it ends (prctl(2), PR_SET_PDEATHSIG).
        self._process = _start(command)
        self._stderr_reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._stderr_reader.start()
        self._stdin_writer = threading.Thread(target=self._write_stdin, daemon=True)
        self._stdin_writer.start()
        threading.Thread(target=self._read_stdout, daemon=True).start()

    @property
    def process_id(self) -> int:
        """The operating system's number for the process."""
        return self._process.pid

    @property
    def recent_stderr(self) -> str:
        """The last lines that the process has printed."""
        return "".join(self._stderr)

    def send(self, line: bytes) -> None:
        """Send a line; a process that is gone is reported by `on_end`, not here."""
        self._outbox.put(line)

    def end(self, *, at_once: bool) -> None:
        """Ask the process to end by closing its input, or kill it."""
        self._was_asked_to_end = True
        if at_once:
            self._process.kill()
        self._outbox.put(None)

    def _write_stdin(self) -> None:
        """Write until None comes, then close. A process that is busy or stopped is waited for."""
        with contextlib.suppress(OSError), _pipe(self._process.stdin) as pipe:
            while (line := self._outbox.get()) is not None:
                rest = memoryview(line)
                while rest:
                    rest = rest[pipe.write(rest) :]

    def _read_stderr(self) -> None:
        for line in _pipe(self._process.stderr):
            self._stderr.append(line.decode("utf-8", "replace"))

    def _read_stdout(self) -> None:
        descriptor = _pipe(self._process.stdout).fileno()
        rest = b""
        while chunk := os.read(descriptor, _READ_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if lines:
                self._call(self._deliver, lines)
        self._process.wait()
        self._stderr_reader.join()
        self._outbox.put(None)
        self._stdin_writer.join()
        _pipe(self._process.stdout).close()
        _pipe(self._process.stderr).close()
        self._call(self._on_end, self._process.returncode, self._was_asked_to_end)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        # The loop may have been closed: then nobody is left to tell.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *arguments)

    def _deliver(self, lines: list[bytes]) -> None:
        for line in lines:
            try:
                event = self._decode(line)
            except msgspec.DecodeError:
                # Not the line itself: it may hold what was said, and this ends in the log.
                self._stderr.append(f"Unreadable event of {len(line)} bytes\n")
                self._process.kill()
                return
            self._on_event(event)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - our own executable
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise EngineError(
            "A part of NemoDesk could not be started. Install NemoDesk again.", detail=repr(error)
        ) from error


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    """Tell the type checker what Popen promises for PIPE."""
    if pipe is None:
        raise AssertionError
    return pipe

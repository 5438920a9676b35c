# SPDX-License-Identifier: Apache-2.0
"""Lets one window at a time work in a data folder; a second start wakes the first. It shows none.

A file lock decides who is first, so that nothing is left over from a program that was killed. The
others reach it over a socket or pipe in a place where no other person of the computer can write.
"""

import hashlib
import logging
import os
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Self

from nemodesk.errors import UsageError
from nemodesk.file_lock import FileLock

_log = logging.getLogger(__name__)

_LOCK_NAME = ".window.lock"
_SHOW = b"show"
_SHOWN = b"shown"
_PART = b"\n"

_WAIT_S = 10.0
"""The first program may be starting itself (a guess)."""
_ANSWER_S = 3.0
_LOOK_S = 0.05
_LONGEST_MESSAGE = 4096
_OTHERS = 0o077
_NAME_LETTERS = 16


class SingleInstance:
    """This program's right to be the only window of a data folder, until it ends.

    Use `claim` to get one.
    """

    def __init__(self, lock: FileLock | None, data_folder: Path) -> None:
        self._lock = lock
        self._address = _address(data_folder)
        self._listener: Listener | None = None

    @classmethod
    def claim(cls, data_folder: Path, *, wait_s: float = _WAIT_S) -> Self | None:
        """Return the right, or None if another program has it, which has shown its window now.

        Args:
            wait_s: how long to wait for an answer of the other.

        Raises:
            UsageError: another program has it and does not answer.
        """
        deadline_s = time.monotonic() + wait_s
        never = threading.Event()
        while True:
            try:
                lock = FileLock.try_lock(data_folder / _LOCK_NAME)
            except OSError as error:
                # A disk without locks, such as some of the network's, lets several windows open.
                _log.info("no lock for the window: %r", error)
                return cls(None, data_folder)
            if lock is not None:
                return cls(lock, data_folder)
            if _wake(_address(data_folder)):
                return None
            if time.monotonic() > deadline_s:
                raise UsageError(
                    "NemoDesk is open already, perhaps on another computer, and does not answer. "
                    "Close it there, then start it again."
                )
            never.wait(_LOOK_S)

    def listen(self, on_wake: Callable[[str], None]) -> None:
        """Call back, in a thread, whenever the program is started again.

        Args:
            on_wake: takes what lets the window come to the front on Wayland; may be empty.
        """
        address = self._address
        if self._lock is None or not address:
            return
        if sys.platform != "win32":
            # Whoever left it there has not got the lock any more.
            with suppress(OSError):
                Path(address).unlink()
        try:
            self._listener = Listener(address)
        except OSError as error:
            _log.info("a second start cannot be noticed: %r", error)
            return
        thread = threading.Thread(
            target=self._serve, args=(self._listener, on_wake), name="second start", daemon=True
        )
        thread.start()

    def release(self) -> None:
        """Let the next program have the window."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.close()
        if self._lock is not None:
            self._lock.release()

    def _serve(self, listener: Listener, on_wake: Callable[[str], None]) -> None:
        while True:
            try:
                connection = listener.accept()
            except (OSError, EOFError):
                return  # it was closed
            with suppress(OSError, EOFError), connection:
                _answer(connection, on_wake)


def _answer(connection: "Connection", on_wake: Callable[[str], None]) -> None:
    if not connection.poll(_ANSWER_S):
        return
    word, _, token = connection.recv_bytes(_LONGEST_MESSAGE).partition(_PART)
    if word == _SHOW:
        on_wake(token.decode("ascii", "ignore"))
        connection.send_bytes(_SHOWN)


def _wake(address: str) -> bool:
    """Ask the program at this address to show its window; return whether it does."""
    token = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID", "")
    try:
        with Client(address) as connection:
            _allow_foreground()
            connection.send_bytes(_SHOW + _PART + token.encode("ascii", "ignore"))
            return connection.poll(_ANSWER_S) and connection.recv_bytes(len(_SHOWN)) == _SHOWN
    except (OSError, EOFError, ValueError):
        return False


def _allow_foreground() -> None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - on Windows only

        # ASFW_ANY of winuser.h: only the program that has the keyboard may give it away.
        ctypes.windll.user32.AllowSetForegroundWindow(-1)


def _address(data_folder: Path) -> str:
    """Return where the window of a data folder listens; empty if there is no safe place."""
    digest = hashlib.sha256(str(data_folder.resolve()).encode()).hexdigest()[:_NAME_LETTERS]
    name = f"nemodesk-{digest}"
    if sys.platform == "win32":
        return rf"\\.\pipe\{name}-{os.environ.get('USERNAME', '')}"
    folder = _private_folder()
    return str(folder / f"{name}.socket") if folder is not None else ""


def _private_folder() -> Path | None:
    """Return a folder with a short path in which only this person can write."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and _is_private(Path(runtime)):
        return Path(runtime)
    own = Path(tempfile.gettempdir()) / f"nemodesk-{os.getuid()}"
    with suppress(OSError):
        own.mkdir(mode=0o700)
    return own if _is_private(own) else None


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return is_own and not found.st_mode & _OTHERS

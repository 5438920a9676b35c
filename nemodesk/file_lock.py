# SPDX-License-Identifier: Apache-2.0
"""A lock between processes, by a file. It ends with its process, however that ends."""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import Self

_LOOK_S = 0.01
"""How often it is tried again: what is locked so takes milliseconds."""


class FileLock:
    """Holds a lock on a file until `release`.

    Use `try_lock` or `wait_for` to get one.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def try_lock(cls, path: Path) -> Self | None:
        """Return the lock, or None while another process (or this one) holds it.

        Raises:
            OSError: the disk refuses.
        """
        while True:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock(descriptor):
                os.close(descriptor)
                return None
            if _is_at(descriptor, path):
                return cls(path, descriptor)
            # The last holder has removed the file in between: a lock on it keeps nobody out.
            os.close(descriptor)

    @classmethod
    def wait_for(cls, path: Path, *, timeout_s: float) -> Self | None:
        """Return the lock once nobody else holds it, or None if that takes too long.

        Raises:
            OSError: the disk refuses.
        """
        end_s = time.monotonic() + timeout_s
        never = threading.Event()
        while (lock := cls.try_lock(path)) is None and time.monotonic() < end_s:
            never.wait(_LOOK_S)  # a call that blocks could not be given up in time
        return lock

    def release(self) -> None:
        """Let others have it, and leave no file behind."""
        # Windows removes no open file; an empty one that stays does no harm.
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

# SPDX-License-Identifier: Apache-2.0
"""Locks between processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nemodesk.file_lock import FileLock


def test_a_lock_keeps_others_out_and_ends_with_its_process(tmp_path: Path) -> None:
    """One process has it; when that is killed, the next may."""
    path = tmp_path / "folder" / "x.lock"
    program = (
        "import sys, pathlib; from nemodesk.file_lock import FileLock;"
        "lock = FileLock.try_lock(pathlib.Path(sys.argv[1]));"
        "print(bool(lock), flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert FileLock.try_lock(path) is None
        holder.kill()
    lock = FileLock.try_lock(path)
    assert lock is not None
    assert FileLock.try_lock(path) is None
    lock.release()
    assert not path.exists()


def test_who_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    """Waiting ends with the lock, or without it when the time is up."""
    path = tmp_path / "x.lock"
    first = FileLock.try_lock(path)
    assert first is not None
    assert FileLock.wait_for(path, timeout_s=0.02) is None
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(FileLock.wait_for, path, timeout_s=30)
        first.release()
        second = waiting.result()
    assert second is not None
    assert FileLock.try_lock(path) is None
    second.release()

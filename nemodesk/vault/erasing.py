# SPDX-License-Identifier: Apache-2.0
"""Removes files so that their content is not left on the disk, as far as a program can.

A file system that writes elsewhere (snapshots, copy on write) and every SSD may keep old blocks
for a while; the window says so where it matters.
"""

import os
from pathlib import Path

_BLOCK_BYTES = 1 << 20


def erase(path: Path) -> None:
    """Write zeros over a file and remove it; one that is not there is fine.

    Raises:
        OSError: the disk refuses.
    """
    overwrite(path)
    path.unlink(missing_ok=True)


def overwrite(path: Path) -> None:
    """Write zeros over a file, and wait for the disk."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return
    with file:
        left = file.seek(0, os.SEEK_END)
        file.seek(0)
        zeros = bytes(_BLOCK_BYTES)
        while left > 0:
            left -= file.write(zeros[: min(left, _BLOCK_BYTES)])
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Wait until the file at a path is on the disk, and so is its name."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can do that."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

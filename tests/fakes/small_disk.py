# SPDX-License-Identifier: Apache-2.0
"""A real disk with very little room, in memory. Mounting it takes the rights of root."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, size_mb: int) -> Iterator[Path]:
    """Mount it on a new folder, or skip the test where that is not allowed."""
    if not sys.platform.startswith("linux") or not shutil.which("mount"):
        pytest.skip("only Linux mounts a small disk for a test")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk takes the rights of root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)

# SPDX-License-Identifier: Apache-2.0
"""Says how much room the models folder takes and has. It removes nothing."""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Space:
    """What the models folder takes on its disk.

    Attributes:
        folder: the models folder.
        is_there: whether it can be reached now; its disk may be away.
        used_bytes: of all files in it, but for the trash.
        trash_bytes: of removed models.
        free_bytes: what the disk still takes; 0 if it is away.
    """

    folder: Path
    is_there: bool
    used_bytes: int = 0
    trash_bytes: int = 0
    free_bytes: int = 0


def measure_space(folder: Path, *, trash_bytes: int) -> Space:
    """Look at all files below a models folder."""
    if not folder.is_dir():
        return Space(folder=folder, is_there=False)
    free_bytes = 0
    with contextlib.suppress(OSError):
        free_bytes = shutil.disk_usage(folder).free
    return Space(
        folder=folder,
        is_there=True,
        used_bytes=max(0, _size_bytes(folder) - trash_bytes),
        trash_bytes=trash_bytes,
        free_bytes=free_bytes,
    )


def _size_bytes(folder: Path) -> int:
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total

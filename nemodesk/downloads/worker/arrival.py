# SPDX-License-Identifier: Apache-2.0
"""Puts whole files into their place among the models. It checks no bytes: that was done before."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from nemodesk.downloads.part import Part, remove_part


def put_in_place(models_folder: Path, arrivals: Sequence[tuple[Part, Path]]) -> None:
    """Move all parts of a model to where they belong, or leave no usable trace of it.

    The first file comes last: without it, the others are no model. A crash in between leaves
    parts that the next try finds whole.

    Raises:
        OSError: the disk refuses.
    """
    for part, _ in arrivals:
        part.sync()
        part.close()
    for part, path in reversed(arrivals):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.path.replace(path)
        _sync_folder(path.parent)
        remove_part(models_folder, part.identity.repo_id, part.identity.path)


def _sync_folder(folder: Path) -> None:
    """Let the disk keep the new name too; Windows does it by itself and refuses to be asked."""
    with contextlib.suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

# SPDX-License-Identifier: Apache-2.0
"""Writes a file where the person wants it, whole or not at all, and says why it cannot be."""

import contextlib
import errno
from collections.abc import Generator
from pathlib import Path
from typing import IO

from nemodesk.errors import StorageError
from nemodesk.whole_file import replacing

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextlib.contextmanager
def new_file(path: Path) -> Generator[IO[bytes]]:
    """Give a file that takes its place once all of it is written and on the disk.

    It is readable by its owner only. After an error nothing of it is left.

    Raises:
        StorageError: the disk is full or refuses; what was at the path before still is.
    """
    try:
        with replacing(path, suffix=".part") as file:
            yield file
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageError(
                f"There is no room left for {path.name}. Make some room, or choose another place.",
                detail=repr(error),
            ) from error
        raise StorageError(
            f"{path} cannot be written ({error.strerror}). Choose another place.",
            detail=repr(error),
        ) from error

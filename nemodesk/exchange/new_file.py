# SPDX-License-Identifier: Apache-2.0
"""Writes a large file so that it is there whole or not at all. It knows no contents.

`whole_file` does the same for contents that are in memory.
"""

import contextlib
import errno
import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

from nemodesk.errors import StorageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextlib.contextmanager
def new_file(path: Path) -> Generator[IO[bytes]]:
    """Give a file that takes its place once all of it is written and on the disk.

    It is readable by its owner only. After an error nothing of it is left.

    Raises:
        StorageError: the disk is full or refuses; what was at the path before still is.
    """
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem[:50]}-", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        try:
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
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

# SPDX-License-Identifier: Apache-2.0
"""Writes a file so that it is there either as before or whole. It knows no contents."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_LONGEST_STEM = 50


def replace_file(path: Path, content: bytes) -> None:
    """Put content at a path, also when the power fails meanwhile. Its folder must be there.

    Raises:
        OSError: the disk refuses; what was there before still is, and nothing is left beside it.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, suffix: str = ".new") -> Generator[IO[bytes]]:
    """Give a file that takes its place once all of it is written and on the disk.

    It is readable by its owner only. After an error nothing of it is left.

    Args:
        suffix: how the hidden file beside it ends until then.

    Raises:
        OSError: as `replace_file`.
    """
    prefix = f".{path.stem[:_LONGEST_STEM]}-"
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=prefix, suffix=suffix, delete=False
    ) as file:
        new = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    try:
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise

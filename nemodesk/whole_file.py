# SPDX-License-Identifier: Apache-2.0
"""Writes a small file so that it is there either as before or whole. It knows no contents."""

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put content at a path, also when the power fails meanwhile. Its folder must be there.

    Raises:
        OSError: the disk refuses; what was there before still is, and nothing is left beside it.
    """
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.stem}-", suffix=".new", delete=False
    ) as file:
        new = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            new.unlink(missing_ok=True)
            raise
    try:
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise

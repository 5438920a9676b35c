# SPDX-License-Identifier: Apache-2.0
"""Files in the cache folder: whole or not there, and never worth an error.

What they hold can be had again. A disk that refuses is logged, and nothing else happens.
"""

import logging
from pathlib import Path

from nemodesk.whole_file import replace_file

_log = logging.getLogger(__name__)


def read_cached(path: Path, *, most_bytes: int) -> bytes | None:
    """Return what a file holds; None if it is not there, too large or not readable."""
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.info("not read from the cache: %r", error)
        return None
    return content if len(content) <= most_bytes else None


def write_cached(path: Path, content: bytes) -> None:
    """Replace a file as a whole; whoever reads it meanwhile gets the old one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, content)
    except OSError as error:
        _log.info("not kept in the cache: %r", error)


def keep_newest(folder: Path, *, pattern: str, most: int) -> None:
    """Delete the oldest files of this pattern until there are no more than so many."""
    try:
        files = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[most:]:
            path.unlink(missing_ok=True)
    except OSError as error:
        _log.info("the cache was not tidied: %r", error)

# SPDX-License-Identifier: Apache-2.0
"""Text files put before a question. It reads plain text only; documents come later."""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from nemodesk.errors import UsageError

LARGEST_FILE_BYTES = 8 * 1024 * 1024
"""A guess: far beyond what fits into any context that runs on a personal computer."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def with_files(question: str, paths: Sequence[Path]) -> str:
    """Return the question with the text of the files before it.

    Raises:
        UsageError: a file cannot be read, is too large, or is not text.
    """
    parts = [_as_block(path.name, read_text_file(path)) for path in paths]
    return "\n\n".join([*parts, question])


def read_text_file(path: Path) -> str:
    """Return the text of one file. Raises UsageError when it has none to give."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UsageError(f"{path.name} is larger than 8 MB. Give a shorter file.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}. Check its name and try again.") from None
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}). Give a text file that you may read."
        ) from error
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(path) from error
    if "\0" in text:
        raise _not_text(path)
    return text.replace("\r\n", "\n")


def _not_text(path: Path) -> UsageError:
    return UsageError(f"{path.name} is not a text file. Save it as plain text and give that.")


def _as_block(name: str, text: str) -> str:
    """Fence the text with more backticks than it has in a row itself."""
    longest_run = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return f"File {name}:\n{fence}\n{text.rstrip()}\n{fence}"

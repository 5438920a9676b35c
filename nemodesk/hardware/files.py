# SPDX-License-Identifier: Apache-2.0
"""Reads the small files in which Linux describes itself. What is missing reads as nothing."""

from pathlib import Path

_LONGEST_BYTES = 4 * 1024 * 1024


def text_of(path: Path) -> str:
    """Return what a file says; nothing if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def number_in(path: Path) -> int | None:
    """Return the whole number, decimal or 0x…, that a file holds; None for anything else."""
    return number_from(text_of(path))


def number_from(text: str) -> int | None:
    """Return a whole number that is not negative, decimal or 0x…; None for anything else."""
    try:
        number = int(text.strip(), 0)
    except ValueError:
        return None
    return number if number >= 0 else None


def names_in(folder: Path) -> list[str]:
    """Return the names of what a folder holds, sorted; none if it cannot be read."""
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def numbers_from_list(text: str) -> frozenset[int]:
    """Return the numbers in a list as Linux writes it, such as 0-3,8; what is not one is left out.

    A range that is longer than any computer has cores is left out too.
    """
    numbers: set[int] = set()
    for part in text.strip().split(","):
        first, separator, last = part.partition("-")
        start, end = number_from(first), number_from(last if separator else first)
        if start is not None and end is not None and start <= end < start + _MOST_CORES:
            numbers.update(range(start, end + 1))
    return frozenset(numbers)


_MOST_CORES = 1 << 16

# SPDX-License-Identifier: Apache-2.0
"""Sizes in words."""

import pytest

from nemodesk.sizes import free_memory_in_words, in_words, memory_in_words

GIB = 1024**3


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (98_400_000, "98 MB"), (4_960_000_000, "5.0 GB")],
)
def test_files_count_in_thousands(size_bytes: int, words: str) -> None:
    """As disks are sold; a digit behind the point only where it tells something."""
    assert in_words(size_bytes) == words


@pytest.mark.parametrize(
    ("gib", "words"),
    [
        (0.5, "512 MB"),
        (1.9, "2 GB"),
        (3.7, "4 GB"),
        (6.0, "6 GB"),
        (15.4, "16 GB"),
        (23.4, "24 GB"),
        (25.9, "28 GB"),
        (62.7, "64 GB"),
        (79.6, "80 GB"),
    ],
)
def test_memory_is_said_as_it_was_sold(gib: float, words: str) -> None:
    """Firmware and graphics keep a part; what no shop sells is said as it is."""
    assert memory_in_words(int(gib * GIB)) == words


def test_free_memory_is_never_more_than_all() -> None:
    """An empty computer of 24 GB has no 25 GB free."""
    total_bytes = int(23.4 * GIB)
    assert free_memory_in_words(total_bytes) == "23 GB"
    assert memory_in_words(total_bytes) == "24 GB"

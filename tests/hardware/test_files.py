# SPDX-License-Identifier: Apache-2.0
"""Small files of Linux are read, and what is missing or nonsense reads as nothing."""

from pathlib import Path

import pytest

from nemodesk.hardware import files


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0-3,8\n", {0, 1, 2, 3, 8}),
        ("5", {5}),
        ("", set()),
        ("3-1,7", {7}),
        ("0-99999999999", set()),
        ("a-b,2", {2}),
    ],
)
def test_lists_of_processors(text: str, numbers: set[int]) -> None:
    """Ranges and single numbers; a range of billions does not fill the memory."""
    assert files.numbers_from_list(text) == numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [("12\n", 12), ("0x1002", 0x1002), ("-1", None), ("max", None), ("", None), ("9" * 5000, None)],
)
def test_numbers(text: str, number: int | None) -> None:
    """Decimal or hexadecimal; anything else is no number."""
    assert files.number_from(text) == number


def test_what_is_not_there_is_empty(tmp_path: Path) -> None:
    """Neither a missing file nor a folder in its place is an error."""
    assert files.text_of(tmp_path / "missing") == ""
    assert files.text_of(tmp_path) == ""
    assert files.names_in(tmp_path / "missing") == []
    assert files.number_in(tmp_path / "missing") is None

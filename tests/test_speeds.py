# SPDX-License-Identifier: Apache-2.0
"""Speeds in words."""

import pytest

from nemodesk.speeds import words_a_second


@pytest.mark.parametrize(
    ("tokens_per_s", "words"),
    [
        (0.5, "less than a word a second"),
        (1.4, "about 1 word a second"),
        (16, "about 12 words a second"),
    ],
)
def test_speeds_are_said_in_words(tokens_per_s: float, words: str) -> None:
    """Nobody needs to know what a token is."""
    assert words_a_second(tokens_per_s) == words

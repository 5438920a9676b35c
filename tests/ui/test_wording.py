# SPDX-License-Identifier: Apache-2.0
"""Numbers in words."""

import pytest

from nemodesk.ui import wording


@pytest.mark.parametrize(
    ("tokens_per_s", "words"),
    [
        (0, ""),
        (0.5, "less than 1 word a second"),
        (1.35, "about 1 word a second"),
        (3, "about 2 words a second"),
        (16, "about 12 words a second"),
    ],
)
def test_speed(tokens_per_s: float, words: str) -> None:
    """Speeds are said in whole words a second, as the command line says them."""
    assert wording.speed_in_words(tokens_per_s) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (45, "less than a minute left"),
        (61, "1 minute left"),
        (240, "4 minutes left"),
        (3700, "about 1 hour left"),
        (7300, "about 2 hours left"),
        (float("inf"), ""),
        (-1, ""),
    ],
)
def test_time_left(seconds: float, words: str) -> None:
    """Times are rounded to what a person can use; nonsense says nothing."""
    assert wording.time_left(seconds) == words


def test_share_of_more_than_two_gigabytes() -> None:
    """A share of large files is counted in thousandths and stays within the whole."""
    assert wording.share(2_500_000_000, 5_000_000_000) == 500
    assert wording.share(6e12, 5e12) == 1000
    assert wording.share(1, 0) == 0


def test_badges_say_what_is_promised() -> None:
    """The texts of the badges are those of the public contract."""
    assert [wording.badge_text(verdict) for verdict in ("great", "slow", "too_big", "")] == [
        "Runs great",
        "Runs, but slowly",
        "Too big for this computer",
        "",
    ]

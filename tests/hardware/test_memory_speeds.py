# SPDX-License-Identifier: Apache-2.0
"""The speed of a card's memory is known by its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware.memory_speeds import apple_bandwidth, card_bandwidth
from tests.hardware.unhurried import UNHURRIED

GIB = 1024**3


@pytest.mark.parametrize(
    ("name", "total_gib", "gb_per_s"),
    [
        ("NVIDIA GeForce RTX 3060", 12, 360),
        ("NVIDIA GeForce RTX 3060", 8, 240),
        ("NVIDIA GeForce RTX 4070", 12, 504),
        ("NVIDIA GeForce RTX 4070 Ti SUPER", 16, 672),
        ("NVIDIA GeForce RTX 4070 Laptop GPU", 8, 256),
        ("NVIDIA A100-SXM4-80GB", 80, 1935),
        ("AMD Radeon RX 7900 XTX (RADV NAVI31)", 24, 960),
        ("AMD Radeon RX 7900 XT (RADV NAVI31)", 20, 800),
        ("Intel(R) Arc(TM) A770 Graphics (DG2)", 16, 560),
    ],
)
def test_known_cards(name: str, total_gib: int, gb_per_s: float) -> None:
    """The longest known name counts, and among those the one with this much memory."""
    assert card_bandwidth(name, total_gib * GIB) == gb_per_s * 1e9


def test_an_unknown_card_gets_a_guess_that_grows_with_its_memory() -> None:
    """Larger cards have faster memory, mostly."""
    guesses = [card_bandwidth("Matrox Millennium", size * GIB) for size in (2, 6, 12, 16, 24)]
    assert guesses == sorted(set(guesses))
    assert guesses[0] > 0


def test_nothing_is_guessed_where_the_main_memory_is_used() -> None:
    """It is as fast as the main memory, which is measured; a few such chips are known."""
    assert card_bandwidth("Intel Iris Xe Graphics", 12 * GIB, unified=True) == 0
    assert card_bandwidth("AMD Radeon(TM) 8060S Graphics", 96 * GIB, unified=True) == 256e9
    assert card_bandwidth("Something", 0) == 0


@pytest.mark.parametrize(
    ("chip", "gpu_cores", "gb_per_s"),
    [
        ("Apple M1", 8, 68.3),
        ("Apple M3 Max", 40, 400),
        ("Apple M3 Max", 30, 300),
        ("Apple M3 Max", 0, 300),
        ("Apple M4 Max", 32, 410),
        ("Apple M3 Ultra", 80, 819),
        ("Apple M97", 8, 0),
        ("Apple", 8, 0),
        ("", 0, 0),
    ],
)
def test_apple_chips(chip: str, gpu_cores: int, gb_per_s: float) -> None:
    """The number of graphics cores tells two variants apart; unknown, it is the slower one."""
    assert apple_bandwidth(chip, gpu_cores) == gb_per_s * 1e9


@UNHURRIED
@given(st.text(), st.integers(min_value=0, max_value=10**15), st.booleans())
def test_any_name_is_fine(name: str, number: int, unified: bool) -> None:  # noqa: FBT001
    """No name is an error, and no speed is below zero."""
    assert card_bandwidth(name, number, unified=unified) >= 0
    assert apple_bandwidth(name, number) >= 0

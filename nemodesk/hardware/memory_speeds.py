# SPDX-License-Identifier: Apache-2.0
"""How fast the memory of known graphics cards and Apple chips is, by name.

The figures lie in `resources/memory_speeds.json`. What a driver measures or reports is better;
this is for where none does.
"""

import json
import re
from functools import cache
from typing import Any, cast

from nemodesk.paths import resources

FILE_NAME = "memory_speeds.json"

_GB = 1e9
_GIB = 1024**3
_MEMORY_TOLERANCE = 0.15
"""A card with 12 GiB reports between 11.6 and 12.0 of them."""

# A card that is not in the table: what cards with this much memory mostly have (a guess).
_BY_MEMORY_GIB = ((20, 700.0), (14, 450.0), (9, 360.0), (5, 224.0), (0, 100.0))


def card_bandwidth(name: str, total_bytes: int, *, unified: bool = False) -> float:
    """Return the bytes per second that a card's memory can be read at.

    A card that shares the main memory and is not in the table gets 0: it has that memory's speed.
    An unknown card with memory of its own gets a guess from the size.
    """
    words = words_of(name)
    # The longest name wins ("RTX 4070 Ti" before "RTX 4070"), then one for this size.
    fitting = [
        (len(words_of(entry["name"])), "memory_gib" in entry, entry["gb_per_s"] * _GB)
        for entry in _table()["cards"]
        if _contains(words, words_of(entry["name"])) and _has_memory(entry, total_bytes)
    ]
    if fitting or unified or not total_bytes:
        return max(fitting, default=(0, False, 0.0))[2]
    size_gib = total_bytes / _GIB
    return next(speed for least_gib, speed in _BY_MEMORY_GIB if size_gib >= least_gib) * _GB


def apple_bandwidth(chip: str, gpu_cores: int) -> float:
    """Return the bytes per second of an Apple chip's memory; 0 if the chip is not known.

    Args:
        chip: such as "Apple M3 Max".
        gpu_cores: tells the variants of a chip apart; 0 when unknown gives the slowest.
    """
    words = words_of(chip.removeprefix("Apple "))
    variants = {
        entry["gpu_cores"]: entry["gb_per_s"] * _GB
        for entry in _table()["apple"]
        if words_of(entry["chip"]) == words
    }
    fitting = [cores for cores in variants if cores <= gpu_cores]
    return variants.get(max(fitting) if fitting else min(variants, default=0), 0.0)


def words_of(name: str) -> list[str]:
    """Return the words and numbers of a name in small letters: RTX3060 and RTX 3060 are alike."""
    return re.findall(r"[a-z]+|[0-9]+", re.sub(r"\((?:r|tm)\)", " ", name.lower()))


def _has_memory(entry: dict[str, Any], total_bytes: int) -> bool:
    size_gib = entry.get("memory_gib")
    if size_gib is None:
        return True
    return abs(total_bytes / _GIB - size_gib) <= _MEMORY_TOLERANCE * size_gib


def _contains(words: list[str], known: list[str]) -> bool:
    return any(
        words[start : start + len(known)] == known for start in range(len(words) - len(known) + 1)
    )


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    text = (resources() / FILE_NAME).read_text(encoding="utf-8")
    return cast("dict[str, list[dict[str, Any]]]", json.loads(text))

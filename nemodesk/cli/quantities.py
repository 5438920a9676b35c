# SPDX-License-Identifier: Apache-2.0
"""Reads sizes and speeds as people write them: 16GiB, 16 GB, 8g, 60GB/s."""

import re

from nemodesk.errors import UsageError

_QUANTITY = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<prefix>[kmgt]?)(?P<binary>i?)b?(?P<rate>/s|ps)?",
    re.IGNORECASE,
)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_LARGEST_BYTES = 2**60
_SMALLEST_BYTES = 2**20
"""Less was written without its unit, as in --ram 16."""


def read_memory(text: str, *, option: str) -> int:
    """Return bytes; a GB of memory is a GiB, because memory is sold in powers of two.

    Raises:
        UsageError: it is no size.
    """
    return int(_read(text, 1024, option=option, rate=False, example="16GiB"))


def read_rate(text: str, *, option: str) -> float:
    """Return bytes a second; "/s" may be left out.

    Raises:
        UsageError: it is no speed.
    """
    rate = _read(text, 1000, option=option, rate=True, example="60GB/s")
    if rate <= 0:
        raise _wrong(text, option, "60GB/s")
    return rate


def _read(text: str, step: int, *, option: str, rate: bool, example: str) -> float:
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or (match["rate"] and not rate) or (match["binary"] and not match["prefix"]):
        raise _wrong(text, option, example)
    base = 1024 if match["binary"] else step
    power = _POWERS[match["prefix"].lower()]
    value = float(match["number"].replace(",", ".")) * base**power
    if value > _LARGEST_BYTES or 0 < value < _SMALLEST_BYTES:
        raise _wrong(text, option, example)
    return value


def _wrong(text: str, option: str, example: str) -> UsageError:
    return UsageError(f"“{text}” is nothing that {option} understands. Write it like {example}.")

# SPDX-License-Identifier: Apache-2.0
"""Sizes in words that people use: 98 MB, 5.0 GB (a thousand thousands, as disks are sold)."""

_STEP = 1000
_SMALLEST_WITHOUT_DECIMALS = 10


def in_words(size_bytes: float) -> str:
    """Return a size with its unit."""
    amount = float(size_bytes)
    unit = "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < _STEP:
            break
        amount /= _STEP
        unit = larger
    if unit == "bytes" or amount >= _SMALLEST_WITHOUT_DECIMALS:
        return f"{amount:.0f} {unit}"
    return f"{amount:.1f} {unit}"

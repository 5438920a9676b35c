# SPDX-License-Identifier: Apache-2.0
"""Sizes in words that people use. It measures none.

Files count in thousands, as disks do: 98 MB, 5.0 GB. The memory that a computer or a card has
counts in steps of 1,024, as it is sold and as systems show it: 16 GB.
"""

_STEP = 1000
_MEMORY_STEP = 1024
_SMALLEST_WITHOUT_DECIMALS = 10

_GIB = 1024**3
_MODULE_GIB = 4
_LEAST_USABLE_SHARE = 0.9
"""Of the memory that is sold; firmware and graphics keep the rest for themselves. A guess."""


def in_words(size_bytes: float) -> str:
    """Return the size of a file, or of what a model needs, with its unit."""
    return _with_unit(size_bytes, _STEP)


def free_memory_in_words(size_bytes: float) -> str:
    """Return a part of the memory, to stand beside `memory_in_words`."""
    return _with_unit(size_bytes, _MEMORY_STEP)


def memory_in_words(total_bytes: int) -> str:
    """Return a whole memory as it was sold: 16 GB for the 15.5 GiB that the system sees."""
    gib = total_bytes / _GIB
    gib = total_bytes / _GIB
    step = _MODULE_GIB if gib > _MODULE_GIB else 1
    nominal = -(-total_bytes // (step * _GIB)) * step
    if nominal * _LEAST_USABLE_SHARE <= gib:
        return f"{nominal} GB"
    return f"{gib:.0f} GB" if gib >= 1 else _with_unit(total_bytes, _MEMORY_STEP)


def _with_unit(size_bytes: float, step: int) -> str:
    amount = float(size_bytes)
    unit = "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < step:
            break
        amount /= step
        unit = larger
    if unit == "bytes" or amount >= _SMALLEST_WITHOUT_DECIMALS:
        return f"{amount:.0f} {unit}"
    return f"{amount:.1f} {unit}"

# SPDX-License-Identifier: Apache-2.0
"""Reads values of files that others wrote, in which anything may stand anywhere. It stores nothing.

What is not of the kind that is asked for counts as not there: a chat with one odd field is better
than no chat.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeGuard

import msgspec

from nemodesk.text import well_formed

Json = object
"""What a JSON file may hold: None, bool, int, float, str, list, dict."""

_LATEST_S = 253_402_300_799.0
"""The end of the year 9999; Python's dates end there."""
_MILLISECONDS_FROM = 1e11
"""Times above are in milliseconds: as seconds this is the year 5138."""
_NANOSECONDS_FROM = 1e17
_MOST_DIGITS = 100
_UNWANTED = dict.fromkeys(
    [*(code for code in range(32) if chr(code) not in "\n\t"), *range(0x7F, 0xA0)]
)


class UnreadableError(ValueError):
    """These bytes are no JSON, or nested deeper than can be read."""


def decode(content: bytes) -> Json:
    """Return the value of JSON bytes, also of somewhat careless ones.

    Halves of surrogate pairs, NaN and bytes that are no UTF-8 are read; `clean` mends them.

    Raises:
        UnreadableError: it is no JSON.
    """
    try:
        return msgspec.json.decode(content)
    except RecursionError as error:
        raise UnreadableError("nested too deeply") from error
    except (msgspec.DecodeError, UnicodeError):
        pass
    try:
        return json.loads(content.decode("utf-8", "replace"), strict=False, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(str(error)) from error


def is_object(value: Json) -> TypeGuard[Mapping[str, Json]]:
    """Tell whether the value is an object."""
    return isinstance(value, dict)


def is_list(value: Json) -> TypeGuard[list[Json]]:
    """Tell whether the value is a list."""
    return isinstance(value, list)


def fields(value: Json) -> Mapping[str, Json]:
    """Return an object's fields; none of anything else."""
    return value if is_object(value) else {}


def entries(value: Json) -> list[Json]:
    """Return a list's entries; none of anything else."""
    return value if is_list(value) else []


def objects(value: Json) -> list[Mapping[str, Json]]:
    """Return those entries of a list that are objects."""
    return [entry for entry in entries(value) if is_object(entry)]


def text(value: Json) -> str:
    """Return a text without what would steer a terminal or end a C string."""
    return clean(value) if isinstance(value, str) else ""


def line(value: Json) -> str:
    """Return a text as one line."""
    return " ".join(text(value).split())


def key(value: Json) -> str:
    """Return what names a thing: a text or a whole number; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        # Long numbers cannot be written out (sys.set_int_max_str_digits).
        return str(value) if abs(value) < 2**64 else ""
    return text(value)


def is_true(value: Json) -> bool:
    """Tell whether the value is true, and not only something."""
    return value is True


def whole_number(value: Json) -> int | None:
    """Return a whole number that SQLite can hold; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or abs(value) >= 2**63:
        return None
    return int(value)


def number(value: Json) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def seconds(value: Json) -> float | None:
    """Return a time as seconds since 1970; None where there is none, or one of no calendar.

    Args:
        value: seconds, milliseconds or nanoseconds, or a time as ISO 8601 writes it.
    """
    if isinstance(value, str):
        return _seconds_of(value)
    found = number(value)
    if found is None:
        return None
    if found >= _NANOSECONDS_FROM:
        found /= 1e9
    elif found >= _MILLISECONDS_FROM:
        found /= 1000
    return found if 0 <= found <= _LATEST_S else None


def clean(words: str) -> str:
    """Return text with line breaks of one kind, whole characters, and no control characters."""
    broken = well_formed(words.replace("\r\n", "\n").replace("\r", "\n"))
    return broken if broken.isprintable() else broken.translate(_UNWANTED)


def _whole(digits: str) -> int | float:
    """Return a whole number; one of more digits than anything counts as a fraction."""
    return int(digits) if len(digits) < _MOST_DIGITS else math.inf


def _seconds_of(words: str) -> float | None:
    try:
        found = datetime.fromisoformat(words)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        moment = found.timestamp()
    except (ValueError, OverflowError):
        return None
    return moment if 0 <= moment <= _LATEST_S else None

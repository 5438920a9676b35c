# SPDX-License-Identifier: Apache-2.0
"""Makes text that every file, pipe, database and terminal can take. It changes no other text."""

import re

TURNS_TEXT_ROUND = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They show "gguf.exe" as "exe.fugg"."""
_STEERING = re.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{''.join(sorted(TURNS_TEXT_ROUND))}]"  # all of Unicode's Cc
)


def well_formed(text: str) -> str:
    """Replace halves of surrogate pairs, which a paste or the name of a file may bring."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def without_controls(text: str) -> str:
    """Leave out what would steer a terminal or turn text round: names from files may hold it."""
    if text.isascii() and text.isprintable():
        return text
    return _STEERING.sub("", well_formed(text))

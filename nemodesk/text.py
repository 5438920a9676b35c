# SPDX-License-Identifier: Apache-2.0
"""Makes text that every file, pipe, database and terminal can take. It changes no other text."""

import unicodedata

TURNS_TEXT_ROUND = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They show "gguf.exe" as "exe.fugg"."""
_LAYOUT = frozenset("\n\t")


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
    return "".join(
        character
        for character in well_formed(text)
        if character in _LAYOUT
        or (unicodedata.category(character) != "Cc" and character not in TURNS_TEXT_ROUND)
    )

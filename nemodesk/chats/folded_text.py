# SPDX-License-Identifier: Apache-2.0
"""Folds text so that a search ignores case, accents and the width of letters. Pure.

A folded text is only compared, never shown.
"""

import unicodedata
from collections.abc import Iterator, Sequence

_ASCII_SPACES = "\t\n\v\f\r\0"
"""What becomes a space; SQLite would end the text at a NUL."""

_LAST_ASCII = 0x7F
_VOICED = "\u3099\u309a"
"""They make another letter of a kana, not an accent on it."""


class _Folds(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _ASCII_SPACES or (code > _LAST_ASCII and character.isspace()):
            folded = " "
        else:
            parts = unicodedata.normalize("NFKD", character).casefold()
            parts = unicodedata.normalize("NFKD", parts)
            folded = unicodedata.normalize(
                "NFC",
                "".join(
                    part for part in parts if part in _VOICED or not unicodedata.combining(part)
                ),
            )
        self[code] = folded
        return folded


_FOLDS = _Folds()


def composed(text: str) -> str:
    """Return the text with each letter and its marks as one character, where there is one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the text as it is compared: "Straße" is "STRASSE", "é" is "e", a tab a space."""
    if not text.isascii():
        return composed(text).translate(_FOLDS)
    # The same at a sixth of the time.
    text = text.lower()
    for space in _ASCII_SPACES:
        text = text.replace(space, " ")
    return text


def places_of(text: str, folded_terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a composed text that read like one of the terms, term by term."""
    folded = fold(text)
    if text.isascii() or all(len(_FOLDS[ord(character)]) == 1 for character in set(text)):
        origin: Sequence[int] = range(len(text))
    else:
        origin = [place for place, character in enumerate(text) for _ in _FOLDS[ord(character)]]
    for term in folded_terms:
        start = folded.find(term)
        while start != -1:
            end = start + len(term)
            yield origin[start], origin[end - 1] + 1
            start = folded.find(term, end)

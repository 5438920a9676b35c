# SPDX-License-Identifier: Apache-2.0
"""Counts the pages and the words of a text. Pages are parted by form feeds, as in plain text."""

import re

from nemodesk.documents.document import PDF

PAGE_BREAK = "\f"

# Chinese, Japanese, Thai and their like put no spaces between words: there a letter counts.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")

_COUNTED_CHARACTERS = 200_000
"""A longer text is judged by its beginning, so that counting never takes more than 20 ms."""


def split_pages(media_type: str, text: str) -> list[str]:
    """Return the pages of a PDF; the whole text of anything else."""
    return text.split(PAGE_BREAK) if media_type == PDF else [text]


def page_count(media_type: str, text: str) -> int:
    """Return the number of pages; 0 for what has none."""
    return text.count(PAGE_BREAK) + 1 if media_type == PDF else 0


def empty_page_count(media_type: str, text: str) -> int:
    """Return how many pages of a PDF hold no text."""
    if media_type != PDF:
        return 0
    return sum(not page.strip() for page in split_pages(media_type, text))


def word_count(text: str) -> int:
    """Return the number of words; about right for a long text."""
    beginning = text[:_COUNTED_CHARACTERS]
    words = sum(1 for _ in _WORD.finditer(beginning))
    return round(words * len(text) / len(beginning)) if beginning else 0

# SPDX-License-Identifier: Apache-2.0
"""Tells screen readers what has been written, a sentence at a time. It shows nothing."""

import re
from collections.abc import Callable

_SENTENCE_END = re.compile(r"[.!?…。！？]['\"”’)\]]*\s+|\n\s*\n|\n")  # noqa: RUF001 - Chinese marks


class SentenceAnnouncer:
    """Gathers text and hands out whole sentences.

    Args:
        announce: gets one or more whole sentences.
    """

    def __init__(self, announce: Callable[[str], None]) -> None:
        self._announce = announce
        self._text = ""

    def reset(self) -> None:
        """Forget a sentence that has not ended."""
        self._text = ""

    def feed(self, text: str) -> None:
        """Take more text."""
        self._text += text
        end = 0
        for found in _SENTENCE_END.finditer(self._text):
            end = found.end()
        if end:
            sentences, self._text = self._text[:end].strip(), self._text[end:]
            if sentences:
                self._announce(sentences)

    def finish(self, failure: str = "") -> None:
        """Hand out what is left, and why there is no more."""
        rest = " ".join(part for part in (self._text.strip(), failure) if part)
        self._text = ""
        if rest:
            self._announce(rest)

# SPDX-License-Identifier: Apache-2.0
"""Turns the bytes of tokens into whole characters and ends before a stop string.

A character may be spread over several tokens, and so may a stop string: what could still become
one is held back. It knows nothing of tokens or of thinking.
"""

import codecs
from collections.abc import Sequence


class StreamingText:
    """The text of one answer as it grows."""

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(text for text in stop if text)
        self._held = ""
        self.is_stopped = False

    def add(self, piece: bytes) -> str:
        """Return the text that is certain now; empty once a stop string has come."""
        if self.is_stopped:
            return ""
        text = self._decoder.decode(piece)
        return self._release(self._held + text) if self._stop else text

    def finish(self) -> str:
        """Return what was held back, now that nothing follows.

        The beginning of a character whose end never came is dropped.
        """
        rest, self._held = self._held, ""
        return rest

    def _release(self, text: str) -> str:
        found = [place for place in (text.find(stop) for stop in self._stop) if place >= 0]
        if found:
            self.is_stopped = True
            self._held = ""
            return text[: min(found)]
        held_length = max((_overlap(text, stop) for stop in self._stop), default=0)
        certain = len(text) - held_length
        self._held = text[certain:]
        return text[:certain]


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest end of `text` with which `stop` begins."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0

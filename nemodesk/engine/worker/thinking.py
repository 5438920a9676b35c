# SPDX-License-Identifier: Apache-2.0
"""Parts the stream of an answer into what the model thinks and what it says.

Thinking stands between <think> and </think> at the beginning of an answer. Models such as
Nemotron 3 Nano begin inside it, because their template ends the prompt with <think>. Tags later
in the answer are text, for a model may write about them.
"""

from typing import Literal, NamedTuple

OPENING_TAG = "<think>"
CLOSING_TAG = "</think>"

Place = Literal["beginning", "thinking", "answer"]


class Parted(NamedTuple):
    """New text of both kinds."""

    content: str
    reasoning: str


class ThinkingParser:
    """Reads an answer piece by piece; a tag may be cut anywhere.

    Args:
        place: where in an answer the text begins.
        resumes: whether text of that kind came before, so that white space at the start counts.
    """

    def __init__(self, place: Place = "beginning", *, resumes: bool = False) -> None:
        self._place: Place = place
        self._held = ""
        self._trims_start = place == "thinking" and not resumes

    def add(self, text: str) -> Parted:
        """Take the next text and return what is certain of it."""
        if self._place == "answer" and not self._trims_start:
            return Parted(text, "")
        self._held += text
        if self._place == "beginning":
            self._look_for_opening()
        reasoning = self._take_thinking() if self._place == "thinking" else ""
        content = self._take_content() if self._place == "answer" else ""
        return Parted(content, reasoning)

    def finish(self) -> Parted:
        """Return what was held back, now that nothing follows."""
        held, self._held = self._held, ""
        if self._place == "thinking":
            return Parted("", held.rstrip())
        return Parted(held, "")

    def _look_for_opening(self) -> None:
        seen = self._held.lstrip()
        if seen.startswith(OPENING_TAG):
            self._held = seen.removeprefix(OPENING_TAG)
            self._place = "thinking"
            self._trims_start = True
        elif seen and not OPENING_TAG.startswith(seen):
            self._place = "answer"

    def _take_thinking(self) -> str:
        self._trim_start()
        thought, tag, answer = self._held.partition(CLOSING_TAG)
        if tag:
            self._held = answer
            self._place = "answer"
            self._trims_start = True
            return thought.rstrip()
        # A tag that has only begun waits, and so does the white space before a tag to come.
        begun = self._held.rfind("<")
        if begun < 0 or not CLOSING_TAG.startswith(self._held[begun:]):
            begun = len(self._held)
        certain = self._held[:begun].rstrip()
        self._held = self._held[len(certain) :]
        return certain

    def _take_content(self) -> str:
        self._trim_start()
        content, self._held = self._held, ""
        return content

    def _trim_start(self) -> None:
        if self._trims_start:
            self._held = self._held.lstrip()
            self._trims_start = not self._held

# SPDX-License-Identifier: Apache-2.0
"""Keeps what people, documents and models say from being read as control tokens.

A chat template puts words such as <|im_end|> between messages, and the vocabulary has one token
for each. The same word inside of a message is text: it is marked before the template puts the
messages together, and the prompt is turned into tokens in pieces that end within the word. All
other text is read in one piece, as the model has seen it in training. It knows no template.
"""

import re
from collections.abc import Iterable

import msgspec

from nemodesk.engine.values import PromptMessage

_MARK = "\ufdd0"
"""Not a character (Unicode 16.0, section 23.7): nobody can write it, and no vocabulary has it."""


class ControlWords:
    """The words that stand for control tokens in one vocabulary."""

    def __init__(self, words: Iterable[str]) -> None:
        # A word of one letter cannot be parted; none is known.
        known = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, known))) if known else None

    def mark(self, text: str) -> str:
        """Return the text with a mark inside of each control word."""
        text = text.replace(_MARK, "")
        if self._pattern is None:
            return text
        # Once may not be enough, where one word begins within another.
        while (marked := self._pattern.sub(_with_mark, text)) != text:
            text = marked
        return text

    def mark_message(self, message: PromptMessage) -> PromptMessage:
        """Return the message with marks in all that it says."""
        content, reasoning = self.mark(message.content), self.mark(message.reasoning)
        return msgspec.structs.replace(message, content=content, reasoning=reasoning)


def parts_between_marks(prompt: str) -> list[str]:
    """Return the pieces of a prompt that are turned into tokens one by one."""
    return [part for part in prompt.split(_MARK) if part]


def _with_mark(found: re.Match[str]) -> str:
    word = found[0]
    return f"{word[0]}{_MARK}{word[1:]}"

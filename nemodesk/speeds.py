# SPDX-License-Identifier: Apache-2.0
"""Speeds of writing in words that people use: about 12 words a second. It measures none."""

WORDS_PER_TOKEN = 0.75
"""English has about three words to four tokens (OpenAI, "What are tokens", help centre)."""


def words_a_second(tokens_per_s: float) -> str:
    """Return a speed in words, rounded: predictions are not exact enough for more digits."""
    words = tokens_per_s * WORDS_PER_TOKEN
    if words < 1:
        return "less than a word a second"
    if round(words) == 1:
        return "about 1 word a second"
    return f"about {words:.0f} words a second"

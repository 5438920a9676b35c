# SPDX-License-Identifier: Apache-2.0
"""The meter below the composer: how it says how much is taken."""

import pytest

from nemodesk.ui.composer.context_meter import thousands


@pytest.mark.parametrize(
    ("tokens", "words"),
    [(0, "0"), (1, "0.1"), (30, "0.1"), (300, "0.3"), (6144, "6"), (6300, "6.2"), (32768, "32")],
)
def test_thousands_read_well(tokens: int, words: str) -> None:
    """Below ten there is a decimal where it says something, and a little is not nothing."""
    assert thousands(tokens) == words

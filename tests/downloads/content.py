# SPDX-License-Identifier: Apache-2.0
"""Bytes that stand for a model: always the same for the same seed, and nowhere alike."""

import random


def content(size_bytes: int, *, seed: int = 4) -> bytes:
    """Return so many bytes."""
    return random.Random(seed).randbytes(size_bytes)  # noqa: S311 - no secret

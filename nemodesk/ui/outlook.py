# SPDX-License-Identifier: Apache-2.0
"""What the window needs to know of a model before it is loaded, as values. It predicts nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How a model would run on this computer.

    Attributes:
        verdict: great, slow or too_big.
        memory_bytes: of both kinds of memory together.
        tokens_per_s: while it writes; 0 where that is not known.
    """

    verdict: str
    memory_bytes: int
    tokens_per_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Pick:
    """The best model for this computer.

    Attributes:
        reason: one plain sentence.
    """

    repo_id: str
    quant: str
    reason: str

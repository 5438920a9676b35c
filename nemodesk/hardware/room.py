# SPDX-License-Identifier: Apache-2.0
"""Chooses how long a context is when nobody says it. Pure arithmetic.

8,192 tokens are enough for long chats, and it is what every computer gets where it fits. It is
doubled as long as the longer one takes no more than a tenth of the memory that the model leaves
free, up to what the model was made for and to 262,144 tokens. So nobody's memory is filled by a
cache that most chats never need, and nobody with plenty of it has to ask for more.
"""

from nemodesk.hardware.fit import CONTEXT_STEP_TOKENS, CacheType, ModelShape
from nemodesk.hardware.placement import Budget, Layout

DEFAULT_CONTEXT_TOKENS = 8192

CONTEXT_LIMIT_TOKENS = 262_144
"""Longer contexts may exhaust a graphics card (NVIDIA's guide to Nemotron 3 Nano)."""

_SHORTEST_CONTEXT_TOKENS = 512
_SHARE_FOR_MORE = 10


def comfortable_context(shape: ModelShape, budget: Budget, *, cache_type: CacheType) -> int:
    """Return the length in tokens that a context has when nobody chose one.

    It is at least 512, even where that does not fit: then the model does not.
    """
    trained = shape.trained_context_tokens or DEFAULT_CONTEXT_TOKENS
    usual = min(DEFAULT_CONTEXT_TOKENS, trained)
    if not _placed(shape, budget, usual, cache_type):
        return _longest_below(shape, budget, usual, cache_type)
    best = usual
    while best < min(trained, CONTEXT_LIMIT_TOKENS):
        longer = min(2 * best, trained, CONTEXT_LIMIT_TOKENS)
        if not _is_cheap(shape, budget, longer, cache_type):
            break
        best = longer
    return best


def longer_context(shape: ModelShape, budget: Budget, tokens: int, *, cache_type: CacheType) -> int:
    """Return the next longer context that fits: twice as long, or all; 0 where none does."""
    most = min(shape.trained_context_tokens or CONTEXT_LIMIT_TOKENS, CONTEXT_LIMIT_TOKENS)
    longer = min(2 * tokens, most)
    return longer if longer > tokens and _placed(shape, budget, longer, cache_type) else 0


def _placed(shape: ModelShape, budget: Budget, tokens: int, cache_type: CacheType) -> bool:
    layout = Layout(shape, context_tokens=tokens, cache_type=cache_type)
    return next(iter(layout.fitting(budget)), None) is not None


def _is_cheap(shape: ModelShape, budget: Budget, tokens: int, cache_type: CacheType) -> bool:
    """Tell whether the context takes little of what is left, and moves nothing off the card."""
    usual = Layout(shape, context_tokens=DEFAULT_CONTEXT_TOKENS, cache_type=cache_type)
    longer = Layout(shape, context_tokens=tokens, cache_type=cache_type)
    before = next(iter(usual.fitting(budget)), None)
    after = next(iter(longer.fitting(budget)), None)
    if before is None or after is None:
        return False
    if (before.gpu_layers, before.cpu_expert_layers) != (after.gpu_layers, after.cpu_expert_layers):
        return False
    if after.gpu_layers:
        free = budget.vram_bytes - before.vram_bytes + usual.needed.kv_bytes
    else:
        free = budget.memory_bytes - before.memory_bytes + usual.needed.kv_bytes
    taken = longer.needed.kv_bytes + longer.needed.compute_bytes - usual.needed.compute_bytes
    return taken * _SHARE_FOR_MORE <= free


def _longest_below(shape: ModelShape, budget: Budget, most: int, cache_type: CacheType) -> int:
    for tokens in range(most // CONTEXT_STEP_TOKENS, 1, -1):
        if _placed(shape, budget, tokens * CONTEXT_STEP_TOKENS, cache_type):
            return tokens * CONTEXT_STEP_TOKENS
    return min(_SHORTEST_CONTEXT_TOKENS, most)

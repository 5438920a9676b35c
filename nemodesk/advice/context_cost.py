# SPDX-License-Identifier: Apache-2.0
"""Says what a context of some length costs, and how long it can be on this computer."""

from collections.abc import Sequence
from dataclasses import dataclass

from nemodesk.advice.forecast import max_context
from nemodesk.engine.preparation import budget_of_processor, budget_once_unloaded
from nemodesk.engine.values import Device, EngineSettings
from nemodesk.hardware.fit import CacheType, ModelShape, memory_needed
from nemodesk.hardware.room import comfortable_context


@dataclass(frozen=True, kw_only=True)
class ContextCost:
    """What a context costs.

    Attributes:
        tokens: how long it is; 0 where only a loaded model could tell.
        memory_bytes: what the chat takes of the memory, beside the model.
        longest_tokens: the longest that fits here and that the model was made for; 0 where only a
            loaded model could tell.
    """

    tokens: int
    memory_bytes: int
    longest_tokens: int


def context_cost(
    shape: ModelShape,
    wanted_tokens: int,
    cache_type: CacheType,
    *,
    loaded: EngineSettings | None = None,
    devices: Sequence[Device] = (),
) -> ContextCost:
    """Return what a context costs. Looks at the memory that is free now.

    Args:
        wanted_tokens: 0 is what the program would take.
        loaded: how this model is in memory now, which it gives back before another load.
        devices: what its engine computes on.
    """
    budget = budget_of_processor()
    if loaded is not None:
        budget = budget_once_unloaded(devices, shape, loaded)
    tokens, longest = wanted_tokens, 0
    if budget is not None:
        tokens = tokens or comfortable_context(shape, budget, cache_type=cache_type)
        longest = max_context(shape, budget, cache_type=cache_type)
    if not tokens:
        return ContextCost(tokens=0, memory_bytes=0, longest_tokens=0)
    needed = memory_needed(shape, context_tokens=tokens, cache_type=cache_type)
    return ContextCost(
        tokens=tokens,
        memory_bytes=needed.kv_bytes + needed.state_bytes + needed.compute_bytes,
        longest_tokens=longest,
    )

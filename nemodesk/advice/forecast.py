# SPDX-License-Identifier: Apache-2.0
"""Says what a model will be like on a computer: whether it fits, how, and how fast it is.

Pure: it asks neither the computer nor the model.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from nemodesk.hardware.capacity import Capacity
from nemodesk.hardware.fit import CONTEXT_STEP_TOKENS, CacheType, ModelShape
from nemodesk.hardware.placement import Budget, Layout, Placement
from nemodesk.hardware.room import comfortable_context
from nemodesk.hardware.speed import Speed, predict
from nemodesk.sizes import in_words
from nemodesk.speeds import words_a_second

PLEASANT_TOKENS_PER_S = 8.0
"""Half again as fast as people read: 238 words a minute (Brysbaert 2019), three words to four
tokens, are 5.3 tokens a second."""

YOUNG_CHAT_TOKENS = 512
"""How long a chat is when its speed is forecast. Longer ones are read anew for each token: that
costs models with recurrent layers little, and others up to half of their speed."""

Fits = Literal["yes", "partly", "no"]


class Verdict(StrEnum):
    """What a person should expect."""

    GREAT = "great"
    SLOW = "slow"
    TOO_BIG = "too_big"


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a model will be like.

    Attributes:
        fits: yes: all of it where it is fastest; partly: a part of it has to stay in main memory
            although there is a graphics card.
        memory_bytes, vram_bytes: what it takes of main memory and of the cards.
        kv_bytes, state_bytes, compute_bytes: what they are made of, beside the weights.
        gpu_layers, cpu_expert_layers: as in `EngineSettings`.
        context_tokens: the context that this is about.
        max_context: the longest that fits and that the model was made for; 0 if none does.
        tokens_per_s, prompt_tokens_per_s: written and read; 0 where it does not fit.
        sentence: the same in plain words.
    """

    verdict: Verdict
    fits: Fits
    memory_bytes: int
    vram_bytes: int
    kv_bytes: int
    state_bytes: int
    compute_bytes: int
    gpu_layers: int
    cpu_expert_layers: int
    context_tokens: int
    max_context: int
    tokens_per_s: float
    prompt_tokens_per_s: float
    sentence: str

    @property
    def total_bytes(self) -> int:
        """All memory that it takes, wherever it is."""
        return self.memory_bytes + self.vram_bytes


def forecast(
    shape: ModelShape,
    capacity: Capacity,
    *,
    context_tokens: int = 0,
    cache_type: CacheType = "f16",
    budget: Budget | None = None,
    speed_factor: float = 1.0,
) -> Forecast:
    """Return what to expect of a model.

    Args:
        context_tokens: 0 takes what the engine would take.
        budget: what it may take; the computer's whole memory without what the system needs, if
            not given.
        speed_factor: how much faster this computer has proved to be than was forecast.
    """
    budget = budget or capacity.budget
    context = context_tokens or comfortable_context(shape, budget, cache_type=cache_type)
    layout = Layout(shape, context_tokens=context, cache_type=cache_type)
    filled = min(YOUNG_CHAT_TOKENS, context // 2)

    def speed_of(placement: Placement) -> Speed:
        return predict(layout, placement, capacity, filled_tokens=filled, cache_type=cache_type)

    placements = list(layout.fitting(budget))
    best = max(placements, key=lambda one: speed_of(one).tokens_per_s, default=None)
    needed = layout.needed
    shown = best or layout.place(0, 0)
    speed = speed_of(shown) if best else Speed(tokens_per_s=0.0, prompt_tokens_per_s=0.0)
    tokens_per_s = speed.tokens_per_s * speed_factor
    verdict = _verdict(best, tokens_per_s)
    return Forecast(
        verdict=verdict,
        fits=_fits(layout, best, budget),
        memory_bytes=shown.memory_bytes,
        vram_bytes=shown.vram_bytes,
        kv_bytes=needed.kv_bytes,
        state_bytes=needed.state_bytes,
        compute_bytes=needed.compute_bytes,
        gpu_layers=shown.gpu_layers,
        cpu_expert_layers=shown.cpu_expert_layers,
        context_tokens=context,
        max_context=max_context(shape, budget, cache_type=cache_type),
        tokens_per_s=tokens_per_s,
        prompt_tokens_per_s=speed.prompt_tokens_per_s * speed_factor,
        sentence=_sentence(verdict, shown, budget, tokens_per_s),
    )


def max_context(shape: ModelShape, budget: Budget, *, cache_type: CacheType) -> int:
    """Return the longest context that fits and that the model was made for; 0 if none does."""

    def is_placed(steps: int) -> bool:
        tokens = steps * CONTEXT_STEP_TOKENS
        layout = Layout(shape, context_tokens=tokens, cache_type=cache_type)
        return next(iter(layout.fitting(budget)), None) is not None

    low, high = 0, max(shape.trained_context_tokens // CONTEXT_STEP_TOKENS, 1)
    if is_placed(high):
        return high * CONTEXT_STEP_TOKENS
    while low + 1 < high:  # `low` fits or is 0, `high` does not
        middle = (low + high) // 2
        low, high = (middle, high) if is_placed(middle) else (low, middle)
    return low * CONTEXT_STEP_TOKENS


def _verdict(best: Placement | None, tokens_per_s: float) -> Verdict:
    if best is None:
        return Verdict.TOO_BIG
    return Verdict.GREAT if tokens_per_s >= PLEASANT_TOKENS_PER_S else Verdict.SLOW


def _fits(layout: Layout, best: Placement | None, budget: Budget) -> Fits:
    if best is None:
        return "no"
    is_all_on_card = best.gpu_layers > layout.layer_count and not best.cpu_expert_layers
    return "yes" if is_all_on_card or not budget.vram_bytes else "partly"


def _sentence(verdict: Verdict, placed: Placement, budget: Budget, tokens_per_s: float) -> str:
    needs = in_words(placed.memory_bytes + placed.vram_bytes)
    if verdict is Verdict.TOO_BIG:
        room = in_words(budget.memory_bytes + (0 if budget.unified else budget.vram_bytes))
        return f"It needs {needs} of memory, and this computer has {room} to give."
    where = "on the processor"
    if placed.gpu_layers:
        is_split = placed.cpu_expert_layers or placed.memory_bytes > placed.vram_bytes
        where = "on the graphics card and the processor" if is_split else "on the graphics card"
    return f"It needs {needs} of memory and writes {words_a_second(tokens_per_s)} {where}."

# SPDX-License-Identifier: Apache-2.0
"""Chooses the model for a computer. Pure: the same catalog and computer give the same answer.

The largest model that leaves the system its memory and writes faster than people read. Of it
8-bit where that leaves plenty of room, else 4-bit, and rather 4-bit wholly on the graphics card
than 8-bit that is not. Where none is fast enough, the quickest that leaves room.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nemodesk.advice.forecast import PLEASANT_TOKENS_PER_S, Forecast, forecast
from nemodesk.advice.shapes import rough_shape, shape_of_offer
from nemodesk.catalog.offers.offer import Catalog, Offer, Quant
from nemodesk.errors import DoesNotFitError
from nemodesk.hardware.capacity import Capacity
from nemodesk.sizes import memory_in_words
from nemodesk.speeds import words_a_second

_BEST_BITS = 8
_USUAL_BITS = 4

_ROOM_FOR_BETTER = 0.4
"""Share of the memory for models that has to stay free, so that more bits than the usual four
are recommended. A guess: other programs and longer chats need it more."""

_ROOM_FOR_USUAL = 0.15
"""The same for four bits. A guess."""

_MOST_ALTERNATIVES = 5


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A model in one packing, and what to expect of it."""

    offer: Offer
    quant: Quant
    forecast: Forecast


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """The model for a computer.

    Attributes:
        reason: one plain sentence.
        alternatives: other choices that fit, best first.
    """

    offer: Offer
    quant: Quant
    forecast: Forecast
    reason: str
    alternatives: tuple[Choice, ...] = ()


def recommend(catalog: Catalog, capacity: Capacity, *, speed_factor: float = 1.0) -> Recommendation:
    """Return the model to use on a computer.

    Args:
        speed_factor: how much faster the computer has proved to be than was forecast.

    Raises:
        DoesNotFitError: the computer has too little memory for every model of the catalog.
    """
    choices = list(_choices(catalog, capacity, speed_factor))
    fitting = [choice for choice in choices if choice.forecast.fits != "no"]
    if not fitting:
        raise DoesNotFitError(
            f"This computer has {memory_in_words(capacity.memory_bytes)} of memory, which is too "
            "little for the models that NemoDesk knows. Use the starter model."
        )
    best = _best([choice for choice in fitting if _is_pleasant(choice, capacity)])
    best = best or _least(fitting, capacity)
    others = (choice for choice in fitting if choice is not best)
    return Recommendation(
        offer=best.offer,
        quant=best.quant,
        forecast=best.forecast,
        reason=reason_for(best, capacity),
        alternatives=tuple(others)[:_MOST_ALTERNATIVES],
    )


def best_quant(offer: Offer, capacity: Capacity, *, speed_factor: float = 1.0) -> Choice | None:
    """Return the choice to take of one model: the best in the order of `recommend`.

    Where the model's layers are not known, the size of its files decides. None if it has none.
    """
    choices = [
        Choice(
            offer=offer,
            quant=quant,
            forecast=forecast(
                shape_of_offer(offer, quant) or rough_shape(offer, quant),
                capacity,
                speed_factor=speed_factor,
            ),
        )
        for quant in sorted(offer.quants, key=_rank)
    ]
    pleasant = _best([choice for choice in choices if _is_pleasant(choice, capacity)])
    fitting = [choice for choice in choices if choice.forecast.fits != "no"]
    if pleasant or not choices:
        return pleasant
    return _least(fitting, capacity) if fitting else min(choices, key=_size_bytes)


def _size_bytes(choice: Choice) -> int:
    return choice.quant.size_bytes


def bits_of(quant_name: str) -> int:
    """Return the bits of a weight, as the name of a quant says: 4 for "UD-Q4_K_XL"."""
    match = re.search(r"\d+", quant_name)
    return int(match.group()) if match else 0


def reason_for(choice: Choice, capacity: Capacity) -> str:
    """Return why a computer gets this model, in one sentence."""
    bits = bits_of(choice.quant.name)
    name = f"{choice.offer.name} in {bits}-bit" if bits else choice.offer.name
    speed = words_a_second(choice.forecast.tokens_per_s)
    memory = memory_in_words(capacity.memory_bytes)
    computer = f"Your computer has {memory} of memory and {_card(capacity)}"
    if choice.forecast.tokens_per_s >= PLEASANT_TOKENS_PER_S:
        return f"{computer}: {name} fits well and writes {speed}."
    return f"{computer}: {name} fits, and writes {speed}."


def _choices(catalog: Catalog, capacity: Capacity, speed_factor: float) -> Iterator[Choice]:
    """Yield every choice whose shape is known, the best first."""
    offers = sorted(catalog.offers, key=lambda offer: -offer.parameter_count)
    for offer in offers:
        for quant in sorted(offer.quants, key=_rank):
            shape = shape_of_offer(offer, quant)
            if shape is not None and _is_usual(quant):
                expected = forecast(shape, capacity, speed_factor=speed_factor)
                yield Choice(offer=offer, quant=quant, forecast=expected)


def _rank(quant: Quant) -> tuple[int, int, int]:
    """Order quants from the one to prefer to the last resort."""
    bits = bits_of(quant.name)
    # Of two with the same bits the one that keeps more of the original, which is larger; but
    # 8-bit is as good as the original, and there the smaller one does.
    size_bytes = quant.size_bytes if bits >= _BEST_BITS else -quant.size_bytes
    return (0 if bits <= _BEST_BITS else 1, -bits, size_bytes)


def _is_usual(quant: Quant) -> bool:
    """Leave out the unpacked original and what is for experiments only."""
    return _USUAL_BITS <= bits_of(quant.name) <= _BEST_BITS


def _is_pleasant(choice: Choice, capacity: Capacity) -> bool:
    expected = choice.forecast
    if expected.tokens_per_s < PLEASANT_TOKENS_PER_S:
        return False
    bits = bits_of(choice.quant.name)
    if bits not in {_USUAL_BITS, _BEST_BITS}:
        return False
    is_usual = bits == _USUAL_BITS
    return _free_share(expected, capacity) >= (_ROOM_FOR_USUAL if is_usual else _ROOM_FOR_BETTER)


def _best(pleasant: list[Choice]) -> Choice | None:
    """Return the first choice of the largest model, preferably one that need not be divided."""
    if not pleasant:
        return None
    of_largest = [choice for choice in pleasant if choice.offer == pleasant[0].offer]
    whole = (choice for choice in of_largest if choice.forecast.fits == "yes")
    return next(whole, of_largest[0])


def _free_share(expected: Forecast, capacity: Capacity) -> float:
    """Return the share of the memory for models that stays free where it is tightest."""
    budget = capacity.budget
    memory_bytes = expected.memory_bytes + (expected.vram_bytes if budget.unified else 0)
    return 1 - memory_bytes / max(budget.memory_bytes, 1)


def _least(fitting: list[Choice], capacity: Capacity) -> Choice:
    """Return the quickest choice that leaves room; where none does, the one that needs least."""
    roomy = [
        choice for choice in fitting if _free_share(choice.forecast, capacity) >= _ROOM_FOR_USUAL
    ]
    if roomy:
        return max(roomy, key=lambda choice: choice.forecast.tokens_per_s)
    return min(fitting, key=_size_bytes)


def _card(capacity: Capacity) -> str:
    if not capacity.vram_bytes:
        unused = "a graphics card that this edition of NemoDesk cannot use"
        return unused if capacity.unused_gpu_name else "no graphics card"
    if capacity.unified:
        return "a graphics processor that shares it"
    size = memory_in_words(capacity.vram_bytes)
    if capacity.gpu_count > 1:
        return f"{capacity.gpu_count} graphics cards with {size} together"
    return f"a graphics card with {size}"

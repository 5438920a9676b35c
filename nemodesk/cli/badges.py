# SPDX-License-Identifier: Apache-2.0
"""How well models of a search run on this computer, in the words of the window's badges."""

from collections.abc import Callable, Mapping
from typing import Any

from nemodesk.advice.forecast import Verdict
from nemodesk.catalog.offers.offer import Offer
from nemodesk.cli.computer import best_here

BADGES: dict[str, str] = {
    Verdict.GREAT: "runs great",
    Verdict.SLOW: "runs, but slowly",
    Verdict.TOO_BIG: "too big for this computer",
}


def judge_for_this_computer() -> Callable[[Offer], Mapping[str, Any]]:
    """Measure this computer; return what tells more about an offer, as fields of its row."""
    find_best = best_here()

    def judge(offer: Offer) -> Mapping[str, Any]:
        best = find_best(offer)
        if best is None:
            return {"verdict": None, "fits": None, "best_quant": None}
        return {
            "verdict": best.forecast.verdict,
            "fits": best.forecast.fits,
            "best_quant": best.quant.name,
        }

    return judge

# SPDX-License-Identifier: Apache-2.0
"""Chooses the model that answers where nobody has named one. It opens and measures nothing."""

from collections.abc import Callable, Sequence

from nemodesk.advice.forecast import Verdict
from nemodesk.catalog.model_file import STARTER_ID, ModelFile


def first_choice(
    models: Sequence[ModelFile],
    judge: Callable[[ModelFile], Verdict],
    *,
    last_used: Sequence[str] = (),
) -> ModelFile | None:
    """Return what was used last; else the largest that runs well here, or the least slow one.

    The starter comes before what is too big only: it is there to try the program with.

    Args:
        judge: asked for as few models as possible, since it may read their files.
        last_used: ids, the last first; some may be gone.
    """
    by_id = {model.id: model for model in models}
    used = next((by_id[model_id] for model_id in last_used if model_id in by_id), None)
    if used is not None:
        return used
    own = [model for model in models if model.id != STARTER_ID]
    slow: ModelFile | None = None
    for model in sorted(own, key=lambda model: model.size_bytes, reverse=True):
        verdict = judge(model)
        if verdict is Verdict.GREAT:
            return model
        if verdict is Verdict.SLOW:
            slow = model  # of these the smallest, which is the quickest
    return (
        slow
        or by_id.get(STARTER_ID)
        or min(models, key=lambda model: model.size_bytes, default=None)
    )

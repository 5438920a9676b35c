# SPDX-License-Identifier: Apache-2.0
"""Chooses the model that answers where nobody has named one. It opens and measures nothing."""

from collections.abc import Callable, Sequence

from nemodesk.advice.forecast import Verdict
from nemodesk.catalog.model_file import STARTER_ID, ModelFile


def first_choice(
    models: Sequence[ModelFile], judge: Callable[[ModelFile], Verdict]
) -> ModelFile | None:
    """Return the largest that runs well here, else the quickest of the slow ones.

    The starter comes before what is too big only: it is there to try the program with.

    Args:
        judge: asked for as few models as possible, since it may read their files.
    """
    starter = next((model for model in models if model.id == STARTER_ID), None)
    own = [model for model in models if model.id != STARTER_ID]
    slow: ModelFile | None = None
    for model in sorted(own, key=lambda model: model.size_bytes, reverse=True):
        verdict = judge(model)
        if verdict is Verdict.GREAT:
            return model
        if verdict is Verdict.SLOW:
            slow = model  # of these the smallest, which is the quickest
    return slow or starter or min(models, key=lambda model: model.size_bytes, default=None)

# SPDX-License-Identifier: Apache-2.0
"""The model that answers where nobody has named one."""

from pathlib import Path

from nemodesk.advice.first_choice import first_choice
from nemodesk.advice.forecast import Verdict
from nemodesk.catalog.model_file import STARTER_ID, ModelFile


def _model(model_id: str, size_bytes: int) -> ModelFile:
    return ModelFile(
        id=model_id, path=Path(f"{model_id}.gguf"), size_bytes=size_bytes, name=model_id
    )


STARTER, SMALL, MIDDLE, LARGE = (
    _model(STARTER_ID, 1),
    _model("small", 2),
    _model("middle", 3),
    _model("large", 4),
)
ALL = (SMALL, STARTER, LARGE, MIDDLE)


def _by_size(**verdicts: Verdict) -> list[ModelFile]:
    """Return the choice among all, and what was asked before it was made."""
    asked: list[ModelFile] = []

    def judge(model: ModelFile) -> Verdict:
        asked.append(model)
        return verdicts.get(model.id, Verdict.GREAT)

    chosen = first_choice(ALL, judge)
    assert chosen is not None
    return [chosen, *asked]


def _too_big(_: ModelFile) -> Verdict:
    return Verdict.TOO_BIG


def test_the_largest_that_runs_well_is_taken() -> None:
    """And the smaller ones are not looked at."""
    assert _by_size() == [LARGE, LARGE]
    assert _by_size(large=Verdict.SLOW) == [MIDDLE, LARGE, MIDDLE]
    assert _by_size(large=Verdict.TOO_BIG)[0] is MIDDLE


def test_of_slow_models_the_quickest_is_taken() -> None:
    """The starter answers faster, but hardly well."""
    slow = Verdict.SLOW
    assert _by_size(large=slow, middle=slow, small=slow)[0] is SMALL
    assert _by_size(large=slow, middle=slow, small=Verdict.TOO_BIG)[0] is MIDDLE


def test_the_starter_answers_where_nothing_else_can() -> None:
    """Where even that is missing, the smallest can at least say what it needs."""
    assert first_choice(ALL, _too_big) is STARTER
    assert first_choice((LARGE, SMALL), _too_big) is SMALL
    assert first_choice((), _too_big) is None

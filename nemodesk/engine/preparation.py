# SPDX-License-Identifier: Apache-2.0
"""Looks at a model file before it is loaded: whether it can be, and with which context.

It reads the header only and loads nothing.
"""

from pathlib import Path

import msgspec
import psutil

from nemodesk.catalog.gguf_header import check_supported, read_header
from nemodesk.engine.protocol import EngineSettings
from nemodesk.errors import DoesNotFitError, ModelFileError
from nemodesk.hardware.fit import ModelShape, check_fits, largest_context, shape_of
from nemodesk.text import well_formed

DEFAULT_CONTEXT_TOKENS = 8192
"""What a context has when nobody chose: enough for long chats, and small for every computer."""

_SHORTEST_CONTEXT_TOKENS = 512


def prepare(path: Path, settings: EngineSettings) -> EngineSettings:
    """Return the settings with the context filled in.

    Blocks on the disk, so it belongs into a thread.

    Raises:
        NotFoundError: there is no such file.
        ModelFileError: it is damaged, incomplete or of an unknown kind.
        DoesNotFitError: there is not enough free memory, or the model was made for less context.
        StorageError: the disk refuses.
    """
    if str(path) != well_formed(str(path)):
        raise ModelFileError(
            f"The name of {well_formed(path.name)} holds signs that are no text. Rename the file."
        )
    header = read_header(path)
    check_supported(header)
    shape = shape_of(header)
    available_bytes = psutil.virtual_memory().available
    context_tokens = settings.context_tokens or _default_context(shape, settings, available_bytes)
    check_fits(
        shape,
        context_tokens=context_tokens,
        cache_type=settings.cache_type,
        available_bytes=available_bytes,
    )
    _check_trained_for(shape, context_tokens)
    return msgspec.structs.replace(settings, context_tokens=context_tokens)


def _check_trained_for(shape: ModelShape, context_tokens: int) -> None:
    limit = shape.trained_context_tokens
    if 0 < limit < context_tokens:
        raise DoesNotFitError(
            f"This model was made for a context of up to {limit:,} tokens, not "
            f"{context_tokens:,}. Choose {limit:,} or less."
        )


def _default_context(shape: ModelShape, settings: EngineSettings, available_bytes: int) -> int:
    fitting = largest_context(
        shape, available_bytes=available_bytes, cache_type=settings.cache_type
    )
    usual = min(DEFAULT_CONTEXT_TOKENS, shape.trained_context_tokens or DEFAULT_CONTEXT_TOKENS)
    return max(_SHORTEST_CONTEXT_TOKENS, min(usual, fitting))

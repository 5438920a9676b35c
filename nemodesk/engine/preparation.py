# SPDX-License-Identifier: Apache-2.0
"""Looks at a model file before it is loaded: whether it can be, and with which context.

It reads the header only and loads nothing.
"""

from pathlib import Path

import msgspec
import psutil

from nemodesk.catalog.gguf_header import GgufHeader, check_supported, read_header
from nemodesk.engine.protocol import EngineSettings
from nemodesk.hardware.fit import ModelShape, check_fits, largest_context

DEFAULT_CONTEXT_TOKENS = 8192
"""What a context has when nobody chose: enough for long chats, and small for every computer."""

_SHORTEST_CONTEXT_TOKENS = 512


def prepare(path: Path, settings: EngineSettings) -> EngineSettings:
    """Return the settings with the context filled in.

    Blocks on the disk, so it belongs into a thread.

    Raises:
        NotFoundError: there is no such file.
        ModelFileError: it is damaged, incomplete or of an unknown kind.
        DoesNotFitError: there is not enough free memory.
        StorageError: the disk refuses.
    """
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
    return msgspec.structs.replace(settings, context_tokens=context_tokens)


def shape_of(header: GgufHeader) -> ModelShape:
    """Return what decides over the memory that the model needs."""
    heads = zip(header.head_count_kv, header.attention_layers, strict=True)
    return ModelShape(
        weights_bytes=header.tensor_bytes,
        trained_context_tokens=header.context_length,
        key_value_heads=tuple(count for count, has_cache in heads if has_cache),
        key_length=header.key_length,
        value_length=header.value_length,
        recurrent_layers=sum(header.recurrent_layers),
        conv_kernel=header.ssm_conv_kernel,
        state_size=header.ssm_state_size,
        group_count=header.ssm_group_count,
        inner_size=header.ssm_inner_size,
        embedding_length=header.embedding_length,
        widest_layer=max((header.ssm_inner_size, *header.feed_forward_lengths)),
    )


def _default_context(
    shape: ModelShape, settings: EngineSettings, available_bytes: int
) -> int:
    fitting = largest_context(
        shape, available_bytes=available_bytes, cache_type=settings.cache_type
    )
    usual = min(DEFAULT_CONTEXT_TOKENS, shape.trained_context_tokens or DEFAULT_CONTEXT_TOKENS)
    return max(_SHORTEST_CONTEXT_TOKENS, min(usual, fitting))

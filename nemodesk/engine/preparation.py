# SPDX-License-Identifier: Apache-2.0
"""Looks at a model file before it is loaded: whether it can be, with which context, and where.

It reads the header only and loads nothing. What the processor alone can do is known at once; the
rest is settled when an engine process has told its devices.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.gguf.header import check_supported, read_header
from nemodesk.engine.values import Device, EngineSettings
from nemodesk.errors import DoesNotFitError, ModelFileError
from nemodesk.hardware.capacity import VRAM_MARGIN_BYTES
from nemodesk.hardware.edition import this_edition
from nemodesk.hardware.fit import ModelShape, check_cache_type, check_fits, shape_of
from nemodesk.hardware.machine import Memory
from nemodesk.hardware.placement import Budget, Layout, Placement
from nemodesk.hardware.probe import probe_memory, probe_processor
from nemodesk.hardware.room import (
    DEFAULT_CONTEXT_TOKENS,
    comfortable_context,
    longer_context,
)
from nemodesk.hardware.weights import repacked_bytes
from nemodesk.text import well_formed

_SHARE_HELD_TWICE = 0.02
"""From this share on, weights that llama.cpp arranges anew for the processor are not mapped too:
they would be in memory twice (measured: 4,741 MB instead of 2,330 MB). A guess."""


def prepare(
    path: Path, settings: EngineSettings, *, memory: Memory | None = None
) -> EngineSettings:
    """Return the settings with threads and context, as far as the processor alone decides.

    Where this edition could use a card, the memory is not judged yet: `prepare_on` does that.
    Blocks on the disk, so it belongs into a thread.

    Args:
        memory: what this process may use; asked of the system when left out.

    Raises:
        NotFoundError: there is no such file.
        ModelFileError: it is damaged, incomplete or of an unknown kind.
        DoesNotFitError: there is not enough free memory, or the model was made for less context.
        UsageError: its cache cannot be of the type in the settings.
        StorageError: the disk refuses.
    """
    settings = _with_threads(settings)
    header = _read(path)
    check_cache_type(header, settings.cache_type)
    _check_trained_for(header.context_length, settings.context_tokens)
    if settings.gpu_layers and this_edition().backends:
        return settings
    available_bytes = (memory or probe_memory()).available_bytes
    return _settled(header, settings, Budget(memory_bytes=available_bytes))


def prepare_on(devices: Sequence[Device], path: Path, settings: EngineSettings) -> EngineSettings:
    """Return the settings with threads, context and placement filled in for these devices.

    What they do not leave open stays as it is. Blocks on the disk.

    Raises:
        As `prepare` does.
    """
    settings = _with_threads(settings)
    if settings.cache_type != "f16":
        check_cache_type(_read(path), settings.cache_type)
    cards = _usable_cards(devices) if settings.gpu_layers else []
    if not cards and (settings.context_tokens or not this_edition().backends):
        return settings
    if settings.context_tokens and settings.gpu_layers >= 0:
        return settings
    return _settled(_read(path), settings, _budget(cards))


def next_context(
    devices: Sequence[Device], path: Path, settings: EngineSettings, *, is_loaded: bool
) -> int:
    """Return the next longer context that fits here, 0 where none does or nobody knows.

    Blocks on the disk.

    Args:
        devices: as the engine that has loaded the model found them before.
        settings: as the model is or would be loaded.
        is_loaded: whether it is, and gives its memory back first.

    Raises:
        As `prepare` does.
    """
    shape = shape_of(header := _read(path), header.tensor_groups)
    tokens, cache_type = settings.context_tokens, settings.cache_type
    budget = budget_once_unloaded(devices, shape, settings) if is_loaded else budget_of_processor()
    if budget is None:
        return 0
    return longer_context(shape, budget, tokens, cache_type=cache_type)


def budget_once_unloaded(
    devices: Sequence[Device], shape: ModelShape, settings: EngineSettings
) -> Budget:
    """Return what a load may take here when this model, loaded so, gives its memory back first.

    Args:
        devices: as the engine that has loaded the model found them before.
    """
    tokens, cache_type = settings.context_tokens, settings.cache_type
    now = Layout(shape, context_tokens=tokens, cache_type=cache_type).needed
    cards = _usable_cards(devices) if settings.gpu_layers else []
    # Weights that stay in pages of the file count as available already.
    weights_bytes = 0 if settings.maps_file else now.weights_bytes
    given_back = now.kv_bytes + now.state_bytes + now.compute_bytes + weights_bytes
    return _budget(cards, more_bytes=0 if cards else given_back)


def budget_of_processor() -> Budget | None:
    """Return what a load may take now; None: a card may take part, which only an engine knows."""
    return None if this_edition().backends else _budget(())


def _budget(cards: Sequence[Device], more_bytes: int = 0) -> Budget:
    return Budget(
        memory_bytes=probe_memory().available_bytes + more_bytes,
        vram_bytes=sum(max(card.free_bytes - VRAM_MARGIN_BYTES, 0) for card in cards),
        unified=all(_shares_memory(card) for card in cards),
    )


def _with_threads(settings: EngineSettings) -> EngineSettings:
    if settings.threads:
        return settings
    return msgspec.structs.replace(settings, threads=probe_processor().threads)


def _read(path: Path) -> GgufHeader:
    if str(path) != well_formed(str(path)):
        raise ModelFileError(
            f"The name of {well_formed(path.name)} holds signs that are no text. Rename the file."
        )
    header = read_header(path)
    check_supported(header)
    return header


def _settled(header: GgufHeader, settings: EngineSettings, budget: Budget) -> EngineSettings:
    shape = shape_of(header, header.tensor_groups)
    cache_type = settings.cache_type
    context_tokens = settings.context_tokens or comfortable_context(
        shape, budget, cache_type=cache_type
    )
    layout = Layout(shape, context_tokens=context_tokens, cache_type=cache_type)
    placement = _placement(layout, settings, budget)
    if placement is None:
        check_fits(
            shape,
            context_tokens=context_tokens,
            cache_type=cache_type,
            available_bytes=budget.memory_bytes,
        )
        raise DoesNotFitError(
            f"{settings.gpu_layers} layers of this model do not fit on the graphics card. Choose "
            "fewer, or -1 for as many as fit."
        )
    return msgspec.structs.replace(
        settings,
        context_tokens=context_tokens,
        gpu_layers=placement.gpu_layers if budget.vram_bytes else settings.gpu_layers,
        cpu_expert_layers=placement.cpu_expert_layers,
        maps_file=settings.maps_file and not _would_be_held_twice(layout, placement),
    )


def _placement(layout: Layout, settings: EngineSettings, budget: Budget) -> Placement | None:
    if settings.gpu_layers < 0 or not budget.vram_bytes:
        return next(iter(layout.fitting(budget)), None)
    wanted = layout.place(
        min(settings.gpu_layers, layout.layer_count + 1), settings.cpu_expert_layers
    )
    # Whoever names a number of layers knows the card; only main memory is judged.
    return wanted if wanted.memory_bytes <= budget.memory_bytes else None


def _would_be_held_twice(layout: Layout, placement: Placement) -> bool:
    in_memory = [
        group for group in layout.shape.weight_groups if not layout.is_on_gpu(group, placement)
    ]
    whole = sum(group.size_bytes for group in in_memory)
    again = repacked_bytes(in_memory, probe_processor().features)
    return again > _SHARE_HELD_TWICE * whole


def _usable_cards(devices: Sequence[Device]) -> list[Device]:
    """Return the cards that llama.cpp will use: integrated ones only where there is no other."""
    own = [device for device in devices if device.kind == "gpu"]
    return own or [device for device in devices if device.kind == "integrated_gpu"]


def _shares_memory(card: Device) -> bool:
    # Apple's are reported as cards with memory of their own.
    return card.kind == "integrated_gpu" or card.name.startswith(("MTL", "Metal"))


def _check_trained_for(limit: int, context_tokens: int) -> None:
    if 0 < limit < context_tokens:
        raise DoesNotFitError(
            f"This model was made for a context of up to {limit:,} tokens, not "
            f"{context_tokens:,}. Choose {limit:,} or less."
        )


__all__ = ["DEFAULT_CONTEXT_TOKENS", "prepare", "prepare_on"]

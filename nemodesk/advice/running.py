# SPDX-License-Identifier: Apache-2.0
"""What is to be expected of a model that is loaded in a known way. It measures nothing."""

from dataclasses import dataclass

from nemodesk.advice.shapes import shape_of_header
from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.engine.values import EngineSettings
from nemodesk.hardware.capacity import Capacity
from nemodesk.hardware.fit import MemoryNeeded
from nemodesk.hardware.placement import Layout, Placement
from nemodesk.hardware.speed import Speed, predict


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a loaded model takes, where it is, and how fast it should be."""

    needed: MemoryNeeded
    placement: Placement
    speed: Speed


def running(
    header: GgufHeader, capacity: Capacity, settings: EngineSettings, *, filled_tokens: int
) -> Running:
    """Forecast for the settings that an engine has chosen, without any correction.

    Args:
        filled_tokens: tokens that the chat has by then.
    """
    layout = Layout(
        shape_of_header(header),
        context_tokens=settings.context_tokens,
        cache_type=settings.cache_type,
    )
    placement = layout.place(max(settings.gpu_layers, 0), settings.cpu_expert_layers)
    speed = predict(
        layout,
        placement,
        capacity,
        filled_tokens=filled_tokens,
        cache_type=settings.cache_type,
    )
    return Running(needed=layout.needed, placement=placement, speed=speed)

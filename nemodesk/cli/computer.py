# SPDX-License-Identifier: Apache-2.0
"""What this computer can do, for the commands that forecast. It shows nothing."""

import asyncio
from collections.abc import Callable

from nemodesk.advice.experience import Experience, computer_key
from nemodesk.advice.recommend import Choice, best_quant
from nemodesk.catalog.offers.offer import Offer
from nemodesk.engine.client import EngineClient
from nemodesk.hardware.bandwidth import memory_bandwidth
from nemodesk.hardware.capacity import Capacity, capacity_of
from nemodesk.hardware.probe import probe_machine
from nemodesk.paths import find_paths


def this_computer() -> Capacity:
    """Measure this computer; asks an engine process which cards it can use."""
    machine = probe_machine(asyncio.run(EngineClient.list_devices()))
    bandwidth = memory_bandwidth(find_paths().cache, machine.processor, machine.memory)
    return capacity_of(machine, bandwidth)


def best_here() -> Callable[[Offer], Choice | None]:
    """Measure this computer; return what finds the choice of an offer to take on it."""
    capacity = this_computer()
    factor = Experience(find_paths().cache).factor(computer_key(capacity))
    return lambda offer: best_quant(offer, capacity, speed_factor=factor)

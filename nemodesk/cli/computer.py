# SPDX-License-Identifier: Apache-2.0
"""What this computer can do, for the commands that forecast. It shows nothing."""

import asyncio

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

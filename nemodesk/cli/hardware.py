# SPDX-License-Identifier: Apache-2.0
"""`nemodesk hardware`: what this computer is, and what of it the engine can use."""

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import Device
from nemodesk.hardware.bandwidth import memory_bandwidth
from nemodesk.hardware.machine import Gpu, Machine, Processor
from nemodesk.hardware.probe import probe_machine
from nemodesk.hardware.usable import backend_name
from nemodesk.paths import find_paths
from nemodesk.sizes import free_memory_in_words, in_words, memory_in_words


def hardware(*, as_json: JsonOption = False) -> None:
    """Show the processor, the memory, the graphics cards and what the engine can use."""
    devices = asyncio.run(EngineClient.list_devices())
    machine = probe_machine(devices)
    bandwidth = memory_bandwidth(find_paths().cache, machine.processor, machine.memory)
    if as_json:
        print_json(document(machine, devices, bandwidth))
    else:
        console().print(table(machine, devices, bandwidth))


def document(machine: Machine, devices: Sequence[Device], bandwidth: float) -> dict[str, Any]:
    """Return what `--json` prints."""
    processor = machine.processor
    return {
        "os": machine.os,
        "virtual": machine.virtual,
        "cpu": {
            "name": processor.name,
            "physical_cores": processor.physical_cores,
            "logical_cores": processor.logical_cores,
            "performance_cores": processor.performance_cores,
            "emulated": processor.emulated,
            "features": processor.features,
        },
        "memory": machine.memory,
        "gpus": machine.gpus,
        "battery": machine.battery,
        "backends": _backends(devices),
        "memory_bandwidth_bytes_per_s": bandwidth,
    }


def table(machine: Machine, devices: Sequence[Device], bandwidth: float) -> Table:
    """Return the same for a person to read."""
    rows = Table(show_header=False, box=None, pad_edge=False)
    memory = machine.memory
    rows.add_row("System", machine.os + (", a virtual machine" if machine.virtual else ""))
    rows.add_row("Processor", _processor_in_words(machine.processor))
    sets = ", ".join(machine.processor.features)
    rows.add_row("Instruction sets", sets or "none that the engine uses")
    total = memory_in_words(memory.total_bytes)
    free = free_memory_in_words(memory.available_bytes)
    limit = " (the limit of this container)" if memory.limited else ""
    rows.add_row("Memory", f"{total}{limit}, {free} free, reads {in_words(bandwidth)} a second")
    for gpu in machine.gpus:
        rows.add_row("Graphics card", _gpu_in_words(gpu))
    if not machine.gpus:
        rows.add_row("Graphics card", "none")
    if machine.battery is not None:
        source = "plugged in" if machine.battery.plugged_in else "not plugged in"
        rows.add_row("Battery", f"{machine.battery.charge:.0%}, {source}")
    rows.add_row("Engine runs on", ", ".join(_backends(devices)))
    return rows


def _processor_in_words(processor: Processor) -> str:
    cores = processor.physical_cores
    text = f"{processor.name}, {cores} core{'s' if cores != 1 else ''}"
    if processor.performance_cores:
        text += f" ({processor.performance_cores} of them fast)"
    return text + (", translated: another edition is faster here" if processor.emulated else "")


def _gpu_in_words(gpu: Gpu) -> str:
    parts = [gpu.name]
    if gpu.total_bytes:
        shared = " of the main memory" if gpu.unified else ""
        parts.append(f"{memory_in_words(gpu.total_bytes)}{shared}")
    if gpu.bandwidth_bytes_per_s:
        parts.append(f"reads about {in_words(gpu.bandwidth_bytes_per_s)} a second")
    if gpu.driver:
        parts.append(f"driver {gpu.driver}")
    parts.append(
        f"used through {gpu.backend}" if gpu.backend else f"not used: {gpu.unusable_because}"
    )
    return ", ".join(parts)


def _backends(devices: Sequence[Device]) -> list[str]:
    return list(dict.fromkeys(backend_name(device) for device in devices))

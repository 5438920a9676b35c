# SPDX-License-Identifier: Apache-2.0
"""`nemodesk hardware`: what this computer is, and what of it the engine can use."""

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json
from nemodesk.engine.client import EngineClient
from nemodesk.engine.protocol import Device
from nemodesk.hardware.bandwidth import memory_bandwidth
from nemodesk.hardware.machine import Gpu, Machine
from nemodesk.hardware.probe import probe_machine
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words


def hardware(*, as_json: JsonOption = False) -> None:
    """Show the processor, the memory, the graphics cards and what the engine can use."""
    machine = probe_machine()
    devices = asyncio.run(EngineClient.list_devices())
    bandwidth = memory_bandwidth(find_paths().cache, machine.processor, machine.memory)
    gpus = merge_gpus(machine.gpus, devices)
    if as_json:
        print_json(_document(machine, gpus, devices, bandwidth))
    else:
        _show(machine, gpus, devices, bandwidth)


def merge_gpus(found: Sequence[Gpu], devices: Sequence[Device]) -> list[Gpu]:
    """Join the cards that the system names with those that the engine can use.

    A card that the engine cannot use keeps an empty backend. The engine's figures win: they are
    what it can really have.
    """
    usable = [device for device in devices if device.kind in {"gpu", "integrated_gpu"}]
    drivers = {gpu.name: gpu.driver for gpu in found}
    merged = [
        Gpu(
            name=device.description,
            backend=backend_name(device),
            total_bytes=device.total_bytes,
            free_bytes=device.free_bytes,
            driver=drivers.get(device.description, ""),
            unified=device.kind == "integrated_gpu",
        )
        for device in usable
    ]
    known = {gpu.name for gpu in merged}
    unusable = [
        Gpu(
            name=gpu.name,
            backend="",
            total_bytes=gpu.total_bytes,
            free_bytes=gpu.free_bytes,
            driver=gpu.driver,
            unified=gpu.unified,
        )
        for gpu in found
        if gpu.name not in known
    ]
    return merged + unusable


def backend_name(device: Device) -> str:
    """Return llama.cpp's back end of a device: CUDA0 belongs to cuda."""
    return device.name.rstrip("0123456789").lower()


def _document(
    machine: Machine, gpus: Sequence[Gpu], devices: Sequence[Device], bandwidth: float
) -> dict[str, Any]:
    processor = machine.processor
    return {
        "os": machine.os,
        "cpu": {
            "name": processor.name,
            "physical_cores": processor.physical_cores,
            "logical_cores": processor.logical_cores,
            "features": processor.features,
        },
        "memory": machine.memory,
        "gpus": gpus,
        "backends": _backends(devices),
        "memory_bandwidth_bytes_per_s": bandwidth,
    }


def _backends(devices: Sequence[Device]) -> list[str]:
    return list(dict.fromkeys(backend_name(device) for device in devices))


def _show(
    machine: Machine, gpus: Sequence[Gpu], devices: Sequence[Device], bandwidth: float
) -> None:
    processor = machine.processor
    memory = machine.memory
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("System", machine.os)
    table.add_row("Processor", f"{processor.name}, {processor.physical_cores} cores")
    table.add_row("Instruction sets", ", ".join(processor.features) or "none that the engine uses")
    total, free = in_words(memory.total_bytes), in_words(memory.available_bytes)
    table.add_row("Memory", f"{total}, {free} free, about {in_words(bandwidth)} a second")
    for gpu in gpus:
        use = f"used through {gpu.backend}" if gpu.backend else "not usable by this edition"
        table.add_row("Graphics card", f"{gpu.name}, {in_words(gpu.total_bytes)}, {use}")
    if not gpus:
        table.add_row("Graphics card", "none")
    table.add_row("Engine runs on", ", ".join(_backends(devices)))
    console().print(table)

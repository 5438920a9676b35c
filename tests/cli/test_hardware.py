# SPDX-License-Identifier: Apache-2.0
"""`nemodesk hardware` says what a person and a program want to know of the computer."""

import io
import json

import msgspec
import pytest
from rich.console import Console

from nemodesk.cli.hardware import document, table
from nemodesk.engine.values import Device
from nemodesk.hardware.machine import Battery, Gpu, Machine, Memory, Obstacle, Processor
from tests.cli.conftest import Nemodesk

GIB = 1024**3
CPU = Device(name="CPU", description="Intel", kind="cpu", total_bytes=8, free_bytes=4)
CUDA = Device(name="CUDA0", description="RTX 3060", kind="gpu", total_bytes=8, free_bytes=4)
MACHINE = Machine(
    os="Windows 11",
    processor=Processor(
        name="Core i7",
        physical_cores=12,
        logical_cores=20,
        features=("avx2",),
        performance_cores=8,
    ),
    memory=Memory(total_bytes=int(15.5 * GIB), available_bytes=9 * GIB),
    gpus=(
        Gpu(
            name="RTX 3060",
            backend="cuda",
            total_bytes=12 * GIB,
            free_bytes=11 * GIB,
            driver="551",
            bandwidth_bytes_per_s=360e9,
        ),
        Gpu(
            name="Iris Xe",
            backend="",
            total_bytes=8 * GIB,
            free_bytes=8 * GIB,
            unified=True,
            unusable_because=Obstacle.NO_VULKAN,
        ),
    ),
    battery=Battery(charge=0.64, plugged_in=False),
    virtual=True,
)


def _shown(machine: Machine) -> str:
    text = io.StringIO()
    Console(file=text, width=500).print(table(machine, [CPU, CUDA], 41e9))
    return "\n".join(" ".join(line.split()) for line in text.getvalue().splitlines())


def test_the_document_has_the_promised_fields() -> None:
    """Programs rely on these names."""
    shown = json.loads(msgspec.json.encode(document(MACHINE, [CPU, CUDA], 41e9)))
    assert shown["os"] == "Windows 11"
    assert {"name", "physical_cores", "logical_cores", "features"} <= set(shown["cpu"])
    assert {"total_bytes", "available_bytes"} <= set(shown["memory"])
    assert {"name", "backend", "total_bytes", "free_bytes", "driver", "unified"} <= set(
        shown["gpus"][0]
    )
    assert shown["gpus"][1]["unusable_because"] == "this edition has no Vulkan"
    assert shown["backends"] == ["cpu", "cuda"]
    assert shown["memory_bandwidth_bytes_per_s"] == 41e9
    assert shown["battery"] == {"charge": 0.64, "plugged_in": False}


def test_a_person_reads_plain_words() -> None:
    """Each card says whether it is used, and why not."""
    assert _shown(MACHINE).splitlines() == [
        "System Windows 11, a virtual machine",
        "Processor Core i7, 12 cores (8 of them fast)",
        "Instruction sets avx2",
        "Memory 16 GB, 9.0 GB free, reads 41 GB a second",
        "Graphics card RTX 3060, 12 GB, reads about 360 GB a second, driver 551, used through cuda",
        "Graphics card Iris Xe, 8 GB of the main memory, not used: this edition has no Vulkan",
        "Battery 64%, not plugged in",
        "Engine runs on cpu, cuda",
    ]


def test_a_small_computer_is_described_too() -> None:
    """One core, a container's limit, a translated program, no card."""
    machine = Machine(
        os="macOS 15",
        processor=Processor(name="M1", physical_cores=1, logical_cores=1, emulated=True),
        memory=Memory(total_bytes=4 * GIB, available_bytes=2 * GIB, limited=True),
    )
    shown = _shown(machine)
    assert "M1, 1 core, translated: another edition is faster here" in shown
    assert "4 GB (the limit of this container), 2.0 GB free" in shown
    assert "Graphics card none" in shown
    assert "Battery" not in shown


@pytest.mark.engine
def test_this_computer_is_described(nemodesk: Nemodesk) -> None:
    """The command prints one JSON document with what the engine can use."""
    shown = json.loads(nemodesk("hardware", "--json").stdout)
    assert shown["cpu"]["physical_cores"] >= 1
    assert "cpu" in shown["backends"]
    assert shown["memory_bandwidth_bytes_per_s"] > 1e8

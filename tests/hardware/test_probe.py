# SPDX-License-Identifier: Apache-2.0
"""The machine that runs the tests is described truthfully."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from nemodesk.engine.values import Device
from nemodesk.hardware.machine import Gpu, Obstacle
from nemodesk.hardware.nvidia import NvidiaAnswer
from nemodesk.hardware.probe import cards_with_nvidia, probe_gpus, probe_machine, probe_processor

CARD = Gpu(
    name="NVIDIA GA106",
    backend="",
    total_bytes=0,
    free_bytes=0,
    vendor="nvidia",
    pci="0000:01:00.0",
)
KNOWN = replace(CARD, name="NVIDIA GeForce RTX 3060", total_bytes=12)
ELSEWHERE = replace(KNOWN, pci="0000:09:00.0")


def test_this_machine_has_a_processor_and_memory() -> None:
    """The figures agree with what psutil says, or are a container's lower ones."""
    machine = probe_machine()
    assert machine.os
    assert machine.processor.name
    assert machine.processor.features
    assert 1 <= machine.processor.logical_cores <= (psutil.cpu_count() or 1)
    assert 1 <= machine.processor.physical_cores <= machine.processor.logical_cores
    assert 0 < machine.memory.total_bytes <= psutil.virtual_memory().total
    assert machine.memory.limited == (machine.memory.total_bytes < psutil.virtual_memory().total)
    assert 0 < machine.memory.available_bytes <= machine.memory.total_bytes


def test_a_process_that_is_bound_to_one_core_has_one() -> None:
    """What counts is what the process may use, not what the computer has."""
    program = (
        "import os\n"
        "from nemodesk.hardware.probe import probe_processor\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "print(probe_processor().physical_cores, probe_processor().logical_cores)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.split() == ["1", "1"]
    assert probe_processor().logical_cores == len(os.sched_getaffinity(0))


def test_cards_are_joined_with_what_the_engine_says() -> None:
    """A card that only the engine knows is there, and quickly enough for a starting window."""
    device = Device(
        name="CUDA0", description="NVIDIA Test", kind="gpu", total_bytes=8, free_bytes=7
    )
    durations_s: list[float] = []
    for _ in range(5):
        started_s = time.perf_counter()
        gpus = probe_gpus([device])
        durations_s.append(time.perf_counter() - started_s)
    assert ("NVIDIA Test", "cuda") in {(gpu.name, gpu.backend) for gpu in gpus}
    assert min(durations_s) < 0.3


@pytest.mark.parametrize(
    ("answer", "cards"),
    [
        (NvidiaAnswer(), (CARD,)),
        (NvidiaAnswer(gpus=(KNOWN,)), (KNOWN,)),
        (NvidiaAnswer(gpus=(ELSEWHERE,)), (CARD, ELSEWHERE)),
        (NvidiaAnswer(gpus=(replace(KNOWN, pci=""),)), (CARD, replace(KNOWN, pci=""))),
        (
            NvidiaAnswer(stale=True),
            (replace(CARD, unusable_because=Obstacle.STALE_DRIVER),),
        ),
    ],
)
def test_nvidias_driver_knows_its_cards_better(
    answer: NvidiaAnswer, cards: tuple[Gpu, ...]
) -> None:
    """Its word replaces the list's for the same place."""
    assert cards_with_nvidia([CARD], answer) == cards

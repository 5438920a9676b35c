# SPDX-License-Identifier: Apache-2.0
"""What the system names and what the engine can use are joined to one list of cards."""

from nemodesk.cli.hardware import merge_gpus
from nemodesk.engine.protocol import Device
from nemodesk.hardware.machine import Gpu

CPU = Device(name="CPU", description="Intel", kind="cpu", total_bytes=8, free_bytes=4)
FOUND = Gpu(name="RTX 3060", backend="cuda", total_bytes=12, free_bytes=11, driver="550")


def test_a_card_that_the_engine_can_use_has_its_back_end() -> None:
    """The engine's figures win; the driver comes from the system."""
    device = Device(name="CUDA0", description="RTX 3060", kind="gpu", total_bytes=10, free_bytes=9)
    assert merge_gpus([FOUND], [device, CPU]) == [
        Gpu(name="RTX 3060", backend="cuda", total_bytes=10, free_bytes=9, driver="550")
    ]


def test_a_card_that_the_engine_cannot_use_has_none() -> None:
    """The processor edition names the card and does not claim it."""
    (gpu,) = merge_gpus([FOUND], [CPU])
    assert (gpu.name, gpu.backend, gpu.total_bytes) == ("RTX 3060", "", 12)


def test_a_card_that_only_the_engine_knows_is_listed() -> None:
    """Integrated graphics share the main memory."""
    device = Device(
        name="Vulkan1", description="Iris", kind="integrated_gpu", total_bytes=8, free_bytes=8
    )
    (gpu,) = merge_gpus([], [CPU, device])
    assert (gpu.backend, gpu.unified) == ("vulkan", True)

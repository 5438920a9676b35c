# SPDX-License-Identifier: Apache-2.0
"""What is wrong or slow on a computer is found in its description, with the step that mends it."""

from dataclasses import replace

import pytest

from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.cli import diagnosis
from nemodesk.cli.diagnosis import ModelsFolder
from nemodesk.hardware.machine import Battery, Gpu, Machine, Memory, Obstacle, Processor

GB = 1_000_000_000
CATALOG = shipped_catalog()
PROCESSOR = Processor(
    name="Core i7", physical_cores=4, logical_cores=8, features=("sse4.2", "avx", "avx2")
)
MACHINE = Machine(
    os="Linux",
    processor=PROCESSOR,
    memory=Memory(total_bytes=16 * GB, available_bytes=9 * GB),
)
CARD = Gpu(
    name="RTX 3060",
    backend="cuda",
    total_bytes=12 * GB,
    free_bytes=11 * GB,
    vendor="nvidia",
    bandwidth_bytes_per_s=360e9,
)
UNUSED = replace(CARD, backend="", unusable_because=Obstacle.NO_CUDA)
INSIDE = replace(
    CARD,
    name="UHD Graphics",
    backend="",
    unified=True,
    bandwidth_bytes_per_s=0.0,
    unusable_because=Obstacle.NO_VULKAN,
)
FOLDER = ModelsFolder(path="/models", free_bytes=50 * GB)


def test_a_good_processor_is_fine() -> None:
    """Nothing is to be mended."""
    check = diagnosis.check_processor(PROCESSOR)
    assert (check.status, check.fix) == ("ok", "")


@pytest.mark.parametrize(
    ("processor", "part"),
    [
        (replace(PROCESSOR, physical_cores=1), "one core"),
        (replace(PROCESSOR, features=("sse4.2",)), "AVX2"),
        (replace(PROCESSOR, emulated=True), "translated"),
    ],
)
def test_what_makes_a_processor_slow(processor: Processor, part: str) -> None:
    """The reason is named, and a step."""
    check = diagnosis.check_processor(processor)
    assert check.status == "slow"
    assert part in check.summary
    assert check.fix


def test_an_arm_processor_needs_no_avx() -> None:
    """It has instructions of its own."""
    processor = replace(PROCESSOR, features=("neon", "dotprod"))
    assert diagnosis.check_processor(processor).status == "ok"


@pytest.mark.parametrize(
    ("machine", "part"),
    [
        (replace(MACHINE, battery=Battery(charge=0.5, plugged_in=False)), "Plug"),
        (replace(MACHINE, battery=Battery(charge=0.5, plugged_in=True)), "module"),
        (replace(MACHINE, virtual=True), "virtual"),
        (MACHINE, "module"),
    ],
)
def test_slow_memory_has_a_step_that_fits(machine: Machine, part: str) -> None:
    """A laptop on battery is plugged in first; a virtual machine gets no modules."""
    check = diagnosis.check_memory_speed(machine, 6e9)
    assert check.status == "slow"
    assert part in check.fix
    assert diagnosis.check_memory_speed(machine, 40e9).status == "ok"


@pytest.mark.parametrize(
    ("memory", "status", "part"),
    [
        (Memory(total_bytes=16 * GB, available_bytes=9 * GB), "ok", ""),
        (Memory(total_bytes=16 * GB, available_bytes=1 * GB), "wrong", "Close other programs"),
        (Memory(total_bytes=4 * GB, available_bytes=3 * GB), "wrong", "starter model"),
        (Memory(total_bytes=4 * GB, available_bytes=3 * GB, limited=True), "wrong", "container"),
    ],
)
def test_memory_must_hold_the_smallest_model(memory: Memory, status: str, part: str) -> None:
    """At all, and now."""
    check = diagnosis.check_memory(replace(MACHINE, memory=memory), CATALOG)
    assert check.status == status
    assert part in check.fix


def test_a_card_that_holds_the_model_makes_up_for_little_memory() -> None:
    """But not one that the engine cannot use, or that has the same memory."""
    small = replace(MACHINE, memory=Memory(total_bytes=4 * GB, available_bytes=3 * GB))
    statuses = [
        diagnosis.check_memory(replace(small, gpus=(gpu,)), CATALOG).status
        for gpu in (CARD, UNUSED, replace(CARD, unified=True))
    ]
    assert statuses == ["ok", "wrong", "wrong"]


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_every_reason_why_a_card_is_not_used_has_a_step(obstacle: Obstacle) -> None:
    """No one is left with a reason alone."""
    (check,) = diagnosis.check_cards([replace(UNUSED, unusable_because=obstacle)])
    assert check.status == "slow"
    assert obstacle in check.summary
    assert check.fix.endswith(".")


def test_graphics_inside_the_processor_cost_little_when_left_out() -> None:
    """They read the same memory; one that is known to be quick, such as Apple's, counts."""
    assert [check.status for check in diagnosis.check_cards([INSIDE])] == ["ok"]
    quick = replace(INSIDE, bandwidth_bytes_per_s=256e9)
    assert [check.status for check in diagnosis.check_cards([quick])] == ["slow"]
    assert [check.status for check in diagnosis.check_cards([CARD, quick])] == ["ok", "ok"]


def test_each_card_has_a_check_of_its_own() -> None:
    """A second card that is left out is named beside the first, which is used."""
    checks = list(diagnosis.check_cards([CARD, UNUSED]))
    assert [(check.id, check.status) for check in checks] == [
        ("graphics_card", "ok"),
        ("graphics_card_2", "slow"),
    ]
    (none,) = diagnosis.check_cards([])
    assert (none.id, none.status) == ("graphics_card", "ok")


@pytest.mark.parametrize(
    ("folder", "statuses"),
    [
        (FOLDER, ["ok", "ok"]),
        (replace(FOLDER, refusal="Permission denied"), ["wrong", "ok"]),
        (replace(FOLDER, free_bytes=GB), ["ok", "wrong"]),
    ],
)
def test_models_need_a_place(folder: ModelsFolder, statuses: list[str]) -> None:
    """One that can be written, with room for the smallest."""
    checks = list(diagnosis.check_folder(folder, CATALOG))
    assert [check.id for check in checks] == ["models_folder", "disk"]
    assert [check.status for check in checks] == statuses
    assert all(bool(check.fix) == (check.status != "ok") for check in checks)

# SPDX-License-Identifier: Apache-2.0
"""What the system names and what the engine can use are joined to one list of cards."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.engine.values import Device
from nemodesk.hardware.edition import Edition
from nemodesk.hardware.machine import Gpu, Obstacle
from nemodesk.hardware.usable import backend_name, join
from tests.hardware.unhurried import UNHURRIED

CPU = Device(name="CPU", description="Intel", kind="cpu", total_bytes=8, free_bytes=4)
RTX = Gpu(
    name="NVIDIA GeForce RTX 3060",
    backend="",
    total_bytes=12,
    free_bytes=11,
    driver="550.54.14",
    vendor="nvidia",
    pci="0000:01:00.0",
    bandwidth_bytes_per_s=360e9,
    cuda_version="12.4",
    compute_capability="8.6",
)
RADEON = Gpu(
    name="AMD Radeon RX 6800/6800 XT / 6900 XT",
    backend="",
    total_bytes=16,
    free_bytes=15,
    vendor="amd",
    pci="0000:03:00.0",
    bandwidth_bytes_per_s=512e9,
)
ALL = Edition(backends=frozenset({"cuda", "vulkan"}))


def _device(name: str, description: str, *, kind: str = "gpu", pci: str = "") -> Device:
    return Device(
        name=name,
        description=description,
        kind="integrated_gpu" if kind == "integrated_gpu" else "gpu",
        total_bytes=10,
        free_bytes=9,
        pci=pci,
    )


def _without_place(device: Device) -> Device:
    return _device(device.name, device.description)


CUDA = _device("CUDA0", "NVIDIA GeForce RTX 3060", pci="0000:01:00.0")


def test_a_card_that_the_engine_can_use_has_its_back_end() -> None:
    """The engine's figures win; driver and speed come from the system."""
    assert join([RTX], [CUDA, CPU], ALL) == (
        replace(RTX, backend="cuda", total_bytes=10, free_bytes=9),
    )


@pytest.mark.parametrize("place", ["", "0000:03:00.0"])
def test_names_that_differ_are_matched(place: str) -> None:
    """Linux's list of devices and Vulkan's driver call a card differently."""
    device = _device("Vulkan0", "AMD Radeon RX 6800 XT (RADV NAVI21)", pci=place)
    (gpu,) = join([RADEON], [device, CPU], ALL)
    assert (gpu.name, gpu.backend) == ("AMD Radeon RX 6800 XT (RADV NAVI21)", "vulkan")
    assert (gpu.pci, gpu.bandwidth_bytes_per_s) == ("0000:03:00.0", 512e9)


def test_two_identical_cards_stay_two() -> None:
    """Each is joined with the one in its place."""
    other = replace(RTX, pci="0000:02:00.0", driver="551")
    second = _device("CUDA1", "NVIDIA GeForce RTX 3060", pci="0000:02:00.0")
    gpus = join([other, RTX], [CUDA, second, CPU], ALL)
    assert [(gpu.pci, gpu.driver) for gpu in gpus] == [
        ("0000:01:00.0", "550.54.14"),
        ("0000:02:00.0", "551"),
    ]


def test_two_identical_cards_without_places_stay_two() -> None:
    """One of Vulkan's back ends may not say where a card is."""
    unplaced = replace(RTX, pci="")
    devices = [_device(f"CUDA{index}", "NVIDIA GeForce RTX 3060") for index in range(2)]
    assert [gpu.backend for gpu in join([unplaced, unplaced], devices, ALL)] == ["cuda", "cuda"]


@pytest.mark.parametrize("place", ["", "0000:01:00.0"])
def test_a_card_that_two_back_ends_report_is_one(place: str) -> None:
    """An edition may have CUDA and Vulkan; the first one's word counts."""
    again = _device("Vulkan0", "NVIDIA GeForce RTX 3060", pci=place)
    gpus = join([RTX], [CUDA, again, CPU], ALL)
    assert [gpu.backend for gpu in gpus] == ["cuda"]


def test_an_equal_card_that_only_vulkan_reports_is_a_second_one() -> None:
    """CUDA can be told to see one of two; without places they are counted."""
    devices = [_without_place(CUDA), *(_device(f"Vulkan{n}", RTX.name) for n in range(2)), CPU]
    unplaced = replace(RTX, pci="")
    gpus = join([unplaced, unplaced], devices, ALL)
    assert [gpu.backend for gpu in gpus] == ["cuda", "vulkan"]


def test_a_second_card_that_only_vulkan_reports_is_kept() -> None:
    """An NVIDIA card through CUDA and the processor's graphics through Vulkan are two."""
    inside = _device("Vulkan1", "Intel(R) UHD Graphics 770 (ADL-S GT1)", kind="integrated_gpu")
    gpus = join([RTX], [CUDA, _device("Vulkan0", RTX.name), inside, CPU], ALL)
    assert [(gpu.backend, gpu.vendor, gpu.unified) for gpu in gpus] == [
        ("cuda", "nvidia", False),
        ("vulkan", "intel", True),
    ]


def test_a_card_of_another_maker_is_not_taken_for_it() -> None:
    """An NVIDIA card is left out when only Intel's graphics can be used."""
    inside = _device("Vulkan0", "Intel(R) UHD Graphics (CML GT2)", kind="integrated_gpu")
    used, left = join([RTX], [inside, CPU], Edition(backends=frozenset({"vulkan"})))
    assert (used.vendor, left.name) == ("intel", RTX.name)
    assert left.unusable_because is Obstacle.UNSEEN


def test_the_likeliest_pairs_come_first() -> None:
    """A card that merely has the same maker does not take another one's place."""
    small, large = replace(RTX, name="GeForce GT 710", pci=""), replace(RTX, pci="")
    used, left = join([small, large], [_without_place(CUDA), CPU], ALL)
    assert (used.name, left.name) == (RTX.name, "GeForce GT 710")


def test_graphics_of_an_apple_chip_are_unified_although_metal_says_gpu() -> None:
    """llama.cpp calls them MTL0, of kind gpu."""
    chip = Gpu(
        name="Apple M3 Max", backend="", total_bytes=48, free_bytes=40, unified=True, vendor="apple"
    )
    (gpu,) = join([chip], [_device("MTL0", "Apple M3 Max"), CPU], Edition())
    assert (gpu.backend, gpu.unified, gpu.total_bytes) == ("metal", True, 10)


def test_the_systems_figures_stand_in_where_the_engine_has_none() -> None:
    """A device that says no size has that of the card."""
    device = Device(
        name="CUDA0", description="NVIDIA GeForce RTX 3060", kind="gpu", total_bytes=0, free_bytes=0
    )
    (gpu,) = join([RTX], [device], ALL)
    assert (gpu.total_bytes, gpu.free_bytes) == (12, 11)


NO_GPU = Edition()
CUDA_ONLY = Edition(backends=frozenset({"cuda"}), cuda_major=12)


@pytest.mark.parametrize(
    ("gpu", "edition", "obstacle"),
    [
        (RTX, NO_GPU, Obstacle.NO_CUDA),
        (RADEON, NO_GPU, Obstacle.NO_VULKAN),
        (RADEON, CUDA_ONLY, Obstacle.NO_VULKAN),
        (replace(RTX, vendor="apple"), NO_GPU, Obstacle.NO_METAL),
        (replace(RTX, vendor=""), NO_GPU, Obstacle.NO_VULKAN),
        (replace(RTX, driver=""), CUDA_ONLY, Obstacle.NO_DRIVER),
        (replace(RTX, unusable_because=Obstacle.NO_DRIVER), CUDA_ONLY, Obstacle.NO_DRIVER),
        (replace(RTX, unusable_because=Obstacle.NO_DRIVER), NO_GPU, Obstacle.NO_CUDA),
        (replace(RTX, unusable_because=Obstacle.STALE_DRIVER), ALL, Obstacle.STALE_DRIVER),
        (replace(RADEON, unusable_because=Obstacle.NO_ACCESS), ALL, Obstacle.NO_ACCESS),
        (replace(RTX, cuda_version="11.4"), CUDA_ONLY, Obstacle.OLD_DRIVER),
        (replace(RTX, compute_capability="3.5"), CUDA_ONLY, Obstacle.OLD_CARD),
        (replace(RTX, compute_capability="", cuda_version=""), CUDA_ONLY, Obstacle.UNSEEN),
        (RTX, CUDA_ONLY, Obstacle.UNSEEN),
    ],
)
def test_a_card_that_is_left_out_has_a_reason(
    gpu: Gpu, edition: Edition, obstacle: Obstacle
) -> None:
    """What the edition lacks comes first: no driver would help there."""
    (left,) = join([gpu], [CPU], edition)
    assert (left.backend, left.unusable_because) == ("", obstacle)


@pytest.mark.parametrize(
    ("name", "backend"),
    [
        ("CPU", "cpu"),
        ("CUDA0", "cuda"),
        ("MTL0", "metal"),
        ("Vulkan12", "vulkan"),
        ("ROCm1", "rocm"),
    ],
)
def test_back_ends_have_plain_names(name: str, backend: str) -> None:
    """Without the number of the device."""
    assert backend_name(_device(name, "x")) == backend


_NAMES = st.sampled_from(["NVIDIA GeForce RTX 3060", "AMD Radeon RX 6800", "Intel Arc A770", ""])
_PLACES = st.sampled_from(["", "0000:01:00.0", "0000:02:00.0"])


@UNHURRIED
@given(
    st.lists(st.tuples(_NAMES | st.text(), _PLACES), max_size=4),
    st.lists(st.tuples(st.sampled_from(["CUDA0", "Vulkan0", "MTL"]), _NAMES, _PLACES), max_size=4),
)
def test_no_card_is_lost(cards: list[tuple[str, str]], devices: list[tuple[str, str, str]]) -> None:
    """Every card of the system is there once; what has no back end has a reason."""
    found = [replace(RTX, name=name, pci=pci) for name, pci in cards]
    engine = [_device(name, description, pci=pci) for name, description, pci in devices]
    gpus = join(found, engine, ALL)
    assert max(len(cards), bool(devices)) <= len(gpus) <= len(cards) + len(devices)
    assert all(bool(gpu.backend) != bool(gpu.unusable_because) for gpu in gpus)

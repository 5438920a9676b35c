# SPDX-License-Identifier: Apache-2.0
"""NVIDIA's cards are read through its library, or else from nvidia-smi."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware.machine import Gpu
from nemodesk.hardware.nvidia import NvidiaAnswer, ask_nvidia, gpus_from_nvidia_smi, pci_place
from tests.fakes.nvml import NO_DRIVER, VERSION_MISMATCH, Card, FakeNvml
from tests.hardware.recordings import recorded
from tests.hardware.unhurried import UNHURRIED

GIB = 1024**3
RTX_3060 = Gpu(
    name="NVIDIA GeForce RTX 3060",
    backend="",
    total_bytes=12 * GIB,
    free_bytes=11 * GIB,
    driver="550.54.14",
    vendor="nvidia",
    pci="0000:01:00.0",
    bandwidth_bytes_per_s=360.048e9,
    cuda_version="12.4",
    compute_capability="8.6",
)


def _silent(*_command: str) -> str:
    return ""


def _smi(*command: str) -> str:
    assert command[0] == "nvidia-smi"
    return recorded("nvidia-smi")


def test_the_library_says_everything() -> None:
    """Name, memory, place, driver, CUDA, generation; the speed from clock and bus width."""
    nvml = FakeNvml(Card())
    assert ask_nvidia(_silent, nvml) == NvidiaAnswer(gpus=(RTX_3060,))
    assert nvml.open_sessions == 0


@pytest.mark.parametrize(
    ("card", "gb_per_s"),
    [
        (Card(name="NVIDIA H100 80GB HBM3", bus_width_bits=5120, memory_clock_mhz=2619), 3352),
        (Card(name="NVIDIA GeForce RTX 4090", bus_width_bits=384, memory_clock_mhz=10501), 1008),
        (Card(bus_width_bits=None), 360),
        (Card(memory_clock_mhz=0), 360),
        (Card(bus_width_bits=4_000_000_000), 360),
    ],
)
def test_the_speed_is_that_of_the_public_figures(card: Card, gb_per_s: float) -> None:
    """Where the driver does not say it, or says nonsense, the table of names does."""
    (gpu,) = ask_nvidia(_silent, FakeNvml(card)).gpus
    assert gpu.bandwidth_bytes_per_s == pytest.approx(gb_per_s * 1e9, rel=0.001)


def test_two_identical_cards_have_two_places() -> None:
    """They are told apart by where they are."""
    other = Card(place="00000000:02:00.0", memory=(12 * GIB, 5 * GIB))
    gpus = ask_nvidia(_silent, FakeNvml(Card(), other)).gpus
    assert gpus == (RTX_3060, replace(RTX_3060, pci="0000:02:00.0", free_bytes=5 * GIB))


def test_a_chip_without_memory_of_its_own_shares_it() -> None:
    """GB10 answers that it does not support the question."""
    (gpu,) = ask_nvidia(_silent, FakeNvml(Card(name="NVIDIA GB10", memory=None))).gpus
    assert (gpu.unified, gpu.total_bytes, gpu.free_bytes) == (True, 0, 0)


def test_an_old_library_that_lacks_functions_says_what_it_can() -> None:
    """The bus width can be asked for since driver 510."""
    missing = ("nvmlDeviceGetMemoryBusWidth", "nvmlSystemGetCudaDriverVersion_v2")
    (gpu,) = ask_nvidia(_silent, FakeNvml(Card(), missing=missing)).gpus
    assert gpu == replace(RTX_3060, cuda_version="", bandwidth_bytes_per_s=360e9)


def test_a_library_that_is_not_one_is_passed_over() -> None:
    """What has none of the functions counts as absent, and nvidia-smi is asked."""
    assert ask_nvidia(_smi, object()).gpus


@pytest.mark.parametrize(("status", "stale"), [(VERSION_MISMATCH, True), (NO_DRIVER, False)])
def test_a_replaced_driver_is_told_from_a_missing_one(status: int, *, stale: bool) -> None:
    """After an update the driver refuses until the computer is started again."""
    nvml = FakeNvml(Card(), status=status)
    assert ask_nvidia(_silent, nvml) == NvidiaAnswer(stale=stale)
    assert nvml.open_sessions == 0


def test_nvidia_smi_is_the_second_choice() -> None:
    """It lists two equal cards and one that shares the main memory; other lines are left out."""
    first, second, shared = ask_nvidia(_smi, FakeNvml(status=NO_DRIVER)).gpus
    assert first == Gpu(
        name="NVIDIA GeForce RTX 3060",
        backend="",
        total_bytes=12288 * 1024 * 1024,
        free_bytes=11020 * 1024 * 1024,
        driver="550.54.14",
        vendor="nvidia",
        pci="0000:01:00.0",
        bandwidth_bytes_per_s=360e9,
    )
    assert second.pci == "0000:02:00.0"
    assert (shared.unified, shared.total_bytes) == (True, 0)
    assert shared.bandwidth_bytes_per_s == 273e9


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("00000000:01:00.0", "0000:01:00.0"),
        ("0000000F:01:00.0", "000f:01:00.0"),
        ("0000:C1:00.0", "0000:c1:00.0"),
        ("", ""),
        ("N/A", ""),
    ],
)
def test_places_are_written_as_linux_does(text: str, place: str) -> None:
    """NVIDIA writes eight digits and capitals."""
    assert pci_place(text) == place


@UNHURRIED
@given(st.text() | st.lists(st.text(), min_size=5, max_size=5).map(",".join))
def test_nonsense_is_no_error(text: str) -> None:
    """Whatever nvidia-smi prints, nothing fails and no size is below zero."""
    for gpu in gpus_from_nvidia_smi(text):
        assert gpu.name
        assert 0 <= gpu.free_bytes <= gpu.total_bytes

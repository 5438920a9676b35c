# SPDX-License-Identifier: Apache-2.0
"""Windows is read from recorded values and from COM objects of our own."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware import windows, windows_calls
from nemodesk.hardware.machine import Gpu
from tests.fakes.dxgi import FakeFactory, description
from tests.hardware.recordings import recorded
from tests.hardware.unhurried import UNHURRIED

GIB = 1024**3
MIB = 1024**2

INSIDE = description(
    "Intel(R) Iris(R) Xe Graphics",
    vendor=0x8086,
    dedicated_bytes=128 * MIB,
    shared_bytes=8 * GIB,
    luid=1,
)
CARD = description(
    "NVIDIA GeForce RTX 3060 Laptop GPU",
    vendor=0x10DE,
    dedicated_bytes=6 * GIB,
    shared_bytes=8 * GIB,
    luid=2,
)
SOFTWARE = description(
    "Microsoft Basic Render Driver", vendor=0x1414, shared_bytes=8 * GIB, luid=3, flags=2
)


def _version(*numbers: int) -> int:
    return sum(number << shift for number, shift in zip(numbers, (48, 32, 16, 0), strict=True))


@pytest.fixture
def laptop() -> FakeFactory:
    """Return a laptop with two cards, one of which is listed twice, and a driver of software."""
    return FakeFactory(
        (INSIDE, _version(31, 0, 101, 4502)),
        (CARD, _version(31, 0, 15, 5161)),
        (CARD, 0),
        (SOFTWARE, 0),
    )


def test_dxgi_is_asked_through_its_tables_of_functions(laptop: FakeFactory) -> None:
    """Every adapter is described, and every object is let go of."""
    found = windows_calls.adapters_of(laptop.pointer)
    assert [adapter.name for adapter, _ in found] == [
        "Intel(R) Iris(R) Xe Graphics",
        *(["NVIDIA GeForce RTX 3060 Laptop GPU"] * 2),
        "Microsoft Basic Render Driver",
    ]
    assert laptop.released == 5


def test_a_card_is_listed_once_and_software_not_at_all(laptop: FakeFactory) -> None:
    """Each display can list its card again; the basic driver is no card."""
    inside, card = windows.gpus_from_adapters(windows_calls.adapters_of(laptop.pointer))
    assert inside == Gpu(
        name="Intel(R) Iris(R) Xe Graphics",
        backend="",
        total_bytes=8 * GIB + 128 * MIB,
        free_bytes=8 * GIB + 128 * MIB,
        driver="31.0.101.4502",
        unified=True,
        vendor="intel",
    )
    assert (card.vendor, card.total_bytes, card.driver) == ("nvidia", 6 * GIB, "551.61")
    assert card.bandwidth_bytes_per_s == 336e9


@pytest.mark.parametrize(
    ("name", "vendor", "dedicated_bytes", "unified"),
    [
        ("AMD Radeon(TM) 8060S Graphics", 0x1002, 64 * GIB, True),
        ("AMD Radeon 780M Graphics", 0x1002, 4 * GIB, True),
        ("AMD Radeon RX 7600M XT", 0x1002, 8 * GIB, False),
        ("Intel(R) Arc(TM) A770 Graphics", 0x8086, 16 * GIB, False),
        ("Intel(R) Arc(TM) Graphics", 0x8086, 128 * MIB, True),
        ("Qualcomm(R) Adreno(TM) X1-85 GPU", 0x5143, 0, True),
    ],
)
def test_what_shares_the_main_memory(
    name: str, vendor: int, dedicated_bytes: int, *, unified: bool
) -> None:
    """Firmware may set any amount aside for graphics inside the processor."""
    data = description(name, vendor=vendor, dedicated_bytes=dedicated_bytes, shared_bytes=8 * GIB)
    (gpu,) = windows.gpus_from_adapters([(windows.AdapterDescription.from_buffer_copy(data), 0)])
    assert gpu.unified is unified
    assert gpu.total_bytes == dedicated_bytes + (8 * GIB if unified else 0)


def test_the_registry_is_the_second_choice() -> None:
    """It has the cards of makers, with more than 4 GiB told rightly."""
    inside, card = windows.gpus_from_registry(json.loads(recorded("registry-two-cards")))
    assert (inside.vendor, inside.unified, inside.driver) == ("intel", True, "31.0.101.4502")
    assert (card.vendor, card.total_bytes, card.driver) == ("nvidia", 6 * GIB, "551.61")


@pytest.mark.parametrize("size", [b"\x00\x00\x00\x80\x01\x00\x00\x00", 6 * GIB])
def test_the_registry_holds_numbers_in_two_ways(size: object) -> None:
    """As a number, or as its bytes, the lowest first."""
    entry = {"DriverDesc": "X", "MatchingDeviceId": "pci\\ven_10de&dev_1"}
    (gpu,) = windows.gpus_from_registry([entry | {"HardwareInformation.qwMemorySize": size}])
    assert gpu.total_bytes == 6 * GIB


def test_the_makers_library_knows_its_cards_better() -> None:
    """Two equal cards are replaced by two, and what only the library knows is added."""
    plain = Gpu(name="A", backend="", total_bytes=1, free_bytes=1)
    better = [Gpu(name="A", backend="", total_bytes=size, free_bytes=0) for size in (2, 3)]
    extra = Gpu(name="B", backend="", total_bytes=4, free_bytes=4)
    merged = windows.with_better([plain, plain], [*better, extra])
    assert [gpu.total_bytes for gpu in merged] == [2, 3, 4]


@pytest.mark.parametrize(
    ("vendor", "version", "shown"),
    [
        ("nvidia", "32.0.15.6094", "560.94"),
        ("nvidia", "", ""),
        ("amd", "31.0.24027.1012", "31.0.24027.1012"),
        ("nvidia", "550.54.14", "550.54.14"),
    ],
)
def test_nvidias_version_is_written_as_nvidia_does(vendor: str, version: str, shown: str) -> None:
    """Windows hides it in the last five digits."""
    assert windows.driver_version(vendor, version) == shown


def _core(efficiency_class: int) -> bytes:
    return struct.pack("<IIBB20xHI", 0, 48, 0, efficiency_class, 1, 0).ljust(48, b"\0")


def _cache(level: int, size_bytes: int) -> bytes:
    return struct.pack("<IIBBHII", 2, 52, level, 8, 64, size_bytes, 0).ljust(52, b"\0")


def test_fast_and_slow_cores_on_windows() -> None:
    """A higher class is faster; the largest cache is the last one."""
    data = _core(1) * 8 + _cache(2, 1280 * 1024) + _core(0) * 4 + _cache(3, 25 * MIB)
    assert windows.cores_from_relations(data) == (12, 8, 25 * MIB)


def test_cores_that_are_alike_on_windows() -> None:
    """All are of class 0."""
    assert windows.cores_from_relations(_core(0) * 6) == (6, 0, 0)


@UNHURRIED
@given(st.binary())
def test_a_garbled_answer_is_no_error(data: bytes) -> None:
    """What does not fit together ends the reading."""
    cores, fast, _ = windows.cores_from_relations(data)
    assert 0 <= fast <= cores
    windows.cores_from_relations(_core(1) + data)


@UNHURRIED
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["DriverDesc", "DriverVersion", "HardwareInformation.qwMemorySize"]),
            st.none() | st.text() | st.integers() | st.binary() | st.lists(st.text()),
        )
    )
)
def test_a_garbled_registry_is_no_error(entries: list[dict[str, object]]) -> None:
    """Programs write what they like there."""
    place = {"MatchingDeviceId": "PCI\\VEN_1002&DEV_1"}
    for gpu in windows.gpus_from_registry([entry | place for entry in entries]):
        assert 0 <= gpu.free_bytes <= gpu.total_bytes


def test_elsewhere_windows_says_nothing() -> None:
    """The calls are safe on other systems."""
    assert windows_calls.adapters() == []
    assert windows_calls.card_entries() == []
    assert windows_calls.processor_name() == ""
    assert windows_calls.features() == ()
    assert windows_calls.relations() == b""
    assert not windows_calls.is_emulated()

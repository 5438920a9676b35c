# SPDX-License-Identifier: Apache-2.0
"""Graphics cards are found in recorded parts of a Linux computer's /sys."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware.linux_gpus import find_cards
from nemodesk.hardware.machine import Gpu, Obstacle
from tests.hardware.recordings import lay_out
from tests.hardware.unhurried import UNHURRIED_ON_DISK

GIB = 1024**3


def _cards(tmp_path: Path, recording: str, *, may_open: bool = True) -> tuple[Gpu, ...]:
    root = lay_out(recording, tmp_path)
    return find_cards(root, memory_bytes=16 * GIB, may_open=lambda _: may_open)


def test_a_radeon_card_and_graphics_inside_the_processor(tmp_path: Path) -> None:
    """Memory with a maker is the card's own; the other takes its share of the main memory."""
    assert _cards(tmp_path, "linux-radeon-rx-6800-xt") == (
        Gpu(
            name="AMD Radeon RX 6800 XT",
            backend="",
            total_bytes=17163091968,
            free_bytes=16000000000,
            driver="amdgpu 6.8.0-45-generic",
            vendor="amd",
            pci="0000:03:00.0",
            bandwidth_bytes_per_s=512e9,
        ),
        Gpu(
            name="AMD Raphael",
            backend="",
            total_bytes=16536870912,
            free_bytes=16500093696,
            driver="amdgpu 6.8.0-45-generic",
            unified=True,
            vendor="amd",
            pci="0000:0d:00.0",
        ),
    )


def test_intel_graphics_inside_the_processor_and_a_card(tmp_path: Path) -> None:
    """A window of 16 GiB covers the card's memory; the one inside has three quarters of ours."""
    inside, card = _cards(tmp_path, "linux-intel-laptop")
    assert (inside.name, inside.unified) == ("Intel Iris Xe Graphics", True)
    assert inside.total_bytes == 12 * GIB
    assert (card.name, card.unified, card.total_bytes) == ("Intel Arc A770", False, 16 * GIB)
    assert card.bandwidth_bytes_per_s == 560e9


def test_the_newer_intel_driver_says_the_size(tmp_path: Path) -> None:
    """It gives it for each tile, in hexadecimal."""
    (card,) = _cards(tmp_path, "linux-arc-b580")
    assert (card.name, card.total_bytes) == ("Intel Arc B580", 0x2F8000000)
    assert card.driver == "xe 6.12.9"


def test_a_card_without_its_makers_driver_cannot_be_used(tmp_path: Path) -> None:
    """Nouveau shows pictures; the display of a virtual machine is no graphics card."""
    (card,) = _cards(tmp_path, "linux-nouveau")
    assert card.name == "NVIDIA GeForce RTX 3060 Lite Hash Rate"
    assert card.unusable_because is Obstacle.NO_DRIVER


def test_a_server_card_without_a_display_is_found(tmp_path: Path) -> None:
    """It is on the bus although nothing shows pictures; the driver's version is its own."""
    (card,) = _cards(tmp_path, "linux-nvidia-headless")
    assert (card.name, card.driver) == ("NVIDIA H100 SXM5 80GB", "550.54.14")
    assert card.unusable_because is None


def test_a_device_file_that_is_closed_to_this_person_is_said(tmp_path: Path) -> None:
    """On many systems one must belong to the group `render`."""
    cards = _cards(tmp_path, "linux-radeon-rx-6800-xt", may_open=False)
    assert {card.unusable_because for card in cards} == {Obstacle.NO_ACCESS}


def test_without_name_lists_a_card_has_its_makers_name(tmp_path: Path) -> None:
    """Small systems have no pci.ids."""
    lay_out("linux-nouveau", tmp_path)
    (tmp_path / "usr/share/misc/pci.ids").unlink()
    (card,) = find_cards(tmp_path, memory_bytes=GIB)
    assert card.name == "NVIDIA graphics card"


def test_a_system_without_a_pci_bus_has_no_cards(tmp_path: Path) -> None:
    """A Raspberry Pi names none."""
    assert find_cards(tmp_path, memory_bytes=GIB) == ()


_FILES = ("vendor", "device", "mem_info_vram_total", "mem_info_vram_vendor", "resource")


@pytest.mark.parametrize("vendor", ["0x1002", "0x8086", "0x10de"])
@UNHURRIED_ON_DISK
@given(text=st.text())
def test_nonsense_is_no_error(
    tmp_path_factory: pytest.TempPathFactory, vendor: str, text: str
) -> None:
    """Whatever the files hold, nothing fails."""
    root = tmp_path_factory.mktemp("root")
    device = root / "sys/bus/pci/devices/0000:03:00.0"
    device.mkdir(parents=True)
    for name in (*_FILES, "mem_info_gtt_total", "product_name", "revision"):
        (device / name).write_text(text, encoding="utf-8", errors="replace")
    (device / "vendor").write_text(vendor, encoding="utf-8")
    (device / "class").write_text("0x030000", encoding="utf-8")
    for place in ("usr/share/misc/pci.ids", "usr/share/libdrm/amdgpu.ids"):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(f"\n1002  AMD\n{text}", encoding="utf-8", errors="replace")
    (card,) = find_cards(root, memory_bytes=GIB)
    assert card.name
    assert 0 <= card.free_bytes <= card.total_bytes

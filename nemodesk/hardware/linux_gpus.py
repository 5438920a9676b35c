# SPDX-License-Identifier: Apache-2.0
"""Finds the graphics cards that a Linux computer has on its PCI bus, whatever drives them.

It reads /sys and two name lists. NVIDIA's own library knows more about NVIDIA's cards, and
graphics that are no PCI device (a phone chip's) are not found here.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

from nemodesk.hardware.files import names_in, number_in, text_of
from nemodesk.hardware.machine import Gpu, Obstacle
from nemodesk.hardware.memory_speeds import card_bandwidth

_DEVICES = "sys/bus/pci/devices"
_DISPLAY_CLASS = 0x03  # pci.ids: 03 is a display controller; the two lower bytes say which
_VENDORS = {0x10DE: "nvidia", 0x1002: "amd", 0x8086: "intel"}
_MAKERS = {"nvidia": "NVIDIA", "amd": "AMD", "intel": "Intel"}
_DRIVERS = {
    "nvidia": {"nvidia"},
    "amd": {"amdgpu", "radeon"},
    "intel": {"i915", "xe"},
}
_PCI_NAMES = ("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids", "var/lib/pciutils/pci.ids")
_AMD_NAMES = "usr/share/libdrm/amdgpu.ids"

_INTEL_INTEGRATED = "0000:00:02.0"
"""Where Intel's integrated graphics always are (Linux, drivers/gpu/drm/i915)."""

_INTEL_SHARE = 3 / 4
"""What Mesa lets Vulkan have of the main memory (src/intel/vulkan, anv_compute_sys_heap_size)."""

_SMALL_WINDOW_BYTES = 256 * 1024 * 1024
"""The usual window into a card's memory; a larger one covers all of it."""


def find_cards(
    root: Path = Path("/"),
    *,
    memory_bytes: int,
    may_open: Callable[[Path], bool] | None = None,
) -> tuple[Gpu, ...]:
    """Return the cards of NVIDIA, AMD and Intel, in the order of their places.

    Args:
        root: the folder that holds `sys`, `proc`, `dev` and `usr`.
        memory_bytes: the main memory, of which integrated graphics take their share.
        may_open: whether this person may use a device file.
    """
    devices = root / _DEVICES
    found = (
        _card(root, devices / place, memory_bytes, may_open or _may_open)
        for place in names_in(devices)
    )
    return tuple(gpu for gpu in found if gpu is not None)


def _card(
    root: Path, device: Path, memory_bytes: int, may_open: Callable[[Path], bool]
) -> Gpu | None:
    vendor = _VENDORS.get(number_in(device / "vendor") or 0, "")
    if not vendor or (number_in(device / "class") or 0) >> 16 != _DISPLAY_CLASS:
        return None
    driver = _driver(device)
    total_bytes, free_bytes, unified = _memory(device, vendor, memory_bytes)
    name = _name(root, device, vendor)
    obstacle = None
    if driver not in _DRIVERS[vendor]:
        obstacle = Obstacle.NO_DRIVER  # none at all, or one that shows pictures only
    elif vendor != "nvidia" and not _may_use(root, device, may_open):
        obstacle = Obstacle.NO_ACCESS
    return Gpu(
        name=name,
        backend="",
        total_bytes=total_bytes,
        free_bytes=free_bytes,
        driver=_driver_version(root, driver),
        unified=unified,
        vendor=vendor,
        pci=device.name.lower(),
        bandwidth_bytes_per_s=card_bandwidth(name, total_bytes, unified=unified),
        unusable_because=obstacle,
    )


def _driver(device: Path) -> str:
    try:
        return os.path.basename(os.readlink(device / "driver"))  # noqa: PTH115, PTH119
    except OSError:
        return ""


def _driver_version(root: Path, driver: str) -> str:
    """Return the driver and its version; drivers that are part of Linux have Linux's."""
    if not driver:
        return ""
    if driver == "nvidia":
        said = text_of(root / "proc/driver/nvidia/version")
        match = re.search(r"Kernel Module(?: for \S+)?\s+([0-9][0-9.]*)", said)
        return match.group(1) if match else driver
    own = text_of(root / f"sys/module/{driver}/version").strip()
    version = own or text_of(root / "proc/sys/kernel/osrelease").strip()
    return f"{driver} {version}".strip()


def _memory(device: Path, vendor: str, memory_bytes: int) -> tuple[int, int, bool]:
    """Return total bytes, free bytes, and whether they are part of the main memory."""
    if vendor == "amd":
        return _amd_memory(device)
    if vendor == "intel":
        total_bytes = _intel_memory_bytes(device)
        if total_bytes or device.name != _INTEL_INTEGRATED:
            return total_bytes, total_bytes, False
        shared_bytes = int(memory_bytes * _INTEL_SHARE)
        return shared_bytes, shared_bytes, True
    return 0, 0, False


def _amd_memory(device: Path) -> tuple[int, int, bool]:
    total = number_in(device / "mem_info_vram_total") or 0
    used = number_in(device / "mem_info_vram_used") or 0
    # Only memory that is soldered to a card has a maker; an integrated one has no such file,
    # or it says "unknown".
    maker = text_of(device / "mem_info_vram_vendor").strip()
    if maker and maker not in {"0", "unknown"}:
        return total, max(0, total - used), False
    total += number_in(device / "mem_info_gtt_total") or 0
    used += number_in(device / "mem_info_gtt_used") or 0
    return total, max(0, total - used), True


def _intel_memory_bytes(device: Path) -> int:
    tiles = [
        number_in(device / name / place) or 0
        for name in names_in(device)
        if name.startswith("tile")
        for place in ("physical_vram_size_bytes", "memory/physical_vram_size_bytes")
    ]
    if any(tiles):
        return sum(tiles)  # xe
    cards = [device / "drm" / name for name in names_in(device / "drm")]
    for folder in (device, *cards):
        own = number_in(folder / "lmem_total_bytes")  # i915, where it says so
        if own:
            return own
    return 0 if device.name == _INTEL_INTEGRATED else _window_bytes(device)


def _window_bytes(device: Path) -> int:
    """Return the size of the window into the card's memory, if it covers all of it.

    The third line of `resource` is that window (Linux, Documentation/PCI/sysfs-pci.rst):
    first address, last address, flags.
    """
    lines = text_of(device / "resource").splitlines()
    ends = lines[2].split()[:2] if len(lines) > 2 else []  # noqa: PLR2004
    if len(ends) != 2:  # noqa: PLR2004
        return 0
    try:
        first, last = (int(end, 16) for end in ends)
    except ValueError:
        return 0
    size_bytes = last - first + 1
    return size_bytes if size_bytes > _SMALL_WINDOW_BYTES else 0


def _may_use(root: Path, device: Path, may_open: Callable[[Path], bool]) -> bool:
    nodes = [name for name in names_in(device / "drm") if name.startswith("renderD")]
    return not nodes or any(may_open(root / "dev/dri" / node) for node in nodes)


def _may_open(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK)


def _name(root: Path, device: Path, vendor: str) -> str:
    maker = _MAKERS[vendor]
    said = text_of(device / "product_name").strip()
    name = said or _amd_name(root, device) if vendor == "amd" else ""
    name = name or _pci_name(root, device)
    if not name:
        return f"{maker} graphics card"
    return name if name.lower().startswith(maker.lower()) else f"{maker} {name}"


def _amd_name(root: Path, device: Path) -> str:
    # A line is "73BF,\tC0,\tAMD Radeon RX 6900 XT": device, revision, name.
    wanted = (number_in(device / "device"), number_in(device / "revision"))
    for line in text_of(root / _AMD_NAMES).splitlines():
        fields = [field.strip() for field in line.split(",", 2)]
        if len(fields) == 3 and wanted == (_hex(fields[0]), _hex(fields[1])):  # noqa: PLR2004
            return fields[2]
    return ""


def _hex(text: str) -> int | None:
    try:
        return int(text, 16)
    except ValueError:
        return None


def _pci_name(root: Path, device: Path) -> str:
    """Return the name in the list of PCI devices: what stands in brackets if something does.

    "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]" is chip and cards.
    """
    vendor, number = number_in(device / "vendor") or 0, number_in(device / "device") or 0
    for place in _PCI_NAMES:
        lines = "\n" + text_of(root / place)
        start = lines.find(f"\n{vendor:04x}  ")
        if start < 0:
            continue
        section = re.match(r"\n[^\n]*(?:\n(?:[\t#][^\n]*)?)*", lines[start:])
        match = re.search(
            rf"^\t{number:04x}  (.+)$", section.group(0) if section else "", re.MULTILINE
        )
        if match:
            bracket = re.search(r"\[(.+)\]", match.group(1))
            return (bracket or match).group(1).strip()
    return ""

# SPDX-License-Identifier: Apache-2.0
"""Reads what Windows says of processor and graphics cards. Pure: bytes and values in, values out.

`windows_calls.py` asks the system.
"""

import ctypes
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nemodesk.hardware.machine import Gpu
from nemodesk.hardware.memory_speeds import card_bandwidth

_VENDORS = {0x10DE: "nvidia", 0x1002: "amd", 0x1022: "amd", 0x8086: "intel", 0x5143: "qualcomm"}
_MICROSOFT = 0x1414
_NO_HARDWARE = 1 | 2  # DXGI_ADAPTER_FLAG_REMOTE, DXGI_ADAPTER_FLAG_SOFTWARE (dxgi.h)

# A card with less memory of its own than this works in the main memory (a guess: firmware sets
# 128 to 512 MiB aside for most integrated graphics).
_LEAST_OWN_BYTES = 1024**3

# Integrated graphics, for which firmware may set any amount aside: AMD's are called Radeon
# Graphics, Radeon 780M or Radeon 8060S, never Radeon RX.
_INTEGRATED = re.compile(r"radeon(?:\(tm\))? (?:graphics|[0-9]{3}m|80[0-9]{2}s)|iris|uhd|adreno")


class AdapterDescription(ctypes.Structure):
    """DXGI_ADAPTER_DESC1 (dxgi.h), with UTF-16 units where Windows has wchar_t."""

    _fields_ = (
        ("description", ctypes.c_uint16 * 128),
        ("vendor_id", ctypes.c_uint32),
        ("device_id", ctypes.c_uint32),
        ("subsystem_id", ctypes.c_uint32),
        ("revision", ctypes.c_uint32),
        ("dedicated_video_bytes", ctypes.c_size_t),
        ("dedicated_system_bytes", ctypes.c_size_t),
        ("shared_system_bytes", ctypes.c_size_t),
        ("luid_low", ctypes.c_uint32),
        ("luid_high", ctypes.c_int32),
        ("flags", ctypes.c_uint32),
    )

    @property
    def name(self) -> str:
        """The adapter's name."""
        text = bytes(self.description).decode("utf-16-le", "replace")
        return " ".join(text.partition("\0")[0].split())


def gpus_from_adapters(
    adapters: Iterable[tuple[AdapterDescription, int]],
) -> tuple[Gpu, ...]:
    """Return the cards among the adapters of DXGI.

    Args:
        adapters: each with the version of its driver as Windows packs it; 0 is unknown.
    """
    gpus: dict[tuple[int, int], Gpu] = {}
    for adapter, version in adapters:
        if adapter.flags & _NO_HARDWARE or adapter.vendor_id == _MICROSOFT or not adapter.name:
            continue
        # One card can be listed once for each way to a display.
        key = (adapter.luid_low, adapter.luid_high)
        vendor = _VENDORS.get(adapter.vendor_id, "")
        own, shared = int(adapter.dedicated_video_bytes), int(adapter.shared_system_bytes)
        driver = driver_version(vendor, packed_version(version))
        gpus.setdefault(key, _gpu(adapter.name, vendor, own, shared, driver))
    return tuple(gpus.values())


def gpus_from_registry(entries: Iterable[Mapping[str, object]]) -> tuple[Gpu, ...]:
    """Return the cards in the registry's class of display adapters.

    Args:
        entries: the values of each numbered key below
            SYSTEM/CurrentControlSet/Control/Class/{4d36e968-e325-11ce-bfc1-08002be10318}.
    """
    gpus: list[Gpu] = []
    for entry in entries:
        name, place = _text(entry.get("DriverDesc")), _text(entry.get("MatchingDeviceId")).lower()
        vendor = next(
            (maker for number, maker in _VENDORS.items() if f"ven_{number:04x}" in place), ""
        )
        if not name or not vendor:
            continue
        own = _number(entry.get("HardwareInformation.qwMemorySize")) or _number(
            entry.get("HardwareInformation.MemorySize")
        )
        driver = driver_version(vendor, _text(entry.get("DriverVersion")))
        gpus.append(_gpu(name, vendor, own, 0, driver))
    return tuple(gpus)


def with_better(gpus: Sequence[Gpu], better: Sequence[Gpu]) -> tuple[Gpu, ...]:
    """Replace cards by what their maker's own library says of cards with the same names."""
    known = list(better)
    merged: list[Gpu] = []
    for gpu in gpus:
        match = next((other for other in known if other.name == gpu.name), None)
        if match is not None:
            known.remove(match)
        merged.append(match or gpu)
    return (*merged, *known)


def packed_version(number: int) -> str:
    """Return a driver's version, of which DXGI packs four numbers into one."""
    if number <= 0:
        return ""
    return ".".join(str(number >> shift & 0xFFFF) for shift in (48, 32, 16, 0))


def driver_version(vendor: str, version: str) -> str:
    """Return the version as the maker writes it: 31.0.15.5161 is NVIDIA's 551.61."""
    digits = version.replace(".", "")
    if vendor != "nvidia" or version.count(".") != 3 or not digits.isdigit():  # noqa: PLR2004
        return version
    return f"{digits[-5:-2]}.{digits[-2:]}"


def cores_from_relations(data: bytes) -> tuple[int, int, int]:
    """Return physical cores, the fast ones among them, and the largest cache in bytes.

    Args:
        data: the answer of GetLogicalProcessorInformationEx for all relations (winnt.h,
            SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX). Where all cores are alike, 0 are fast.
    """
    classes: list[int] = []
    cache_bytes = 0
    position = 0
    while position + 16 <= len(data):
        relation, size = struct.unpack_from("<II", data, position)
        if size < 16 or position + size > len(data):  # noqa: PLR2004 - what is read below
            break
        if relation == 0:  # RelationProcessorCore: flags, then the class; a higher one is faster
            classes.append(data[position + 9])
        elif relation == 2:  # noqa: PLR2004 - RelationCache: level, ways, line, then the size
            cache_bytes = max(cache_bytes, struct.unpack_from("<I", data, position + 12)[0])
        position += size
    fastest = classes.count(max(classes, default=0))
    return len(classes), fastest if fastest < len(classes) else 0, cache_bytes


def _gpu(name: str, vendor: str, own: int, shared: int, driver: str) -> Gpu:
    unified = own < _LEAST_OWN_BYTES or _INTEGRATED.search(name.lower()) is not None
    total_bytes = own + shared if unified else own
    gpu = Gpu(
        name=name,
        backend="",
        total_bytes=total_bytes,
        free_bytes=total_bytes,
        driver=driver,
        unified=unified,
        vendor=vendor,
    )
    return replace(gpu, bandwidth_bytes_per_s=card_bandwidth(name, total_bytes, unified=unified))


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _number(value: object) -> int:
    """Return a number that the registry holds as such or as bytes, the lowest first."""
    if isinstance(value, int):
        return max(0, value)
    if isinstance(value, bytes) and len(value) in {4, 8}:
        return int.from_bytes(value, "little")
    return 0

# SPDX-License-Identifier: Apache-2.0
"""Reads what macOS says: `sysctl` and `system_profiler`. Pure: text in, values out."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from nemodesk.hardware import parsing
from nemodesk.hardware.files import number_from
from nemodesk.hardware.machine import Gpu, Memory, Processor
from nemodesk.hardware.memory_speeds import apple_bandwidth, card_bandwidth

SYSCTL = ("sysctl", "machdep.cpu", "hw", "kern.hv_vmm_present", "iogpu.wired_limit_mb")
"""An Intel Mac does not know the last one, says so, and ends with a failure."""

SYSTEM_PROFILER = ("system_profiler", "SPDisplaysDataType", "-json")

_MIB = 1024 * 1024
_GIB = 1024 * _MIB
_UNITS = {"MB": _MIB, "GB": _GIB}

# What Metal lets a program have (recommendedMaxWorkingSetSize) of so much memory. llama.cpp logs
# of Macs: 11,453 MB of 16 GiB and 17,180 MB of 24 GiB (two thirds), 28,991 MB of 36 GiB and
# 51,540 MB of 64 GiB (three quarters). Newer systems give a little more of 16 GiB (12,713 MB): the
# engine's own figure wins.
_SMALL_MEMORY_BYTES = 36 * _GIB
_SMALL_SHARE, _LARGE_SHARE = 2 / 3, 3 / 4


def processor_from(
    values: Mapping[str, str], *, logical_cores: int, physical_cores: int, emulated: bool
) -> Processor:
    """Return the processor of a Mac from the lines of SYSCTL."""
    cache = values.get("hw.l3cachesize") or values.get("hw.perflevel0.l2cachesize")
    fast, slow = (
        number_from(values.get(f"hw.perflevel{level}.physicalcpu", "")) or 0 for level in (0, 1)
    )
    return Processor(
        name=parsing.tidy(values.get("machdep.cpu.brand_string", "")),
        physical_cores=physical_cores,
        logical_cores=logical_cores,
        features=parsing.features_from_sysctl(values),
        cache_bytes=parsing.cache_bytes_from_text(cache or values.get("hw.l2cachesize") or ""),
        performance_cores=fast if slow else 0,
        emulated=emulated,
    )


def usable_by_gpu_bytes(memory_bytes: int, wired_limit_mib: int = 0) -> int:
    """Return how much of a Mac's memory its graphics may use.

    Args:
        wired_limit_mib: what the person has set (iogpu.wired_limit_mb); 0 is the system's rule.
    """
    if wired_limit_mib:
        return min(wired_limit_mib * _MIB, memory_bytes)
    share = _SMALL_SHARE if memory_bytes < _SMALL_MEMORY_BYTES else _LARGE_SHARE
    return int(memory_bytes * share)


def gpus_from_profile(text: str, values: Mapping[str, str], memory: Memory) -> tuple[Gpu, ...]:
    """Return the graphics that SYSTEM_PROFILER lists; none if it says something else."""
    cards = [_card(entry, values, memory) for entry in _entries(text)]
    return tuple(card for card in cards if card is not None)


def apple_gpu(chip: str, gpu_cores: int, values: Mapping[str, str], memory: Memory) -> Gpu:
    """Return the graphics inside an Apple chip."""
    limit_mib = number_from(values.get("iogpu.wired_limit_mb", "")) or 0
    total_bytes = usable_by_gpu_bytes(memory.total_bytes, limit_mib)
    return Gpu(
        name=chip,
        backend="",
        total_bytes=total_bytes,
        free_bytes=min(total_bytes, memory.available_bytes),
        unified=True,
        vendor="apple",
        bandwidth_bytes_per_s=apple_bandwidth(chip, gpu_cores),
    )


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    listed = cast("Any", document).get("SPDisplaysDataType") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return []
    entries = cast("list[Any]", listed)
    return [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]


def _card(entry: Mapping[str, Any], values: Mapping[str, str], memory: Memory) -> Gpu | None:
    name = _word(entry, "sppci_model") or _word(entry, "_name")
    if not name:
        return None
    if name.startswith("Apple"):
        cores = number_from(_word(entry, "sppci_cores")) or 0
        return apple_gpu(name, cores, values, memory)
    own_bytes = _size_bytes(_word(entry, "spdisplays_vram"))
    total_bytes = own_bytes or _size_bytes(_word(entry, "spdisplays_vram_shared"))
    vendor = f"{_word(entry, 'spdisplays_vendor')} {name}".lower()
    return Gpu(
        name=name,
        backend="",
        total_bytes=total_bytes,
        free_bytes=total_bytes,
        unified=not own_bytes,
        vendor=next((maker for maker in ("amd", "intel", "nvidia") if maker in vendor), ""),
        bandwidth_bytes_per_s=card_bandwidth(name, total_bytes, unified=not own_bytes),
    )


def _word(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _size_bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,9}) (MB|GB)", text)
    return int(match.group(1)) * _UNITS[match.group(2)] if match else 0

# SPDX-License-Identifier: Apache-2.0
"""Reads from /proc and /sys what a Linux computer's processor is. Graphics cards are not here."""

import math
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from nemodesk.hardware import parsing
from nemodesk.hardware.files import names_in, number_in, numbers_from_list, text_of
from nemodesk.hardware.machine import Processor

_CPUS = "sys/devices/system/cpu"


def describe_processor(
    root: Path = Path("/"),
    *,
    usable: frozenset[int],
    cores_limit: float | None = None,
    architecture: str = "",
) -> Processor:
    """Return the processor.

    Args:
        root: the folder that holds `proc` and `sys`.
        usable: the numbers of the logical processors that this process may run on.
        cores_limit: processor seconds per second that it may use; None is no limit.
        architecture: the name to show where the system gives none.
    """
    cpuinfo = text_of(root / "proc/cpuinfo")
    cores = _physical_cores(root / _CPUS, usable)
    most = max(1, math.ceil(cores_limit)) if cores_limit is not None else len(usable)
    performance = usable & _performance_processors(root, usable)
    performance_cores = len({cores[number] for number in performance})
    physical_cores = min(len(set(cores.values())), most)
    return Processor(
        name=_name(root, cpuinfo) or architecture,
        physical_cores=max(1, physical_cores),
        logical_cores=max(1, min(len(usable), most)),
        features=parsing.features_from_cpuinfo(cpuinfo),
        cache_bytes=_cache_bytes(root / _CPUS / "cpu0/cache"),
        performance_cores=performance_cores if performance_cores < physical_cores else 0,
    )


def is_virtual(root: Path = Path("/")) -> bool:
    """Return whether this is a virtual machine, as far as it says so."""
    flags = re.search(r"^flags\s*:(.*)$", text_of(root / "proc/cpuinfo"), re.MULTILINE)
    maker = text_of(root / "sys/class/dmi/id/sys_vendor").strip()
    return (flags is not None and "hypervisor" in flags.group(1).split()) or maker in _VM_MAKERS


# /sys/class/dmi/id/sys_vendor of common virtual machines (systemd, src/basic/virt.c).
_VM_MAKERS = frozenset({"QEMU", "VMware, Inc.", "innotek GmbH", "Xen", "Parallels"})


def usable_processors(root: Path = Path("/")) -> frozenset[int]:
    """Return the numbers of the logical processors that this process may run on."""
    if sys.platform == "linux":
        return frozenset(os.sched_getaffinity(0))
    return numbers_from_list(text_of(root / _CPUS / "online"))


def _name(root: Path, cpuinfo: str) -> str:
    tree = text_of(root / "proc/device-tree/model").rstrip("\0").strip()
    return parsing.cpu_name_from_cpuinfo(cpuinfo) or tree or parsing.arm_core_names(cpuinfo)


def _physical_cores(cpus: Path, usable: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """Return for each logical processor all that share its core."""
    cores: dict[int, frozenset[int]] = {}
    for number in usable:
        topology = cpus / f"cpu{number}/topology"
        # The older name is the only one before Linux 5.3.
        siblings = text_of(topology / "core_cpus_list") or text_of(
            topology / "thread_siblings_list"
        )
        cores[number] = numbers_from_list(siblings) or frozenset({number})
    return cores


def _performance_processors(root: Path, usable: frozenset[int]) -> frozenset[int]:
    hybrid = numbers_from_list(text_of(root / "sys/devices/cpu_core/cpus"))  # Intel
    if hybrid:
        return hybrid
    capacities = {
        number: number_in(root / _CPUS / f"cpu{number}/cpu_capacity") or 0  # ARM
        for number in usable
    }
    # A fast core that is clocked a little lower is still a fast one: two thirds are a guess.
    least = max(capacities.values(), default=0) * 2 / 3
    return frozenset(number for number, capacity in capacities.items() if capacity > least)


def _cache_bytes(cache: Path) -> int:
    sizes = [text_of(cache / index / "size") for index in names_in(cache)]
    return max((parsing.cache_bytes_from_text(size) for size in sizes), default=0)

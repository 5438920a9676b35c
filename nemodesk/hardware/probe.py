# SPDX-License-Identifier: Apache-2.0
"""Asks this computer what it is made of. What the answers mean is read in the modules beside it.

It never fails: what a system does not say is left empty. It does not know which of the graphics
cards the engine can use; whoever has asked an engine process passes its devices in.
"""

import ctypes
import math
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

import psutil

from nemodesk.hardware import linux, mac, parsing, windows, windows_calls
from nemodesk.hardware.edition import this_edition
from nemodesk.hardware.limits import Limits, read_limits
from nemodesk.hardware.linux_gpus import find_cards
from nemodesk.hardware.machine import Battery, Gpu, Machine, Memory, Obstacle, Processor
from nemodesk.hardware.nvidia import NvidiaAnswer, ask_nvidia
from nemodesk.hardware.usable import EngineDevice, join

_ANSWER_TIMEOUT_S = 5.0


def probe_machine(devices: Sequence[EngineDevice] | None = None) -> Machine:
    """Return what this computer is made of. Takes up to some seconds: it may start programs.

    Args:
        devices: what the engine can compute on; None leaves it open what it can use.
    """
    memory = probe_memory()
    values = _sysctl()
    gpus = _system_gpus(memory, values)
    return Machine(
        os=_os_name(),
        processor=_processor(values),
        memory=memory,
        gpus=gpus if devices is None else join(gpus, devices, this_edition()),
        battery=_battery(),
        virtual=_is_virtual(values),
    )


def probe_memory() -> Memory:
    """Return the main memory as it is now, as far as this process may use it."""
    memory = psutil.virtual_memory()
    return limited_memory(Memory(total_bytes=memory.total, available_bytes=memory.available))


def limited_memory(memory: Memory, limits: Limits | None = None) -> Memory:
    """Return the memory within the limits, which are the control group's when left out."""
    limits = limits or read_limits()
    if limits.memory_bytes is None or limits.memory_bytes >= memory.total_bytes:
        return memory
    free = memory.available_bytes if limits.free_bytes is None else limits.free_bytes
    return Memory(
        total_bytes=limits.memory_bytes,
        available_bytes=min(memory.available_bytes, free),
        limited=True,
    )


def probe_processor() -> Processor:
    """Return the processor, as far as this process may use it."""
    return _processor(_sysctl())


def probe_gpus(devices: Sequence[EngineDevice]) -> tuple[Gpu, ...]:
    """Return the graphics cards, joined with what the engine can compute on.

    It asks drivers and small programs, so it belongs into a thread.
    """
    memory = probe_memory()
    return join(_system_gpus(memory, _sysctl()), devices, this_edition())


def cards_with_nvidia(cards: Sequence[Gpu], answer: NvidiaAnswer) -> tuple[Gpu, ...]:
    """Replace NVIDIA's cards by what their driver says of them; cards are matched by place."""
    known = {gpu.pci: gpu for gpu in answer.gpus if gpu.pci}
    merged: list[Gpu] = []
    for card in cards:
        better = known.pop(card.pci, None)
        if better is None and answer.stale and card.vendor == "nvidia":
            better = replace(card, unusable_because=Obstacle.STALE_DRIVER)
        merged.append(better or card)
    return (*merged, *(gpu for gpu in answer.gpus if not gpu.pci or gpu.pci in known))


def _system_gpus(memory: Memory, sysctl: Mapping[str, str]) -> tuple[Gpu, ...]:
    if sys.platform == "darwin":
        gpus = mac.gpus_from_profile(_ask(*mac.SYSTEM_PROFILER), sysctl, memory)
        if gpus or platform.machine() != "arm64":
            return gpus
        return (mac.apple_gpu(sysctl.get("machdep.cpu.brand_string", ""), 0, sysctl, memory),)
    if sys.platform == "win32":
        adapters = windows.gpus_from_adapters(windows_calls.adapters())
        listed = adapters or windows.gpus_from_registry(windows_calls.card_entries())
        return windows.with_better(listed, ask_nvidia(_ask).gpus)
    return cards_with_nvidia(find_cards(memory_bytes=memory.total_bytes), ask_nvidia(_ask))


def _processor(sysctl: Mapping[str, str]) -> Processor:
    logical = psutil.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or logical
    if sys.platform == "darwin":
        return mac.processor_from(
            sysctl, logical_cores=logical, physical_cores=physical, emulated=_is_translated()
        )
    if sys.platform == "win32":
        cores, fast, cache_bytes = windows.cores_from_relations(windows_calls.relations())
        return Processor(
            name=windows_calls.processor_name() or platform.processor(),
            physical_cores=cores or physical,
            logical_cores=logical,
            features=windows_calls.features(),
            cache_bytes=cache_bytes,
            performance_cores=fast,
            emulated=windows_calls.is_emulated(),
        )
    return linux.describe_processor(
        usable=linux.usable_processors() or frozenset(range(logical)),
        cores_limit=read_limits().cores,
        architecture=platform.machine(),
    )


def _is_virtual(sysctl: Mapping[str, str]) -> bool:
    if sys.platform == "linux":
        return linux.is_virtual()
    return sysctl.get("kern.hv_vmm_present") == "1"


def _is_translated() -> bool:
    """Return whether Rosetta translates this very process; a child could answer otherwise."""
    if sys.platform != "darwin":
        return False
    value, size = ctypes.c_int(), ctypes.c_size_t(ctypes.sizeof(ctypes.c_int))
    ask = ctypes.CDLL(None).sysctlbyname
    status = ask(b"sysctl.proc_translated", ctypes.byref(value), ctypes.byref(size), None, 0)
    return status == 0 and value.value == 1


def _battery() -> Battery | None:
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, ValueError, RuntimeError):
        return None  # not on this system, or its files say nonsense
    if battery is None or not math.isfinite(battery.percent):
        return None
    charge = min(1.0, max(0.0, battery.percent / 100))
    # None means that the system does not know; a computer that runs is then taken to be fed.
    return Battery(charge=charge, plugged_in=battery.power_plugged is not False)


def _os_name() -> str:
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "win32":
        return f"Windows {platform.release()}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def _sysctl() -> dict[str, str]:
    if sys.platform != "darwin":
        return {}
    return parsing.sysctl_values(_ask(*mac.SYSCTL, partly=True))


def _ask(*command: str, partly: bool = False) -> str:
    """Return what a program prints, or nothing when it is not there or does not answer.

    Args:
        partly: whether an answer counts although the program says that it failed.
    """
    try:
        answer = subprocess.run(  # noqa: S603 - fixed commands
            command,
            capture_output=True,
            check=False,
            timeout=_ANSWER_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    is_answer = partly or answer.returncode == 0
    return answer.stdout.decode("utf-8", "replace") if is_answer else ""

# SPDX-License-Identifier: Apache-2.0
"""Asks this computer what it is made of. What the answers mean is read in `parsing.py`.

It never fails: what a system does not say is left empty. It does not know which of the graphics
cards the engine can use; an engine process says that itself.
"""

import ctypes
import platform
import subprocess
import sys
from pathlib import Path

import psutil

from nemodesk.hardware import parsing
from nemodesk.hardware.machine import Gpu, Machine, Memory, Processor

_ANSWER_TIMEOUT_S = 5.0
_NVIDIA_SMI = (
    "nvidia-smi",
    "--query-gpu=name,memory.total,memory.free,driver_version",
    "--format=csv,noheader,nounits",
)
_CACHE_FOLDER = Path("/sys/devices/system/cpu/cpu0/cache")


def probe_machine() -> Machine:
    """Return what this computer is made of. Takes up to some seconds: it starts small programs."""
    memory = probe_memory()
    processor = probe_processor()
    gpus = parsing.gpus_from_nvidia_smi(_ask(*_NVIDIA_SMI))
    if sys.platform == "darwin" and platform.machine() == "arm64":
        gpus = (_apple_gpu(processor, memory),)
    return Machine(os=_os_name(), processor=processor, memory=memory, gpus=gpus)


def probe_memory() -> Memory:
    """Return the main memory as it is now."""
    memory = psutil.virtual_memory()
    return Memory(total_bytes=memory.total, available_bytes=memory.available)


def probe_processor() -> Processor:
    """Return the processor."""
    logical = psutil.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or logical
    name, features, cache_bytes = _describe_processor()
    return Processor(
        name=name or platform.processor() or platform.machine(),
        physical_cores=physical,
        logical_cores=logical,
        features=features,
        cache_bytes=cache_bytes,
    )


def _describe_processor() -> tuple[str, tuple[str, ...], int]:
    if sys.platform == "win32":
        return _windows_processor_name(), _windows_features(), 0
    if sys.platform == "darwin":
        values = parsing.sysctl_values(_ask("sysctl", "machdep.cpu", "hw"))
        cache = values.get("hw.l3cachesize") or values.get("hw.l2cachesize") or ""
        return (
            values.get("machdep.cpu.brand_string", ""),
            parsing.features_from_sysctl(values),
            parsing.cache_bytes_from_text(cache),
        )
    cpuinfo = _text(Path("/proc/cpuinfo"))
    sizes = [_text(path) for path in sorted(_CACHE_FOLDER.glob("index*/size"))]
    return (
        parsing.cpu_name_from_cpuinfo(cpuinfo),
        parsing.features_from_cpuinfo(cpuinfo),
        max((parsing.cache_bytes_from_text(size) for size in sizes), default=0),
    )


def _windows_features() -> tuple[str, ...]:
    if sys.platform != "win32":
        return ()
    is_present = ctypes.windll.kernel32.IsProcessorFeaturePresent
    return tuple(
        name for name, number in parsing.WINDOWS_FEATURE_NUMBERS.items() if is_present(number)
    )


def _windows_processor_name() -> str:
    if sys.platform != "win32":
        return ""
    import winreg  # noqa: PLC0415 - Windows only

    path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            return " ".join(str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).split())
    except OSError:
        return ""


def _apple_gpu(processor: Processor, memory: Memory) -> Gpu:
    return Gpu(
        name=processor.name,
        backend="metal",
        total_bytes=memory.total_bytes,
        free_bytes=memory.available_bytes,
        unified=True,
    )


def _os_name() -> str:
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "win32":
        return f"Windows {platform.release()}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def _ask(*command: str) -> str:
    """Return what a program prints, or nothing when it is not there or does not answer."""
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
    return answer.stdout.decode("utf-8", "replace") if answer.returncode == 0 else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

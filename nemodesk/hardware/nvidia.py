# SPDX-License-Identifier: Apache-2.0
"""Asks NVIDIA's driver for its cards: through its library NVML, or else through nvidia-smi.

Neither is needed for the engine to work; both come with the driver. Whatever they answer, nothing
here fails.
"""

import ctypes
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from nemodesk.hardware.files import number_from
from nemodesk.hardware.machine import Gpu
from nemodesk.hardware.memory_speeds import card_bandwidth

NVIDIA_SMI = (
    "nvidia-smi",
    "--query-gpu=name,memory.total,memory.free,driver_version,pci.bus_id",
    "--format=csv,noheader,nounits",
)

# nvml.h of CUDA 12.
_SUCCESS = 0
_VERSION_MISMATCH = 18  # NVML_ERROR_LIB_RM_VERSION_MISMATCH
_CLOCK_MEMORY = 2  # NVML_CLOCK_MEM
_TEXT_BYTES = 96  # NVML_DEVICE_NAME_V2_BUFFER_SIZE; the driver's version has 80
_MOST_CARDS = 64

# Two numbers for each clock, bits to bytes. Checked against the public figures of the RTX 3060
# (7,501 MHz and 192 bits are 360 GB/s), the RTX 4090 and the H100 SXM.
_BYTES_PER_CLOCK_AND_BIT = 2 / 8
_PLAUSIBLE_BYTES_PER_S = (1e10, 2e13)

_MIB = 1024 * 1024
_NAMES = {
    "win32": ("nvml.dll",),
    # The last one is where Windows' subsystem for Linux keeps it.
    "linux": ("libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"),
}


class _Memory(ctypes.Structure):
    """nvmlMemory_t."""

    _fields_ = (
        ("total", ctypes.c_ulonglong),
        ("free", ctypes.c_ulonglong),
        ("used", ctypes.c_ulonglong),
    )


class _Place(ctypes.Structure):
    """nvmlPciInfo_t."""

    _fields_ = (
        ("legacy_bus_id", ctypes.c_char * 16),
        ("domain", ctypes.c_uint),
        ("bus", ctypes.c_uint),
        ("device", ctypes.c_uint),
        ("device_id", ctypes.c_uint),
        ("subsystem_id", ctypes.c_uint),
        ("bus_id", ctypes.c_char * 32),
    )


@dataclass(frozen=True, kw_only=True)
class NvidiaAnswer:
    """What the driver says.

    Attributes:
        stale: whether the driver was replaced since the computer was started, so that it
            refuses to work until the next start.
    """

    gpus: tuple[Gpu, ...] = ()
    stale: bool = False


def ask_nvidia(ask: Callable[..., str], library: Any = None) -> NvidiaAnswer:  # noqa: ANN401
    """Return NVIDIA's cards.

    Args:
        ask: runs a program and returns what it prints.
        library: NVML, loaded; None looks for it.
    """
    nvml = library if library is not None else _load()
    answer = _ask_nvml(nvml) if nvml is not None else NvidiaAnswer()
    if answer.gpus or answer.stale:
        return answer
    return NvidiaAnswer(gpus=gpus_from_nvidia_smi(ask(*NVIDIA_SMI)))


def gpus_from_nvidia_smi(text: str) -> tuple[Gpu, ...]:
    """Return the cards that nvidia-smi lists; a line that says something else is left out.

    Args:
        text: the answer to NVIDIA_SMI; sizes are in MiB.
    """
    gpus: list[Gpu] = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != NVIDIA_SMI[1].count(",") + 1 or not fields[0]:
            continue
        name, total, free, driver, place = fields
        # Cards that share the main memory (such as GB10) answer "[N/A]".
        total_bytes = (number_from(total) or 0) * _MIB
        gpus.append(
            Gpu(
                name=name,
                backend="",
                total_bytes=total_bytes,
                free_bytes=min((number_from(free) or 0) * _MIB, total_bytes),
                driver=driver,
                unified=not total_bytes,
                vendor="nvidia",
                pci=pci_place(place),
                bandwidth_bytes_per_s=card_bandwidth(name, total_bytes),
            )
        )
    return tuple(gpus)


def pci_place(text: str) -> str:
    """Return a place on the PCI bus as Linux and llama.cpp write it: 0000:01:00.0.

    NVIDIA writes eight digits for the first part.
    """
    parts = text.strip().lower().split(":")
    if len(parts) != 3 or not parts[0]:  # noqa: PLR2004 - domain, bus, device.function
        return ""
    return f"{parts[0][-4:]:0>4}:{parts[1]}:{parts[2]}"


def _load() -> Any:  # noqa: ANN401 - a library has no type
    for name in _NAMES.get(sys.platform, ()):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _ask_nvml(nvml: Any) -> NvidiaAnswer:  # noqa: ANN401
    with _started(nvml) as status:
        if status != _SUCCESS:
            return NvidiaAnswer(stale=status == _VERSION_MISMATCH)
        driver = _text(nvml, "nvmlSystemGetDriverVersion")
        cuda = _cuda_version(_number(nvml, "nvmlSystemGetCudaDriverVersion_v2", ctypes.c_int()))
        count = _number(nvml, "nvmlDeviceGetCount_v2", ctypes.c_uint())
        gpus = (_card(nvml, index) for index in range(min(count, _MOST_CARDS)))
        return NvidiaAnswer(
            gpus=tuple(replace(gpu, driver=driver, cuda_version=cuda) for gpu in gpus if gpu)
        )


@contextmanager
def _started(nvml: Any) -> Generator[int]:  # noqa: ANN401
    status = _call(nvml, "nvmlInit_v2")
    try:
        yield status
    finally:
        if status == _SUCCESS:
            _call(nvml, "nvmlShutdown")


def _card(nvml: Any, index: int) -> Gpu | None:  # noqa: ANN401
    card = ctypes.c_void_p()
    if _call(nvml, "nvmlDeviceGetHandleByIndex_v2", index, ctypes.byref(card)) != _SUCCESS:
        return None
    name = _text(nvml, "nvmlDeviceGetName", card)
    memory, place = _Memory(), _Place()
    has_own = _call(nvml, "nvmlDeviceGetMemoryInfo", card, ctypes.byref(memory)) == _SUCCESS
    _call(nvml, "nvmlDeviceGetPciInfo_v3", card, ctypes.byref(place))
    total_bytes = int(memory.total) if has_own else 0
    return Gpu(
        name=name or "NVIDIA graphics card",
        backend="",
        total_bytes=total_bytes,
        free_bytes=min(int(memory.free), total_bytes),
        unified=not total_bytes,
        vendor="nvidia",
        pci=pci_place(bytes(place.bus_id).decode("ascii", "replace")),
        bandwidth_bytes_per_s=_bandwidth(nvml, card) or card_bandwidth(name, total_bytes),
        compute_capability=_compute_capability(nvml, card),
    )


def _bandwidth(nvml: Any, card: ctypes.c_void_p) -> float:  # noqa: ANN401
    bits = _number(nvml, "nvmlDeviceGetMemoryBusWidth", card, ctypes.c_uint())
    clock_mhz = _number(nvml, "nvmlDeviceGetMaxClockInfo", card, _CLOCK_MEMORY, ctypes.c_uint())
    bytes_per_s = clock_mhz * 1e6 * bits * _BYTES_PER_CLOCK_AND_BIT
    least, most = _PLAUSIBLE_BYTES_PER_S
    return bytes_per_s if least <= bytes_per_s <= most else 0.0


def _compute_capability(nvml: Any, card: ctypes.c_void_p) -> str:  # noqa: ANN401
    major, minor = ctypes.c_int(), ctypes.c_int()
    numbers = (ctypes.byref(major), ctypes.byref(minor))
    status = _call(nvml, "nvmlDeviceGetCudaComputeCapability", card, *numbers)
    return f"{major.value}.{minor.value}" if status == _SUCCESS else ""


def _cuda_version(number: int) -> str:
    # 12040 is 12.4 (nvml.h, NVML_CUDA_DRIVER_VERSION_MAJOR).
    return f"{number // 1000}.{number % 1000 // 10}" if number > 0 else ""


def _text(nvml: Any, function: str, *arguments: object) -> str:  # noqa: ANN401
    buffer = ctypes.create_string_buffer(_TEXT_BYTES)
    if _call(nvml, function, *arguments, buffer, _TEXT_BYTES) != _SUCCESS:
        return ""
    return buffer.value.decode("utf-8", "replace").strip()


def _number(nvml: Any, function: str, *arguments: Any) -> int:  # noqa: ANN401
    """Return what the function writes into the last argument; 0 if it fails."""
    *others, target = arguments
    if _call(nvml, function, *others, ctypes.byref(target)) != _SUCCESS:
        return 0
    return int(target.value)


def _call(nvml: Any, function: str, *arguments: object) -> int:  # noqa: ANN401
    """Return the status of a call; -1 if this driver's library lacks the function."""
    try:
        return int(getattr(nvml, function)(*arguments))
    except AttributeError:
        return -1

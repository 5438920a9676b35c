# SPDX-License-Identifier: Apache-2.0
"""NVIDIA's library NVML, played by C functions that write recorded values through real pointers."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SUCCESS, NOT_SUPPORTED, NOT_FOUND = 0, 3, 6
NO_DRIVER, VERSION_MISMATCH = 9, 18

_POINTER = ctypes.c_void_p
_FIRST_HANDLE = 1000


@dataclass(frozen=True, kw_only=True)
class Card:
    """What NVML says of one card; None is "not supported"."""

    name: str = "NVIDIA GeForce RTX 3060"
    memory: tuple[int, int] | None = (12 * 1024**3, 11 * 1024**3)
    place: str = "00000000:01:00.0"
    bus_width_bits: int | None = 192
    memory_clock_mhz: int | None = 7501
    compute_capability: tuple[int, int] = (8, 6)


class FakeNvml:
    """The functions of the library as attributes, as a loaded library has them.

    Args:
        status: what initialising answers.
        missing: functions that this driver's library lacks.
    """

    def __init__(
        self,
        *cards: Card,
        driver: str = "550.54.14",
        cuda: int = 12040,
        status: int = SUCCESS,
        missing: Sequence[str] = (),
    ) -> None:
        self._cards = cards
        self._status = status
        self.open_sessions = 0
        functions: dict[str, tuple[Callable[..., int], list[Any]]] = {
            "nvmlInit_v2": (self._start, []),
            "nvmlShutdown": (self._stop, []),
            "nvmlSystemGetDriverVersion": (
                lambda target, size: _write_text(target, size, driver),
                [_POINTER, ctypes.c_uint],
            ),
            "nvmlSystemGetCudaDriverVersion_v2": (
                lambda target: _write(target, ctypes.c_int, cuda),
                [_POINTER],
            ),
            "nvmlDeviceGetCount_v2": (
                lambda target: _write(target, ctypes.c_uint, len(cards)),
                [_POINTER],
            ),
            "nvmlDeviceGetHandleByIndex_v2": (self._handle, [ctypes.c_uint, _POINTER]),
            "nvmlDeviceGetName": (
                lambda card, target, size: _write_text(target, size, self._card(card).name),
                [_POINTER, _POINTER, ctypes.c_uint],
            ),
            "nvmlDeviceGetMemoryInfo": (self._memory, [_POINTER, _POINTER]),
            "nvmlDeviceGetPciInfo_v3": (self._place, [_POINTER, _POINTER]),
            "nvmlDeviceGetMemoryBusWidth": (
                lambda card, target: _write(target, ctypes.c_uint, self._card(card).bus_width_bits),
                [_POINTER, _POINTER],
            ),
            "nvmlDeviceGetMaxClockInfo": (self._clock, [_POINTER, ctypes.c_int, _POINTER]),
            "nvmlDeviceGetCudaComputeCapability": (self._capability, [_POINTER] * 3),
        }
        for name, (function, arguments) in functions.items():
            if name not in missing:
                setattr(self, name, ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(function))

    def _card(self, handle: int) -> Card:
        return self._cards[handle - _FIRST_HANDLE]

    def _start(self) -> int:
        self.open_sessions += self._status == SUCCESS
        return self._status

    def _stop(self) -> int:
        self.open_sessions -= 1
        return SUCCESS

    def _handle(self, index: int, target: int) -> int:
        return _write(target, ctypes.c_size_t, _FIRST_HANDLE + index)

    def _memory(self, card: int, target: int) -> int:
        sizes = self._card(card).memory
        if sizes is None:
            return NOT_SUPPORTED
        total, free = sizes
        (ctypes.c_ulonglong * 3).from_address(target)[:] = [total, free, total - free]
        return SUCCESS

    def _place(self, card: int, target: int) -> int:
        # nvmlPciInfo_t: 16 characters, five numbers, then the place in 32 characters.
        ctypes.memmove(target + 36, self._card(card).place.encode(), len(self._card(card).place))
        return SUCCESS

    def _clock(self, card: int, kind: int, target: int) -> int:
        assert kind == 2, "NVML_CLOCK_MEM"
        return _write(target, ctypes.c_uint, self._card(card).memory_clock_mhz)

    def _capability(self, card: int, major: int, minor: int) -> int:
        for target, number in zip((major, minor), self._card(card).compute_capability, strict=True):
            _write(target, ctypes.c_int, number)
        return SUCCESS


def _write(target: int, kind: Any, number: int | None) -> int:
    if number is None:
        return NOT_SUPPORTED
    kind.from_address(target).value = number
    return SUCCESS


def _write_text(target: int, size: int, text: str) -> int:
    data = text.encode() + b"\0"
    assert len(data) <= size
    ctypes.memmove(target, data, len(data))
    return SUCCESS

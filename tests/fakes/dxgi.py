# SPDX-License-Identifier: Apache-2.0
"""Windows' DXGI, played by COM objects with real tables of functions."""

import ctypes
import struct
from typing import Any

NOT_FOUND = -2005270526  # DXGI_ERROR_NOT_FOUND, 0x887A0002
_FACTORY_PLACES, _ADAPTER_PLACES = 14, 11


def description(
    name: str,
    *,
    vendor: int,
    dedicated_bytes: int = 0,
    shared_bytes: int = 0,
    luid: int = 1,
    flags: int = 0,
) -> bytes:
    """Return a DXGI_ADAPTER_DESC1 as 64-bit Windows lays it out (dxgi.h)."""
    text = name.encode("utf-16-le").ljust(256, b"\0")
    return struct.pack(
        "<256s4I3QIiI4x",
        *(text, vendor, 0x2520, 0, 0xA1),
        *(dedicated_bytes, 0, shared_bytes),
        *(luid, 0, flags),
    )


class FakeFactory:
    """An IDXGIFactory1.

    Attributes:
        pointer: to the object, as CreateDXGIFactory1 gives it.
        released: how many objects were let go of.
    """

    def __init__(self, *adapters: tuple[bytes, int]) -> None:
        self.released = 0
        self._kept: list[Any] = []
        self._adapters = [self._adapter(*adapter) for adapter in adapters]
        places: dict[int, Any] = {2: self._release(), 12: self._list()}
        self.pointer = self._object(places, _FACTORY_PLACES)

    def _object(self, places: dict[int, Any], count: int) -> ctypes.c_void_p:
        addresses = [
            ctypes.cast(places[place], ctypes.c_void_p).value if place in places else None
            for place in range(count)
        ]
        table = (ctypes.c_void_p * count)(*addresses)
        thing = ctypes.pointer(table)
        self._kept += [places, table, thing]
        return ctypes.cast(ctypes.pointer(thing), ctypes.c_void_p)

    def _adapter(self, data: bytes, version: int) -> ctypes.c_void_p:
        def describe(_this: int, target: int) -> int:
            ctypes.memmove(target, data, len(data))
            return 0

        def support(_this: int, wanted: int, target: int) -> int:
            assert ctypes.string_at(wanted, 2) == b"\xfa\x77", "IDXGIDevice"
            ctypes.c_int64.from_address(target).value = version
            return 0

        two = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
        three = ctypes.CFUNCTYPE(ctypes.c_long, *[ctypes.c_void_p] * 3)
        places = {2: self._release(), 9: three(support), 10: two(describe)}
        return self._object(places, _ADAPTER_PLACES)

    def _release(self) -> Any:
        def release(_this: int) -> int:
            self.released += 1
            return 0

        return ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)(release)

    def _list(self) -> Any:
        def enumerate_adapters(_this: int, index: int, target: int) -> int:
            if index >= len(self._adapters):
                return NOT_FOUND
            ctypes.c_void_p.from_address(target).value = self._adapters[index].value
            return 0

        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
        return kind(enumerate_adapters)

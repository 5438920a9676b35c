# SPDX-License-Identifier: Apache-2.0
"""Asks Windows about processor and graphics cards. What the answers mean is read in `windows.py`.

On other systems every answer is empty. Where Windows refuses, it is empty too.
"""

import ctypes
import sys
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from nemodesk.hardware import parsing
from nemodesk.hardware.windows import AdapterDescription

_CARDS_KEY = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
_CARD_VALUES = (
    "DriverDesc",
    "DriverVersion",
    "MatchingDeviceId",
    "HardwareInformation.qwMemorySize",
    "HardwareInformation.MemorySize",
)
_PROCESSOR_KEY = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"

_FACTORY = uuid.UUID("770aae78-f26f-4dba-a829-253c83d1b387")  # IDXGIFactory1 (dxgi.h)
_DEVICE = uuid.UUID("54ec77fa-1377-44e6-8c32-88fd5f44c84c")  # IDXGIDevice (dxgi.h)

# Places in the tables of functions (dxgi.h): IUnknown has three, IDXGIObject four more.
_RELEASE = 2
_ADAPTER_CHECK_SUPPORT = 9
_ADAPTER_DESCRIPTION = 10
_FACTORY_ADAPTERS = 12
_MOST_ADAPTERS = 64

_ALL_RELATIONS = 0xFFFF
_ARM64 = 0xAA64  # IMAGE_FILE_MACHINE_ARM64 (winnt.h)


def adapters() -> list[tuple[AdapterDescription, int]]:
    """Return DXGI's adapters, each with the packed version of its driver; 0 is unknown."""
    if sys.platform != "win32":
        return []
    try:
        create = ctypes.WinDLL("dxgi.dll").CreateDXGIFactory1
    except (OSError, AttributeError):
        return []
    factory = ctypes.c_void_p()
    create.restype = ctypes.c_long
    if create(_FACTORY.bytes_le, ctypes.byref(factory)) != 0:
        return []
    return adapters_of(factory)


def adapters_of(factory: ctypes.c_void_p) -> list[tuple[AdapterDescription, int]]:
    """Return what an IDXGIFactory1 lists, and let go of it."""
    found: list[tuple[AdapterDescription, int]] = []
    with _released(factory):
        for index in range(_MOST_ADAPTERS):
            adapter = ctypes.c_void_p()
            if _call(factory, _FACTORY_ADAPTERS, ctypes.c_uint32(index), ctypes.byref(adapter)):
                break  # DXGI_ERROR_NOT_FOUND: that was all
            with _released(adapter):
                description, version = AdapterDescription(), ctypes.c_int64()
                if _call(adapter, _ADAPTER_DESCRIPTION, ctypes.byref(description)) == 0:
                    _call(adapter, _ADAPTER_CHECK_SUPPORT, _DEVICE.bytes_le, ctypes.byref(version))
                    found.append((description, version.value))
    return found


@contextmanager
def _released(thing: ctypes.c_void_p) -> Generator[None]:
    try:
        yield
    finally:
        _call(thing, _RELEASE)


def _call(thing: ctypes.c_void_p, place: int, *arguments: Any) -> int:  # noqa: ANN401
    """Call a function of a COM object by its place in the table of functions.

    64-bit Windows has one calling convention, so CFUNCTYPE serves, which takes any arguments.
    """
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    return int(ctypes.CFUNCTYPE(ctypes.c_long)(table[place] or 0)(thing, *arguments))


def card_entries() -> list[dict[str, object]]:
    """Return what the registry holds of each display adapter."""
    if sys.platform != "win32":
        return []
    import winreg  # noqa: PLC0415 - Windows only

    entries: list[dict[str, object]] = []
    for index in range(_MOST_ADAPTERS):
        entry: dict[str, object] = {}
        try:
            path = rf"{_CARDS_KEY}\{index:04}"
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                for name in _CARD_VALUES:
                    try:
                        entry[name] = winreg.QueryValueEx(key, name)[0]
                    except OSError:
                        continue
        except OSError:
            continue
        entries.append(entry)
    return entries


def processor_name() -> str:
    """Return the processor's name; empty if the registry does not hold it."""
    if sys.platform != "win32":
        return ""
    import winreg  # noqa: PLC0415 - Windows only

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _PROCESSOR_KEY) as key:
            return parsing.tidy(str(winreg.QueryValueEx(key, "ProcessorNameString")[0]))
    except OSError:
        return ""


def features() -> tuple[str, ...]:
    """Return the instruction sets that Windows knows of."""
    if sys.platform != "win32":
        return ()
    is_present = ctypes.windll.kernel32.IsProcessorFeaturePresent
    return tuple(
        name for name, number in parsing.WINDOWS_FEATURE_NUMBERS.items() if is_present(number)
    )


def relations() -> bytes:
    """Return how processors, cores and caches belong together."""
    if sys.platform != "win32":
        return b""
    ask = ctypes.windll.kernel32.GetLogicalProcessorInformationEx
    size = ctypes.c_uint32()
    ask(_ALL_RELATIONS, None, ctypes.byref(size))  # fails, and says how much it wants to write
    buffer = ctypes.create_string_buffer(size.value)
    return buffer.raw[: size.value] if ask(_ALL_RELATIONS, buffer, ctypes.byref(size)) else b""


def is_emulated() -> bool:
    """Return whether an ARM computer translates this program, which was made for another."""
    if sys.platform != "win32":
        return False
    import platform  # noqa: PLC0415 - Windows only

    own, native = ctypes.c_ushort(), ctypes.c_ushort()
    kernel = ctypes.windll.kernel32
    try:
        ask = kernel.IsWow64Process2
    except AttributeError:  # before Windows 10
        return False
    process = ctypes.c_void_p(-1)  # GetCurrentProcess() is always this
    if not ask(process, ctypes.byref(own), ctypes.byref(native)):
        return False
    return native.value == _ARM64 and platform.machine().upper() != "ARM64"

# SPDX-License-Identifier: Apache-2.0
"""Does by hand what a window manager does for a window: size, place and keyboard.

The test screen has no window manager, and without one X11 gives no window the keyboard.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

_REVERT_TO_PARENT = 2
_CURRENT_TIME = 0


def resize_window(display: str, size: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Move the window of this size (pixels) to the corner and give it the wanted size."""
    with _connect(display) as (x11, connection):
        window = _find(x11, connection, size)
        x11.XMoveResizeWindow(connection, window, 0, 0, *wanted)


def focus_window(display: str, size: tuple[int, int]) -> None:
    """Give the keyboard to the window of this size (pixels)."""
    with _connect(display) as (x11, connection):
        window = _find(x11, connection, size)
        x11.XSetInputFocus(connection, window, _REVERT_TO_PARENT, _CURRENT_TIME)


@contextmanager
def _connect(display: str) -> Iterator[tuple[ctypes.CDLL, int]]:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = c_void_p
    x11.XOpenDisplay.argtypes = [c_char_p]
    for function, arguments in {
        "XCloseDisplay": [c_void_p],
        "XDefaultRootWindow": [c_void_p],
        "XFree": [c_void_p],
        "XGetGeometry": [c_void_p, c_ulong] + [c_void_p] * 7,
        "XMoveResizeWindow": [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint],
        "XQueryTree": [c_void_p, c_ulong] + [c_void_p] * 4,
        "XSetInputFocus": [c_void_p, c_ulong, c_int, c_ulong],
        "XSync": [c_void_p, c_int],
    }.items():
        getattr(x11, function).argtypes = arguments
    x11.XDefaultRootWindow.restype = c_ulong
    connection = x11.XOpenDisplay(display.encode())
    if not connection:
        raise RuntimeError(f"there is no screen {display}")
    try:
        yield x11, connection
        x11.XSync(connection, 0)
    finally:
        x11.XCloseDisplay(connection)


def _find(x11: ctypes.CDLL, connection: int, size: tuple[int, int]) -> int:
    root, parent, windows, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
    x11.XQueryTree(
        connection,
        x11.XDefaultRootWindow(connection),
        byref(root),
        byref(parent),
        byref(windows),
        byref(count),
    )
    found = [windows[index] for index in range(count.value)]
    if found:
        x11.XFree(windows)
    # The last one is in front.
    for window in reversed(found):
        if _size_of(x11, connection, window) == size:
            return window
    raise RuntimeError(f"there is no window of {size[0]} by {size[1]} pixels")


def _size_of(x11: ctypes.CDLL, connection: int, window: int) -> tuple[int, int]:
    root, x, y = c_ulong(), c_int(), c_int()
    width, height, border, depth = c_uint(), c_uint(), c_uint(), c_uint()
    places = (root, x, y, width, height, border, depth)
    x11.XGetGeometry(connection, window, *(byref(place) for place in places))
    return width.value, height.value

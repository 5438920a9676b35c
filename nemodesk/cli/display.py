# SPDX-License-Identifier: Apache-2.0
"""Whether a window can be opened here, asked without Qt.

Qt ends the whole process when it cannot reach the display, so this is asked first, the way Qt
would: QT_QPA_PLATFORM decides when it is set; otherwise a Wayland socket that answers, or an X
server that libxcb can log in to, is a display. Windows and macOS always have one.
"""

import ctypes
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_NEEDS_NO_DISPLAY = frozenset({"offscreen", "minimal", "vnc", "linuxfb", "eglfs"})
_WAYLAND_TIMEOUT_S = 2.0


def why_no_window(
    environment: Mapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    can_open_x: Callable[[str], bool] | None = None,
    can_open_wayland: Callable[[Path], bool] | None = None,
) -> str | None:
    """Return why no window can be opened, as a plain sentence, or None when one can."""
    wanted = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if platform in {"win32", "darwin"} or wanted in _NEEDS_NO_DISPLAY:
        return None
    wayland = None if wanted == "xcb" else _wayland_socket(environment)
    x_display = "" if wanted.startswith("wayland") else environment.get("DISPLAY", "")
    if wayland is not None and (can_open_wayland or _can_connect)(wayland):
        return None
    if x_display and (can_open_x or _can_open_x)(x_display):
        return None
    if wayland is None and not x_display:
        return "There is no display here."
    return f"The display {x_display or wayland} cannot be opened."


def _wayland_socket(environment: Mapping[str, str]) -> Path | None:
    name = environment.get("WAYLAND_DISPLAY", "")
    if not name:
        return None
    return Path(environment.get("XDG_RUNTIME_DIR", "/")) / name


def _can_connect(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_WAYLAND_TIMEOUT_S)
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def _can_open_x(display: str) -> bool:
    """Log in to the X server, with its cookie, exactly as Qt will."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        # Qt's own plugin needs this one too, and ends the process without it.
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return xcb.xcb_connection_has_error(connection) == 0
    finally:
        xcb.xcb_disconnect(connection)

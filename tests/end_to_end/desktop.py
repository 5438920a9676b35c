# SPDX-License-Identifier: Apache-2.0
"""A screen (Xvfb) and a D-Bus session of our own, as a desktop has them. Starts no program of ours.

The accessibility bus and its registry are started by D-Bus itself, on the first call.
"""

import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

_XVFB = ("Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-nocursor")


@dataclass(frozen=True)
class Desktop:
    """A running screen with its session.

    Attributes:
        environment: what a program needs to find both; holds nothing of the caller's own session.
        bus_address: of the D-Bus session.
        frame_buffer: the file in which Xvfb keeps its pixels.
    """

    environment: Mapping[str, str]
    bus_address: str
    frame_buffer: Path

    def screenshot(self, area: tuple[int, int, int, int] | None = None) -> QImage:
        """Return the screen as it is now, or the area (x, y, width, height) of it."""
        image = _read_xwd(self.frame_buffer.read_bytes())
        return image.copy(*area) if area else image


@contextmanager
def start_desktop(width: int = 1280, height: int = 800) -> Iterator[Desktop]:
    """Run a screen of this size (pixels) and a session until the block ends."""
    # Not below pytest's folders: a socket's path may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="nemodesk-"))
    processes: list[subprocess.Popen[str]] = []
    try:
        display = _start(
            processes,
            [*_XVFB, "-screen", "0", f"{width}x{height}x24", "-fbdir", str(folder)],
            {"PATH": os.environ["PATH"]},
        )
        environment = _session_environment(folder, f":{display}")
        bus_address = _start(
            processes,
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            environment,
        )
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus_address
        yield Desktop(environment, bus_address, folder / "Xvfb_screen0")
    finally:
        for process in reversed(processes):
            process.terminate()
            process.communicate(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _session_environment(folder: Path, display: str) -> dict[str, str]:
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "DISPLAY": display,
        "XDG_RUNTIME_DIR": str(runtime),
        "GSETTINGS_BACKEND": "memory",
        # A program that dies says where.
        "PYTHONFAULTHANDLER": "1",
        # A keyring that D-Bus starts would ask for a password in the middle of the screen.
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_QPA_PLATFORM": "xcb",
    }


def _start(
    processes: list[subprocess.Popen[str]], command: list[str], environment: Mapping[str, str]
) -> str:
    """Start a server and return the line it prints when it is ready."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    processes.append(process)
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"{command[0]} did not start")
    return line


def _read_xwd(data: bytes) -> QImage:
    """Decode a screen dump of X11 (X11/XWDFile.h): 24 bits deep, 32 bits a pixel."""
    header_bytes = struct.unpack_from(">I", data)[0]
    fields = struct.unpack_from(">25I", data)
    width, height, bytes_per_line, colour_count = fields[4], fields[5], fields[12], fields[19]
    colour_bytes = 12
    start = header_bytes + colour_count * colour_bytes
    pixels = data[start : start + bytes_per_line * height]
    return QImage(pixels, width, height, bytes_per_line, QImage.Format.Format_RGB32).copy()

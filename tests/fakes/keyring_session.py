# SPDX-License-Identifier: Apache-2.0
"""A real GNOME keyring in a D-Bus session of its own; it is locked, stopped and killed at will."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import psutil
import secretstorage
from jeepney import message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

PASSWORD = "correct horse"  # noqa: S105 - opens nothing but this
NEEDED = ("dbus-daemon", "gnome-keyring-daemon")

_DEADLINE_S = 20.0
_LOOK_S = 0.02
_UNLOCK = 1
_NAME = "org.freedesktop.secrets"


class KeyringSession:
    """A keyring as a person has one after logging in.

    Args:
        bus_address: of the D-Bus session it joins; empty: one of its own, which starts nothing.

    Attributes:
        environment: what a program needs to find it.
    """

    def __init__(self, bus_address: str = "") -> None:
        # Not below pytest's folders: a socket's path may have 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="nemodesk-keyring-"))
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment = {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }
        self._bus: subprocess.Popen[str] | None = None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus_address or self._start_bus()
        self._keyring: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        if self._bus is not None:
            self._bus.terminate()
            self._bus.communicate(timeout=_DEADLINE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Let the keyring run, unlocked."""
        self._keyring = self._run_daemon("--foreground", "--unlock", "--components=secrets")
        self._until(lambda: not self._is_locked())

    def unlock(self) -> None:
        """Unlock it as logging in does (gnome-keyring: pam/gkr-pam-client.c)."""
        arguments = struct.pack(">I", len(PASSWORD)) + PASSWORD.encode()
        packet = struct.pack(">II", 8 + len(arguments), _UNLOCK) + arguments
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.folder / "runtime" / "keyring" / "control"))
            control.sendall(b"\0" + packet)
            answer = control.recv(8)
        assert answer == struct.pack(">II", 8, 0), answer
        self._until(lambda: not self._is_locked())

    def lock(self) -> None:
        """Lock it, as a screen saver does."""
        with closing(self._connect()) as bus:
            secretstorage.get_default_collection(bus).lock()
        self._until(self._is_locked)

    def stop(self) -> None:
        """Let it hang."""
        self._process().suspend()

    def go_on(self) -> None:
        """Let it answer again."""
        self._process().resume()

    def kill(self) -> None:
        """End it at once; nobody starts it again."""
        if self._keyring is not None:
            self._keyring.send_signal(signal.SIGKILL)
            self._keyring.communicate(timeout=_DEADLINE_S)
            self._keyring = None

    def secrets(self) -> dict[str, str]:
        """Return all that NemoDesk keeps in it, by user name."""
        with closing(self._connect()) as bus:
            items = secretstorage.get_default_collection(bus).search_items({"service": "NemoDesk"})
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in items}

    def _start_bus(self) -> str:
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._write_config()}", "--nofork", "--print-address"],
            env=self._whole_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout is not None
        return self._bus.stdout.readline().strip()

    def _write_config(self) -> Path:
        """Describe a bus that starts no service by itself, least of all another keyring."""
        path = self.folder / "bus.conf"
        path.write_text(
            "<busconfig><type>session</type>"
            f"<listen>unix:dir={self.folder}</listen>"
            '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
            '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>',
            encoding="utf-8",
        )
        return path

    def _run_daemon(self, *options: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            ["gnome-keyring-daemon", *options],
            env=self._whole_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        process.stdin.write(PASSWORD.encode())
        process.stdin.close()
        process.stdin = None
        return process

    def _process(self) -> psutil.Process:
        assert self._keyring is not None
        return psutil.Process(self._keyring.pid)

    def _connect(self) -> Any:
        return open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])

    def _is_locked(self) -> bool:
        try:
            with closing(self._connect()) as bus:
                # Speaking to a name that nobody has lets some buses start a second keyring.
                asked = new_method_call(message_bus, "NameHasOwner", "s", (_NAME,))
                if bus.send_and_get_reply(asked).body != (True,):
                    return True
                return bool(secretstorage.Collection(bus).is_locked())
        except (secretstorage.SecretStorageException, OSError):
            return True

    def _until(self, is_so: Any) -> None:
        deadline_s = time.monotonic() + _DEADLINE_S
        never = threading.Event()
        while not is_so():
            assert time.monotonic() < deadline_s, "the keyring does not come to it"
            never.wait(_LOOK_S)

    def _whole_environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.environment}

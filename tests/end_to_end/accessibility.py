# SPDX-License-Identifier: Apache-2.0
"""Reads and uses other programs' windows over AT-SPI, the interface of Linux screen readers.

It speaks D-Bus itself, so it needs no library of the system. It knows nothing of NemoDesk.
Source of names and numbers: at-spi2-core 2.46, xml/*.xml and atspi-constants.h.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_ATSPI = "org.a11y.atspi."
_ROOT = "/org/a11y/atspi/accessible/root"
_REGISTRY = "org.a11y.atspi.Registry"
_REPLY_TIMEOUT_S = 15.0
_PRESS, _RELEASE = 0, 1
_PRESS_AND_RELEASE_KEYSYM = 3
_CONTROL_KEYCODE = 37
"""The left Control key of every PC keyboard under X11 (evdev key codes)."""


class State(IntEnum):
    """The states (AtspiStateType) that tests ask for."""

    CHECKED = 4
    EDITABLE = 7
    ENABLED = 8
    EXPANDED = 10
    FOCUSED = 12
    SELECTED = 23
    SHOWING = 25


class GoneError(Exception):
    """The control, or its program, is no longer there."""


class AccessibilityBus:
    """The bus on which programs show their controls."""

    def __init__(self, session_bus_address: str) -> None:
        with open_dbus_connection(bus=session_bus_address) as session:
            launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            message = new_method_call(launcher, "GetAddress")
            reply = session.send_and_get_reply(message, timeout=_REPLY_TIMEOUT_S)
        self._connection: DBusConnection = open_dbus_connection(bus=reply.body[0])

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def program(self, process_id: int) -> "Control | None":
        """Return the root of the program with this process id, or None before it is there."""
        for program in Control(self, _REGISTRY, _ROOT).children():
            asked = DBusAddress(
                "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus"
            )
            message = new_method_call(asked, "GetConnectionUnixProcessID", "s", (program.program,))
            reply = self._connection.send_and_get_reply(message, timeout=_REPLY_TIMEOUT_S)
            if reply.body == (process_id,):
                return program
        return None

    def press_key(self, keysym: int, *, with_control: bool = False) -> None:
        """Press and release a key of the real keyboard, by its X11 keysym."""
        if with_control:
            self._generate(_CONTROL_KEYCODE, _PRESS)
        self._generate(keysym, _PRESS_AND_RELEASE_KEYSYM)
        if with_control:
            self._generate(_CONTROL_KEYCODE, _RELEASE)

    def _generate(self, key: int, kind: int) -> None:
        controller = DBusAddress(
            "/org/a11y/atspi/registry/deviceeventcontroller",
            _REGISTRY,
            _ATSPI + "DeviceEventController",
        )
        self.ask(controller, "GenerateKeyboardEvent", "isu", (key, "", kind))

    def ask(
        self, address: DBusAddress, method: str, signature: str = "", body: tuple[Any, ...] = ()
    ) -> Any:
        """Call a method and return its values. Raises GoneError when nobody answers."""
        message = new_method_call(address, method, signature or None, body)
        try:
            reply = self._connection.send_and_get_reply(message, timeout=_REPLY_TIMEOUT_S)
        except TimeoutError:
            raise GoneError(f"{address.object_path} did not answer {method}") from None
        if reply.header.message_type == MessageType.error:
            raise GoneError(f"{address.object_path} refused {method}: {reply.body}")
        return reply.body


@dataclass(frozen=True)
class Control:
    """One accessible object of a program."""

    bus: AccessibilityBus = field(repr=False, compare=False)
    program: str
    path: str

    @property
    def name(self) -> str:
        """What a screen reader calls it."""
        return self._property("Accessible", "Name")

    @property
    def description(self) -> str:
        """The longer explanation; often empty."""
        return self._property("Accessible", "Description")

    @property
    def role(self) -> str:
        """The kind of control in AT-SPI's words, such as "push button"."""
        return self._ask("Accessible", "GetRoleName")[0]

    @property
    def text(self) -> str:
        """The text it holds."""
        return self._ask("Text", "GetText", "ii", (0, -1))[0]

    @property
    def area(self) -> tuple[int, int, int, int]:
        """Its place on the screen: x, y, width, height in pixels."""
        on_screen = 0
        return self._ask("Component", "GetExtents", "u", (on_screen,))[0]

    def has(self, state: State) -> bool:
        """Say whether it is in this state now."""
        low, high = self._ask("Accessible", "GetState")[0]
        return bool((low | high << 32) >> state & 1)

    def children(self) -> "list[Control]":
        """Return the controls directly inside."""
        found = self._ask("Accessible", "GetChildren")[0]
        return [Control(self.bus, program, path) for program, path in found]

    def everything(self) -> "Iterator[Control]":
        """Yield this control and all below it, in reading order; skips what goes meanwhile."""
        yield self
        try:
            children = self.children()
        except GoneError:
            return
        for child in children:
            yield from child.everything()

    def all(self, name: str, role: str = "") -> "list[Control]":
        """Return the controls of this name (and role) that a person can see."""
        return [control for control in self.everything() if control.matches(name, role)]

    def matches(self, name: str, role: str = "") -> bool:
        """Say whether it has this name (and role) and is on the screen."""
        try:
            return self.name == name and (not role or self.role == role) and self.has(State.SHOWING)
        except GoneError:
            return False

    def press(self) -> None:
        """Do the control's first action, as a click would."""
        if not self._ask("Action", "DoAction", "i", (0,))[0]:
            raise GoneError(f"{self.name} has no action")

    def actions(self) -> list[str]:
        """Return the names of what can be done with it."""
        return [name for name, _, _ in self._ask("Action", "GetActions")[0]]

    def write(self, text: str) -> None:
        """Replace the text of an editable control."""
        if not self._ask("EditableText", "SetTextContents", "s", (text,))[0]:
            raise GoneError(f"{self.name} takes no text")

    def focus(self) -> None:
        """Give it the keyboard."""
        self._ask("Component", "GrabFocus")

    def outline(self, depth: int = 0) -> str:
        """Describe it and all below it, one line each; for the message of a failed test."""
        try:
            line = f"{'  ' * depth}{self.role} '{self.name}'"
            children = self.children()
        except GoneError:
            return ""
        return "\n".join([line, *(child.outline(depth + 1) for child in children)])

    def _property(self, interface: str, name: str) -> Any:
        reply = self.bus.ask(
            DBusAddress(self.path, self.program, "org.freedesktop.DBus.Properties"),
            "Get",
            "ss",
            (_ATSPI + interface, name),
        )
        return reply[0][1]

    def _ask(
        self, interface: str, method: str, signature: str = "", body: tuple[Any, ...] = ()
    ) -> Any:
        address = DBusAddress(self.path, self.program, _ATSPI + interface)
        return self.bus.ask(address, method, signature, body)

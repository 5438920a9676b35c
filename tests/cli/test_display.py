# SPDX-License-Identifier: Apache-2.0
"""Whether there is a display is known before Qt is loaded."""

import os
import socket
from pathlib import Path

import pytest

from nemodesk.cli.display import why_no_window


def _no(_: object) -> bool:
    return False


def _yes(_: object) -> bool:
    return True


def _why(
    environment: dict[str, str], *, x: bool = False, wayland: bool = False, platform: str = "linux"
) -> str | None:
    return why_no_window(
        environment,
        platform=platform,
        can_open_x=_yes if x else _no,
        can_open_wayland=_yes if wayland else _no,
    )


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_always_have_a_display(platform: str) -> None:
    """Only Linux can be without a display."""
    assert _why({}, platform=platform) is None


def test_without_any_variable_there_is_no_display() -> None:
    """A bare server has no display."""
    assert _why({}) == "There is no display here."


def test_a_display_that_answers_is_a_display() -> None:
    """An X server, or a Wayland compositor, that can be reached is enough."""
    assert _why({"DISPLAY": ":0"}, x=True) is None
    assert _why({"WAYLAND_DISPLAY": "wayland-0"}, wayland=True) is None


def test_a_display_that_does_not_answer_is_named() -> None:
    """A variable that is left over from elsewhere counts as no display."""
    assert _why({"DISPLAY": ":99"}) == "The display :99 cannot be opened."


def test_x_is_tried_when_wayland_does_not_answer() -> None:
    """Qt falls back in the same way."""
    environment = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert _why(environment, x=True) is None


def test_the_platform_that_was_chosen_decides() -> None:
    """QT_QPA_PLATFORM is obeyed: off-screen needs nothing, and xcb needs X."""
    assert _why({"QT_QPA_PLATFORM": "offscreen"}) is None
    both = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert _why(both | {"QT_QPA_PLATFORM": "xcb"}, wayland=True) is not None
    assert _why(both | {"QT_QPA_PLATFORM": "wayland;xcb"}, x=True) is not None


@pytest.mark.skipif(os.name == "nt", reason="Unix sockets")
def test_a_real_socket_is_reached_and_a_missing_one_is_not(tmp_path: Path) -> None:
    """The Wayland socket itself is tried, by its name in the runtime folder."""
    environment = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert why_no_window(environment, platform="linux") is not None
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert why_no_window(environment, platform="linux") is None


def test_a_real_x_display_that_is_not_there_cannot_be_opened() -> None:
    """No X server has so high a number."""
    assert why_no_window({"DISPLAY": ":65123"}, platform="linux") is not None

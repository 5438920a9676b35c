# SPDX-License-Identifier: Apache-2.0
"""The window comes back where it was, on the screens that there are."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, QSize
from pytestqt.qtbot import QtBot

from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.chat_room import ChatRoom
from nemodesk.ui.theme import Theme
from nemodesk.ui.window import MainWindow
from nemodesk.ui.window_state import WindowState, fitted

_TIMEOUT_S = 10.0
_SCREEN = QRect(0, 0, 1920, 1040)
_SECOND = QRect(1920, 0, 1280, 984)
_SMALLEST = QSize(400, 300)


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Return settings that have been read."""
    settings = Settings(find_paths())
    assert settings.open_now(_TIMEOUT_S)
    yield settings
    settings.close(_TIMEOUT_S)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (QRect(100, 50, 1000, 700), QRect(100, 50, 1000, 700)),
        (QRect(2000, 50, 1000, 700), QRect(2000, 50, 1000, 700)),
        (QRect(-900, 50, 1000, 700), QRect(-900, 50, 1000, 700)),
    ],
)
def test_a_place_that_is_there_is_kept(place: QRect, expected: QRect) -> None:
    """Also on the second screen, and half beside the first."""
    assert fitted(place, [_SCREEN, _SECOND], _SMALLEST) == expected


def test_a_window_of_a_screen_that_is_gone_comes_to_another() -> None:
    """It stands in the middle of the first screen, as large as it was."""
    found = fitted(QRect(2000, 50, 1000, 700), [_SCREEN], _SMALLEST)
    assert _SCREEN.contains(found)
    assert found.size() == QSize(1000, 700)


def test_a_window_is_no_larger_than_its_screen() -> None:
    """Nor smaller than it can be used."""
    assert _SECOND.contains(fitted(QRect(0, 0, 4000, 3000), [_SECOND], _SMALLEST))
    assert fitted(QRect(0, 0, 10, 10), [_SCREEN], _SMALLEST).size() == _SMALLEST


@pytest.mark.parametrize("top", [-500, 5000, 1039])
def test_the_top_edge_can_be_taken_hold_of(top: int) -> None:
    """A window above or below all screens comes back."""
    found = fitted(QRect(100, top, 800, 600), [_SCREEN], _SMALLEST)
    assert 0 <= found.top() < _SCREEN.bottom() - 50


def test_size_and_sidebar_come_back(qtbot: QtBot, theme: Theme, settings: Settings) -> None:
    """What the person has arranged is there in the next window."""
    first = MainWindow(theme)
    qtbot.addWidget(first)
    state = WindowState(first, settings)
    first.show()
    qtbot.waitExposed(first)
    first.resize(first.minimumSize() + QSize(20, 30))
    first.chat.toggle_sidebar()
    wanted, is_folded = first.size(), first.chat.is_folded_by_person
    assert is_folded is not None
    state.store()
    second = MainWindow(theme)
    qtbot.addWidget(second)
    WindowState(second, settings)
    second.show()
    qtbot.waitExposed(second)
    assert second.size() == wanted
    assert second.chat.is_folded_by_person is is_folded
    assert second.chat.sidebar.isVisible() is not is_folded


def test_closing_the_window_stores_it(window: MainWindow, settings: Settings) -> None:
    """Whoever moves the window and closes it at once loses nothing."""
    state = WindowState(window, settings)
    window.resize(window.minimumSize() + QSize(11, 7))
    window.close()
    assert settings.value("window.state")["place"][2:] == [window.width(), window.height()]
    assert state.parent() is window


@pytest.mark.parametrize(
    "state", [{"place": "x"}, {"place": [1, 2, "3", 4]}, {"place": [2**40, 0, 9, 9]}, {"place": []}]
)
def test_a_state_that_makes_no_sense_changes_nothing(
    qtbot: QtBot, theme: Theme, settings: Settings, state: dict[str, object]
) -> None:
    """The window opens as it does the first time."""
    settings.set("window.state", state)
    made = MainWindow(theme)
    qtbot.addWidget(made)
    usual = made.size()
    WindowState(made, settings)
    assert made.size() == usual


@pytest.mark.parametrize("is_folded", [True, False])
def test_the_first_size_of_a_window_does_not_unfold(
    qtbot: QtBot, theme: Theme, *, is_folded: bool
) -> None:
    """What was restored holds in a wide window, as in a narrow one, when it is first shown."""
    for steps in (300, 120):
        room = ChatRoom(theme)
        qtbot.addWidget(room)
        room.restore_sidebar(is_folded=is_folded)
        room.resize(theme.spacing(steps), theme.spacing(150))
        room.show()
        qtbot.waitExposed(room)
        assert room.sidebar.isVisible() is not is_folded
        assert room.is_folded_by_person is is_folded

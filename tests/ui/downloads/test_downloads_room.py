# SPDX-License-Identifier: Apache-2.0
"""The room Downloads: states, wishes, order, limit."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nemodesk.ui.downloads.downloads_room import DownloadsRoom
from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.widgets.buttons import Button

from ..conftest import DOWNLOADS  # noqa: TID252 - fixtures' values

RUNNING, WAITING, FAILED, DONE = DOWNLOADS


@pytest.fixture
def room(qtbot: QtBot, theme: Theme) -> DownloadsRoom:
    """Return the room with a download in each of four states."""
    made = DownloadsRoom(theme)
    qtbot.addWidget(made)
    made.show_downloads(DOWNLOADS)
    made.resize(theme.spacing(250), theme.spacing(190))
    made.show()
    qtbot.waitExposed(made)
    return made


def _buttons(room: DownloadsRoom, download_id: str) -> set[str]:
    return {
        button.accessibleName()
        for button in room.item(download_id).findChildren(Button)
        if button.isVisible()
    }


def test_each_state_has_its_buttons(room: DownloadsRoom) -> None:
    """Only what makes sense now is offered."""
    assert _buttons(room, RUNNING.id) == {"Pause", "Cancel", "Move down"}
    assert _buttons(room, WAITING.id) == {"Pause", "Cancel", "Move up", "Move down"}
    assert _buttons(room, FAILED.id) == {"Retry", "Cancel", "Move up"}
    assert _buttons(room, DONE.id) == {"Use", "Remove from the list"}
    room.show_downloads([replace(RUNNING, state="paused")])
    assert _buttons(room, RUNNING.id) == {"Resume", "Cancel"}


@pytest.mark.parametrize(
    ("button", "signal", "download"),
    [
        ("pause_button", "pause_requested", RUNNING),
        ("cancel_button", "cancel_requested", WAITING),
        ("retry_button", "retry_requested", FAILED),
        ("clear_button", "cancel_requested", DONE),
    ],
)
def test_buttons_wish(
    qtbot: QtBot, room: DownloadsRoom, button: str, signal: str, download: object
) -> None:
    """Each button wishes for its download."""
    download_id = download.id  # type: ignore[attr-defined]
    with qtbot.waitSignal(getattr(room, signal)) as wished:
        getattr(room.item(download_id), button).click()
    assert wished.args == [download_id]


def test_resume_wishes(qtbot: QtBot, room: DownloadsRoom) -> None:
    """Resume wishes for a paused download."""
    room.show_downloads([replace(RUNNING, state="paused")])
    with qtbot.waitSignal(room.resume_requested) as wished:
        room.item(RUNNING.id).resume_button.click()
    assert wished.args == [RUNNING.id]


def test_what_has_arrived_can_be_used(qtbot: QtBot, room: DownloadsRoom) -> None:
    """Use wishes for the model of the library; before the arrival there is no such button."""
    with qtbot.waitSignal(room.model_selected) as wished:
        room.item(DONE.id).use_button.click()
    assert wished.args == ["h"]
    assert not room.item(FAILED.id).use_button.isVisible()


def test_order_can_be_changed(qtbot: QtBot, room: DownloadsRoom) -> None:
    """Move up wishes for one place less."""
    with qtbot.waitSignal(room.move_requested) as wished:
        room.item(WAITING.id).up_button.click()
    assert wished.args == [WAITING.id, -1]


def test_rows_move_with_their_items(room: DownloadsRoom) -> None:
    """Another order shows the same items in it."""
    item = room.item(WAITING.id)
    room.show_downloads([WAITING, RUNNING])
    QApplication.processEvents()
    assert room.item(WAITING.id) is item
    assert item.y() < room.item(RUNNING.id).y()


def test_the_bar_is_called_after_the_file(room: DownloadsRoom) -> None:
    """The progress bar has the name of the file and shows thousandths."""
    bar = room.item(RUNNING.id).bar
    assert bar.accessibleName() == "b-Q8_0.gguf"
    assert (bar.value(), bar.maximum()) == (420, 1000)


def test_a_failure_says_what_to_do(room: DownloadsRoom) -> None:
    """What went wrong stands in the item."""
    failure = room.item(FAILED.id)._failure
    assert failure.isVisible()
    assert failure.text() == FAILED.sentence
    assert not room.item(RUNNING.id)._failure.isVisible()


def test_pause_gives_the_keyboard_to_resume(room: DownloadsRoom) -> None:
    """When the pressed button goes, one that makes sense now has the keyboard."""
    room.item(RUNNING.id).pause_button.setFocus(Qt.FocusReason.TabFocusReason)
    room.show_downloads([replace(RUNNING, state="paused"), *DOWNLOADS[1:]])
    assert room.focusWidget() is room.item(RUNNING.id).resume_button


def test_the_speed_limit_is_chosen_on_a_card(qtbot: QtBot, room: DownloadsRoom) -> None:
    """The button opens the limits and shows the chosen one; no limit is a choice."""
    room.speed_limit.click()
    button = room.findChild(Button, "limit_5000000")
    assert button is not None
    with qtbot.waitSignal(room.limit_chosen) as wished:
        button.click()
    assert wished.args == [5_000_000]
    assert "At most 5.0 MB a second" in room.speed_limit.text()
    room.speed_limit.click()
    free = room.findChild(Button, "limit_0")
    assert free is not None
    with qtbot.waitSignal(room.limit_chosen) as wished:
        free.click()
    assert wished.args == [None]


def test_no_downloads_lead_to_the_models(qtbot: QtBot, room: DownloadsRoom) -> None:
    """An empty list says so and leads on."""
    room.show_downloads(())
    assert room._none.isVisible()
    with qtbot.waitSignal(room.models_requested):
        room._models_button.click()


def test_another_theme_keeps_what_is_shown(room: DownloadsRoom) -> None:
    """The items take the colours of another theme."""
    room.set_theme(load_theme("dark"))
    assert room.item(RUNNING.id).isVisible()

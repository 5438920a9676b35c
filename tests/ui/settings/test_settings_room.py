# SPDX-License-Identifier: Apache-2.0
"""The room Settings: appearance and what NemoDesk is built with."""

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from nemodesk.ui.settings.licences import installed_licences
from nemodesk.ui.settings.settings_room import SettingsRoom
from nemodesk.ui.theme import Theme, ThemeChoice


@pytest.fixture
def room(qtbot: QtBot, theme: Theme) -> SettingsRoom:
    """Return the room."""
    made = SettingsRoom(theme)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("choice", ["light", "dark", "high_contrast"])
def test_a_theme_is_chosen(qtbot: QtBot, room: SettingsRoom, choice: str) -> None:
    """A press, also a screen reader's, wishes for the theme once."""
    button = room.general._buttons[ThemeChoice(choice)]
    action = QAccessible.queryAccessibleInterface(button).actionInterface()
    with qtbot.waitSignal(room.theme_selected) as wished:
        action.doAction(action.actionNames()[0])
    assert wished.args == [choice]


def test_marking_the_choice_is_no_wish(qtbot: QtBot, room: SettingsRoom) -> None:
    """What the bridge tells is shown without a wish."""
    with qtbot.assertNotEmitted(room.theme_selected):
        room.general.show_theme_choice("dark")
    assert room.general._buttons[ThemeChoice.DARK].isChecked()


def test_pages_change(room: SettingsRoom) -> None:
    """Every page is one press away and marked as shown."""
    buttons = {button.accessibleName(): button for button in room._buttons}
    pages = {
        "Performance": room.performance,
        "Connections": room.connections,
        "About": room.about,
    }
    for name, page in pages.items():
        buttons[name].click()
        assert page.isVisible()
        assert buttons[name].accessibleDescription() == "Shown now"
        assert buttons["General"].accessibleDescription() == ""


def test_libraries_name_their_licences() -> None:
    """Every library that is listed has a version and a licence of one line."""
    found = installed_licences()
    assert {"PySide6-Essentials", "qasync"} <= {library.name for library in found}
    assert all(library.version and library.licence for library in found)
    assert not any("\n" in library.licence for library in found)

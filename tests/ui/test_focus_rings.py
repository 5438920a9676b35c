# SPDX-License-Identifier: Apache-2.0
"""What shows where the keyboard is: one ring, and nothing drawn into it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nemodesk.ui.theme import Theme
from nemodesk.ui.window import MainWindow


def _inside(widget: QWidget, theme: Theme) -> QImage:
    edge = theme.spacing(1.5)  # past the round corners of the ring
    return widget.grab(widget.rect().adjusted(edge, edge, -edge, -edge)).toImage()


@pytest.mark.parametrize("name", ["suggestion_plan", "settings_general", "room_models"])
def test_the_keyboard_is_shown_by_the_ring_alone(
    qtbot: QtBot, window: MainWindow, theme: Theme, name: str
) -> None:
    """A control that gets the keyboard is drawn inside as before."""
    window.show_room("settings" if name.startswith("settings") else "chat")
    control = window.findChild(QWidget, name)
    assert isinstance(control, QWidget)
    control.clearFocus()
    before = control.grab().toImage(), _inside(control, theme)
    control.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(control.hasFocus)
    # As after a real key: only then styles draw what belongs to the keyboard.
    window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    assert control.grab().toImage() != before[0]
    assert _inside(control, theme) == before[1]

# SPDX-License-Identifier: Apache-2.0
"""Widgets that flow like words."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from nemodesk.ui.widgets.flow import FlowLayout


@pytest.fixture
def line(qtbot: QtBot) -> QWidget:
    """Return three widgets of 100 by 20 pixels with a gap of 10."""
    made = QWidget()
    qtbot.addWidget(made)
    layout = FlowLayout(made)
    layout.setSpacing(10)
    for _ in range(3):
        widget = QWidget()
        widget.setFixedSize(100, 20)
        layout.addWidget(widget)
    return made


def _places(line: QWidget, width: int) -> list[tuple[int, int]]:
    line.resize(width, 100)
    line.show()
    QApplication.processEvents()
    layout = line.layout()
    assert layout is not None
    items = [layout.itemAt(index) for index in range(layout.count())]
    return [(item.geometry().x(), item.geometry().y()) for item in items if item]


def test_what_has_no_room_goes_into_the_next_line(line: QWidget) -> None:
    """One line where there is room, two or three where there is less."""
    assert _places(line, 320) == [(0, 0), (110, 0), (220, 0)]
    assert _places(line, 319) == [(0, 0), (110, 0), (0, 30)]
    assert _places(line, 120) == [(0, 0), (0, 30), (0, 60)]
    layout = line.layout()
    assert layout is not None
    assert [layout.heightForWidth(width) for width in (320, 319, 120)] == [20, 50, 80]


def test_lines_begin_at_the_right_where_one_reads_from_there(line: QWidget) -> None:
    """The first is the rightmost."""
    line.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert _places(line, 320) == [(220, 0), (110, 0), (0, 0)]


def test_hidden_widgets_take_no_room(line: QWidget) -> None:
    """The others move up."""
    line.show()
    layout = line.layout()
    assert layout is not None
    first = layout.itemAt(0)
    assert first is not None
    widget = first.widget()
    assert widget is not None
    widget.hide()
    assert _places(line, 320)[1:] == [(0, 0), (110, 0)]


def test_an_item_that_is_gone_is_left_out(line: QWidget) -> None:
    """A window that is taken down asks for sizes although Qt has deleted items already."""
    layout = line.layout()
    assert layout is not None
    Shiboken.delete(layout.itemAt(1))
    assert layout.sizeHint() == QSize(210, 20)
    assert layout.minimumSize() == QSize(100, 20)
    assert layout.heightForWidth(100) == 50
    assert _places(line, 320) == [(0, 0), (110, 0)]

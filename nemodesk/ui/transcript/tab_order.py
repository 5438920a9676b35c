# SPDX-License-Identifier: Apache-2.0
"""Where Tab leads: through the controls of messages as they are read. It scrolls nothing.

Qt's own order is the one in which widgets were made, and here they are made as they come into
sight or are written.
"""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from nemodesk.ui.transcript.column import MessageColumn


def next_control(column: MessageColumn, current: QWidget, *, is_next: bool) -> QWidget | None:
    """Return the control after or before one in a message; None at either end."""
    number = row_of(column, current)
    controls = _controls(column.view(number))
    step = 1 if is_next else -1
    place = controls.index(current) + step if current in controls else -1
    if 0 <= place < len(controls):
        return controls[place]
    number += step
    while 0 <= number < column.count():
        controls = _controls(column.view(number))
        if controls:
            return controls[0 if is_next else -1]
        number += step
    return None


def first_control(column: MessageColumn, number: int) -> QWidget | None:
    """Return the first control of a message; None if there is none."""
    controls = _controls(column.view(number))
    return controls[0] if controls else None


def row_of(column: MessageColumn, widget: QWidget) -> int:
    """Return the number of the message that a widget is part of; -1 if it is part of none."""
    part: QWidget | None = widget
    while part is not None and part.parentWidget() is not column:
        part = part.parentWidget()
    return column.index_of(part) if part is not None else -1


def neighbour(start: QWidget, *, is_next: bool, outside: QWidget) -> QWidget | None:
    """Return the control of the window after or before one, leaving out what is in a widget.

    WORKAROUND: not by nextInFocusChain(). PySide6 (6.11) makes the widget that is asked the owner
    of the one that is returned, so that the end of any of them ends the wrappers of all others.
    """
    window = start.window()
    controls = [
        widget
        for widget in window.findChildren(QWidget)
        if widget is start or (_is_reachable(widget) and not outside.isAncestorOf(widget))
    ]
    if start not in controls:
        return None
    place = controls.index(start) + (1 if is_next else -1)
    target = controls[place % len(controls)]
    return None if target is start else target


def _is_reachable(widget: QWidget) -> bool:
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes_tab and widget.isVisible() and widget.isEnabled()


def _controls(view: QWidget) -> list[QWidget]:
    found = [widget for widget in view.findChildren(QWidget) if _is_reachable(widget)]

    def place(widget: QWidget) -> tuple[int, int]:
        corner = widget.mapTo(view, QPoint(0, 0))
        return corner.y(), corner.x()

    return sorted(found, key=place)

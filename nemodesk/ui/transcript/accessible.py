# SPDX-License-Identifier: Apache-2.0
"""What screen readers see of the transcript: a list of items whose text is the message.

The texts and roles come from the widgets. The interfaces belong to Qt, which deletes them with
their widgets; the widget owns the object that reads its text out, so that it lives as long.

WORKAROUND PySide6 6.12: an override of interface_cast must return a VoidPtr, also for "no such
interface"; None ends the program. Remove when None is accepted.
"""

import functools
from collections.abc import Callable
from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleInterface,
    QAccessibleStateChangeEvent,
    QAccessibleTextInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QScrollArea, QWidget
from shiboken6 import Shiboken

from nemodesk.ui.widgets.buttons import Button


class SpokenText(QAccessibleTextInterface):
    """Reads a text out. It has no cursor and no selection of its own.

    Args:
        read: returns the text as it stands.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        super().__init__()
        self._read = read

    def text(self, start: int, end: int) -> str:
        """Return a part of the text."""
        text = self._read()
        return text[max(0, start) : len(text) if end < 0 else end]

    def characterCount(self) -> int:
        """Return the number of characters."""
        return len(self._read())

    def attributes(self, _offset: int) -> tuple[str, int, int]:
        """Return no attributes, for the whole text."""
        return "", 0, self.characterCount()

    def selection(self, _index: int) -> tuple[int, int]:
        """Return an empty selection."""
        return 0, 0

    def selectionCount(self) -> int:
        """Return none."""
        return 0

    def addSelection(self, start: int, end: int) -> None:
        """Select nothing: the text widgets inside can be selected."""

    def removeSelection(self, index: int) -> None:
        """Do nothing."""

    def setSelection(self, index: int, start: int, end: int) -> None:
        """Do nothing."""

    def cursorPosition(self) -> int:
        """Return the beginning."""
        return 0

    def setCursorPosition(self, position: int) -> None:
        """Do nothing."""

    def characterRect(self, _offset: int) -> QRect:
        """Return that it is unknown."""
        return QRect()

    def offsetAtPoint(self, _point: QPoint) -> int:
        """Return that it is unknown."""
        return -1

    def scrollToSubstring(self, start: int, end: int) -> None:
        """Do nothing."""


@runtime_checkable
class Spoken(Protocol):
    """A widget with a text that is read out.

    Attributes:
        spoken_text: owned by the widget, because Qt only knows its address.
        spoken_role: what the widget is to screen readers.
    """

    spoken_text: SpokenText
    spoken_role: QAccessible.Role


class _SpokenWidget(QAccessibleWidget):
    """A widget with a text."""

    def __init__(self, widget: QWidget, text: SpokenText, role: QAccessible.Role) -> None:
        super().__init__(widget, role)
        self._text_address = Shiboken.getCppPointer(text)[0]

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Shiboken.VoidPtr:  # type: ignore[override]
        """Return the address of an interface, 0 if there is none."""
        if kind == QAccessible.InterfaceType.TextInterface:
            return Shiboken.VoidPtr(self._text_address)
        found = cast("Shiboken.VoidPtr | None", super().interface_cast(kind))
        return Shiboken.VoidPtr(0) if found is None else found


class MessageList(QWidget):
    """A widget that is a list of messages; its children are made when somebody asks for them."""

    def count(self) -> int:
        """Return the number of messages."""
        raise NotImplementedError

    def item(self, index: int) -> QWidget:
        """Return the widget of a message, and make it if need be."""
        raise NotImplementedError

    def index_of(self, widget: QObject) -> int:
        """Return the place of a message's widget; -1 if it is none."""
        raise NotImplementedError


class MessageItem(QWidget):
    """A widget that is an item of the list."""

    spoken_role = QAccessible.Role.ListItem

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spoken_text = SpokenText(self.message_text)

    def message_text(self) -> str:
        """Return the text of the message."""
        raise NotImplementedError


class _SpokenLeaf(_SpokenWidget):
    """A text widget without its scroll bars.

    WORKAROUND Qt 6.11, 6.12: QAccessibleAbstractScrollArea::child does not check its index and
    ends the program when a scroll bar vanishes between two questions of a screen reader. Remove
    when it checks.
    """

    def childCount(self) -> int:
        """Return none."""
        return 0

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Return nothing."""
        return None

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Return nothing."""
        return None


class MessageScroll(QScrollArea):
    """The scroll area around the list; to screen readers it has no other child."""


class _Scroll(QAccessibleWidget):
    """The scroll area without its scroll bars; for the reason, see _SpokenLeaf."""

    def __init__(self, widget: MessageScroll) -> None:
        super().__init__(widget, QAccessible.Role.Pane)

    def _content(self) -> QWidget | None:
        return cast("MessageScroll", self.widget()).widget()

    def childCount(self) -> int:
        """Return one, the list."""
        return 1 if self._content() else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Return the list."""
        content = self._content()
        if index or content is None:
            return None
        return QAccessible.queryAccessibleInterface(content)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return 0 for the list."""
        return 0 if child.object() is self._content() else -1

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Return the list."""
        return self.child(0)


class FoldButton(Button):
    """A button that shows and hides what is below it."""

    is_open = False

    def set_open(self, *, is_open: bool) -> None:
        """Say whether what is below is shown."""
        self.is_open = is_open
        change = QAccessible.State()
        change.expanded = True  # pyright: ignore[reportAttributeAccessIssue]
        QAccessible.updateAccessibility(QAccessibleStateChangeEvent(self, change))


class _Fold(QAccessibleWidget):
    """The button, with the state that Qt's own buttons cannot have."""

    def __init__(self, widget: FoldButton) -> None:
        super().__init__(widget, QAccessible.Role.Button)

    def state(self) -> QAccessible.State:
        """Return whether it is expanded."""
        state = super().state()
        is_open = cast("FoldButton", self.widget()).is_open
        state.expandable = True  # pyright: ignore[reportAttributeAccessIssue]
        state.expanded = is_open  # pyright: ignore[reportAttributeAccessIssue]
        state.collapsed = not is_open  # pyright: ignore[reportAttributeAccessIssue]
        return state

    def actionNames(self) -> list[str]:
        """Return that it can be pressed."""
        return [QAccessibleActionInterface.pressAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Press it."""
        if name == QAccessibleActionInterface.pressAction():
            cast("FoldButton", self.widget()).click()
        else:
            super().doAction(name)


class _List(QAccessibleWidget):
    """The list, complete, although only the messages in sight have widgets."""

    def __init__(self, widget: MessageList) -> None:
        super().__init__(widget, QAccessible.Role.List)

    def _list(self) -> MessageList:
        return cast("MessageList", self.widget())

    def childCount(self) -> int:
        """Return the number of messages."""
        return self._list().count()

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Return a message."""
        if not 0 <= index < self._list().count():
            return None
        return QAccessible.queryAccessibleInterface(self._list().item(index))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return the place of a message."""
        return self._list().index_of(child.object())

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Return the message at a point of the screen."""
        widget = self._list().childAt(self._list().mapFromGlobal(QPoint(x, y)))
        while widget is not None and widget.parentWidget() is not self._list():
            widget = widget.parentWidget()
        return QAccessible.queryAccessibleInterface(widget) if widget else None


def _make_interface(_class_name: str, made_for: QObject) -> QAccessibleInterface | None:
    match made_for:
        case MessageItem():
            made = _SpokenWidget(made_for, made_for.spoken_text, made_for.spoken_role)
        case FoldButton():
            made = _Fold(made_for)
        case MessageList():
            made = _List(made_for)
        case MessageScroll():
            made = _Scroll(made_for)
        case QWidget() if isinstance(made_for, Spoken):
            made = _SpokenLeaf(made_for, made_for.spoken_text, made_for.spoken_role)
        case _:
            made = None
    return made


@functools.cache
def install_interfaces() -> None:
    """Let Qt ask for these interfaces; once per process."""
    QAccessible.installFactory(_make_interface)

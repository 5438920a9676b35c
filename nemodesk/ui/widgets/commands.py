# SPDX-License-Identifier: Apache-2.0
"""Things that can be done now, as a menu at the pointer or as a card in the window.

A menu is a window of its own, which the accessibility interface does not list; the card is not.
Neither decides what can be done.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import RowButton


@dataclass(frozen=True)
class Command:
    """One thing that can be done.

    Attributes:
        run: does it; what it returns is of no interest.
        icon: name of an icon, or empty.
        keys: what does the same, "F2"; shown beside it.
        inner: what there is to choose from instead of `run`.
    """

    text: str
    run: Callable[[], object]
    icon: str = ""
    keys: str = ""
    is_enabled: bool = True
    inner: "tuple[Command, ...]" = ()


def fill_menu(menu: QMenu, commands: Sequence[Command], theme: Theme) -> None:
    """Put commands into a menu, those with a choice as menus of their own."""
    for command in commands:
        # An ampersand in a name is a letter here, not a mnemonic.
        text = command.text.replace("&", "&&")
        if command.inner:
            inner = menu.addMenu(text)
            inner.setObjectName(f"{menu.objectName()}_inner")
            inner.setAccessibleName(command.text)
            fill_menu(inner, command.inner, theme)
            action = inner.menuAction()
        else:
            action = menu.addAction(text)
            action.setEnabled(command.is_enabled)
            action.setShortcut(QKeySequence(command.keys))
            action.triggered.connect(lambda _=False, command=command: command.run())
        if command.icon:
            action.setIcon(theme.icon(command.icon))


class CommandCard(QWidget):
    """Commands as buttons below each other; arrow keys lead from one to the next.

    Signals:
        chosen(): one was chosen; it is done when the card is gone.
    """

    chosen = Signal()

    def __init__(self, name: str, title: str, commands: Sequence[Command], theme: Theme) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._buttons: list[RowButton] = []
        column = QVBoxLayout(self)
        edge = theme.spacing(1.5)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(0)
        for number, command in enumerate(_flat(commands)):
            button = RowButton(f"{name}_{number}", command.text, icon=command.icon)
            button.setEnabled(command.is_enabled)
            button.set_theme(theme)
            button.clicked.connect(lambda _=False, command=command: self._do(command))
            column.addWidget(button)
            self._buttons.append(button)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the first command."""
        usable = [button for button in self._buttons if button.isEnabled()]
        if usable:
            usable[0].setFocus(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go up and down."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        usable = [button for button in self._buttons if button.isEnabled()]
        focused = next((n for n, button in enumerate(usable) if button.hasFocus()), None)
        if not step or focused is None:
            super().keyPressEvent(event)
            return
        usable[(focused + step) % len(usable)].setFocus(Qt.FocusReason.TabFocusReason)

    def _do(self, command: Command) -> None:
        self.chosen.emit()
        command.run()


def _flat(commands: Sequence[Command]) -> Iterator[Command]:
    for command in commands:
        if command.inner:
            yield from (
                Command(f"{command.text}: {one.text}", one.run, one.icon, "", one.is_enabled)
                for one in command.inner
            )
        else:
            yield command

# SPDX-License-Identifier: Apache-2.0
"""A list of cards that scrolls, with arrow keys from card to card. It makes no cards."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button


class ListPage(QScrollArea):
    """Cards below each other; others put them into `column`, as children of `content`.

    Args:
        name: object names are made from it.
        title: accessible name of the list.
    """

    def __init__(self, name: str, title: str, theme: Theme) -> None:
        super().__init__()
        self.content = QWidget()
        set_role(self.content, QAccessible.Role.List)
        self.content.setObjectName(f"{name}_list")
        self.content.setProperty("page", True)
        self.content.setAccessibleName(title)
        self.column = QVBoxLayout(self.content)
        self.setObjectName(f"{name}_scroll_area")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.content)
        # Shortcuts, because buttons take the arrow keys for themselves.
        for key, step in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, -1)):
            shortcut = QShortcut(key, self.content)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._step(step))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take sizes from a theme."""
        self.column.setSpacing(theme.spacing(3))
        self.column.setContentsMargins(0, 0, theme.spacing(1), theme.spacing(16))

    def keep_order(self) -> None:
        """Lead Tab through what is in the column as it is seen, whenever it was made."""
        shown = list(_widgets(self.column))
        made = [child for child in self.content.children() if child in shown]
        if made != shown:
            for widget in shown:
                widget.raise_()

    def _step(self, step: int) -> None:
        """Go to the same button of the next or previous card."""
        focused = QApplication.focusWidget()
        cards = [
            card
            for card in self.content.findChildren(
                QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly
            )
            if card.isVisible()
        ]
        cards.sort(key=QWidget.y)
        place = next(
            (n for n, card in enumerate(cards) if focused and card.isAncestorOf(focused)), None
        )
        if place is None or not 0 <= place + step < len(cards):
            return
        buttons = [
            button for button in cards[place + step].findChildren(Button) if button.isVisible()
        ]
        if not buttons:
            return
        text = focused.accessibleName() if focused else ""
        same = next((button for button in buttons if button.accessibleName() == text), buttons[-1])
        same.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(same)


def _widgets(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if isinstance(inner, QLayout):
            yield from _widgets(inner)
        elif isinstance(widget, QWidget):
            yield widget

# SPDX-License-Identifier: Apache-2.0
"""Lays widgets beside each other and goes on in the next line, as words do. It makes none."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget
from shiboken6 import Shiboken


class FlowLayout(QLayout):
    """Lines of widgets in their own sizes, from the leading edge; needs the width only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Put it behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._living())

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return one of them; None if there is none."""
        return self._items[index] if 0 <= index < len(self._living()) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Leave one out and return it; None if there is none."""
        return self._items.pop(index) if 0 <= index < len(self._living()) else None

    def hasHeightForWidth(self) -> bool:
        """Be higher where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high all lines are."""
        return self._arrange(QRect(0, 0, width, 0), is_trial=True)

    def sizeHint(self) -> QSize:
        """Wish for one line."""
        sizes = [item.sizeHint() for item in self._living()]
        gaps = self.spacing() * max(0, len(sizes) - 1)
        return QSize(
            sum(size.width() for size in sizes) + gaps,
            max((size.height() for size in sizes), default=0),
        )

    def minimumSize(self) -> QSize:
        """Return room for the widest of them."""
        sizes = [item.sizeHint() for item in self._living()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def setGeometry(self, rect: QRect) -> None:
        """Place all of them."""
        super().setGeometry(rect)
        self._arrange(rect, is_trial=False)

    def _living(self) -> list[QLayoutItem]:
        # A window that is being taken down still asks for sizes when its items are gone, and an
        # error in the middle of such a question ends the program (PySide 6.11, seen in a trace).
        self._items = [item for item in self._items if Shiboken.isValid(item)]
        return self._items

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        """Return the height that is needed; place the widgets if it is no trial."""
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        left, top, line_height = rect.left(), rect.top(), 0
        for item in self._living():
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if left > rect.left() and left + size.width() > rect.right() + 1:
                left, top = rect.left(), top + line_height + self.spacing()
                line_height = 0
            if not is_trial:
                place = QRect(QPoint(left, top), size)
                item.setGeometry(QStyle.visualRect(direction, rect, place))
            left += size.width() + self.spacing()
            line_height = max(line_height, size.height())
        return top + line_height - rect.top()

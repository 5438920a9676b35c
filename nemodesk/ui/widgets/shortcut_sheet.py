# SPDX-License-Identifier: Apache-2.0
"""The sheet of keyboard shortcuts that F1 shows. It runs none of them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class ShortcutSheet(QWidget):
    """What each key does, and a button that closes the sheet."""

    def __init__(
        self, shortcuts: Sequence[tuple[str, str]], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_sheet")
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.close_button = Button("close_sheet", self.tr("Close"), kind="icon", icon="close")
        self.close_button.set_theme(theme)
        top = QHBoxLayout()
        top.addWidget(make_label(self.tr("Keyboard shortcuts"), "title"), 1)
        top.addWidget(self.close_button)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.spacing(12))
        grid.setVerticalSpacing(theme.spacing(2.5))
        for row, (keys, meaning) in enumerate(shortcuts):
            key = make_label(_native(keys), "key")
            label = make_label(meaning)
            label.setAccessibleName(f"{meaning}: {_native(keys)}")
            grid.addWidget(label, row, 0)
            grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignTrailing)
        column = QVBoxLayout(self)
        edge = theme.spacing(6)
        column.setContentsMargins(edge, theme.spacing(5), edge, edge)
        column.setSpacing(theme.spacing(5))
        column.addLayout(top)
        column.addLayout(grid)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the one button."""
        self.close_button.setFocus(reason)


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys

# SPDX-License-Identifier: Apache-2.0
"""One attached file as a chip: name and size, opened by a click. It opens nothing itself."""

import html

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout

from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.wording import joined

_MOST_NAME_STEPS = 44
"""The longest name that is shown whole, in steps of the grid."""


class AttachmentChip(QFrame):
    """A file.

    Signals:
        opened(), removed(), unpacked(): show it, take it away, put its text into the message.

    Args:
        is_draft: whether it can still be taken away.
    """

    opened = Signal()
    removed = Signal()
    unpacked = Signal()

    def __init__(self, row: AttachmentRow, theme: Theme, *, is_draft: bool) -> None:
        super().__init__()
        self.setProperty("card", "attachment")
        self._row = row
        self.open_button = Button(f"attachment_{row.key}", "", kind="attachment")
        self.open_button.clicked.connect(self.opened)
        self._figures = make_label("", "small")
        self._line = QHBoxLayout(self)
        self._line.addWidget(self.open_button)
        self._line.addWidget(self._figures)
        self.unpack_button = self._add_button("text", self.tr("Put the text into the message"))
        self.unpack_button.clicked.connect(self.unpacked)
        self.remove_button = self._add_button("close", self.tr("Remove %1").replace("%1", row.name))
        self.remove_button.clicked.connect(self.removed)
        self.remove_button.setVisible(is_draft)
        self.set_theme(theme)
        self.show_row(row)

    def _add_button(self, icon: str, text: str) -> Button:
        button = Button(f"attachment_{icon}_{self._row.key}", text, kind="icon", icon=icon)
        self._line.addWidget(button)
        return button

    def show_row(self, row: AttachmentRow) -> None:
        """Show how far it is by now."""
        self._row = row
        self._figures.setText(row.figures)
        self.open_button.setEnabled(row.state == "ready")
        self.open_button.setAccessibleName(joined(row.name, row.figures))
        self.open_button.setAccessibleDescription(row.sentence)
        self.unpack_button.setVisible(row.can_become_text and not self.remove_button.isHidden())
        self._show_name()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        for button in (self.unpack_button, self.remove_button):
            button.set_theme(theme)
        self._line.setContentsMargins(0, 0, theme.spacing(1), 0)
        self._line.setSpacing(theme.spacing(0.5))
        self._figures.setContentsMargins(0, 0, theme.spacing(2), 0)
        self._show_name()

    def _show_name(self) -> None:
        button, row, theme = self.open_button, self._row, self._theme
        shown = button.fontMetrics().elidedText(
            row.name, Qt.TextElideMode.ElideMiddle, theme.spacing(_MOST_NAME_STEPS)
        )
        button.setText("\u2002" + shown.replace("&", "&&"))
        # As rich text, or a name could bring markup of its own.
        button.setToolTip("" if shown == row.name else f"<span>{html.escape(row.name)}</span>")
        if row.picture is None or row.picture.isNull():
            button.setIconSize(theme.icon_size)
            button.setIcon(theme.icon(row.icon, "text_muted"))
        else:
            side = theme.spacing(8)
            button.setIconSize(QSize(side, side))
            button.setIcon(QIcon(QPixmap.fromImage(row.picture)))

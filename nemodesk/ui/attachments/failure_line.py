# SPDX-License-Identifier: Apache-2.0
"""A file that could not be attached: why, and what can be done. It does nothing itself."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class FailureLine(QFrame):
    """The sentence, with Retry where that may help, and Remove.

    Signals:
        retried(), removed(): try again, take it away.
    """

    retried = Signal()
    removed = Signal()

    def __init__(self, row: AttachmentRow, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.AlertMessage)
        self.setObjectName("attachment_failure")
        self.setProperty("card", "failure")
        self.setAccessibleName(row.sentence)
        self._picture = QLabel()
        self.retry_button = Button(f"retry_attachment_{row.key}", self.tr("Retry"))
        self.retry_button.clicked.connect(self.retried)
        self.retry_button.setVisible(row.can_retry)
        self.remove_button = Button(
            f"remove_attachment_{row.key}",
            self.tr("Remove %1").replace("%1", row.name),
            kind="icon",
            icon="close",
        )
        self.remove_button.clicked.connect(self.removed)
        self._line = QHBoxLayout(self)
        self._line.addWidget(self._picture)
        self._line.addWidget(make_label(row.sentence, wraps=True), 1)
        self._line.addWidget(self.retry_button)
        self._line.addWidget(self.remove_button)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._picture.setPixmap(theme.pixmap("error", "danger", theme.icon_size.width()))
        self.remove_button.set_theme(theme)
        self._line.setSpacing(theme.spacing(2))
        edge = theme.spacing(1)
        self._line.setContentsMargins(theme.spacing(2), edge, edge, edge)

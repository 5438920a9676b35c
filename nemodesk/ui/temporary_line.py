# SPDX-License-Identifier: Apache-2.0
"""The line that says of a temporary chat what it is. It decides nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.labels import make_label


class TemporaryLine(QFrame):
    """An icon and a sentence below the title of a temporary chat."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("temporary_line")
        self._picture = QLabel()
        self._sentence = make_label(
            self.tr("Temporary chat: nothing of it is kept. It is gone when you close NemoDesk."),
            "small",
            wraps=True,
        )
        self.setAccessibleName(self._sentence.text())
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._sentence, 1)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        side = theme.icon_size.width()
        self._picture.setPixmap(theme.pixmap("temporary", "text_muted", side))
        edge = theme.spacing(4)
        self._row.setContentsMargins(edge, theme.spacing(2), edge, theme.spacing(2))
        self._row.setSpacing(theme.spacing(2))

# SPDX-License-Identifier: Apache-2.0
"""A progress bar in thousandths, and grey bars for what is still being loaded. They count nothing.

Thousandths, because Qt's bars overflow above 2^31, and models are larger than that in bytes.
"""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from nemodesk.ui.theme import Theme

WHOLE = 1000
# UX.md: what is there sooner needs no sign that it is being loaded.
_SKELETON_AFTER_MS = 300
_LINE_SHARES = (0.4, 0.85, 0.6)


class Progress(QProgressBar):
    """A thin bar; the words about it stand beside it."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setRange(0, WHOLE)
        self.setTextVisible(False)

    def show_share(self, thousandths: int, *, is_resting: bool = False) -> None:
        """Show how much is done, pale while it does not go on."""
        self.setValue(max(0, min(WHOLE, thousandths)))
        if self.property("resting") != is_resting:
            self.setProperty("resting", is_resting)
            self.style().unpolish(self)
            self.style().polish(self)


class Skeleton(QWidget):
    """Grey lines in place of words that are about to come; seen after a moment only.

    Args:
        title: what a screen reader says, "The computer is being looked at".
        lines: how many.
    """

    def __init__(
        self, name: str, title: str, theme: Theme, *, lines: int = 3, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._lines = lines
        self._is_drawn = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SKELETON_AFTER_MS)
        self._wait.timeout.connect(self._draw_now)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    @property
    def is_drawn(self) -> bool:
        """Whether the lines can be seen."""
        return self._is_drawn

    def begin(self) -> None:
        """Take the place of what is about to come."""
        self._is_drawn = False
        self._wait.start()
        self.show()

    def end(self) -> None:
        """Give way to it."""
        self._wait.stop()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.setFixedHeight(theme.spacing(6) * self._lines)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines, each of another length."""
        if not self._is_drawn:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.colour("border"))
        painter.setBrush(self._theme.colour("surface_sunken"))
        height = self._theme.spacing(3.5)
        for line in range(self._lines):
            width = round(self.width() * _LINE_SHARES[line % len(_LINE_SHARES)])
            left = self.width() - width if self.isRightToLeft() else 0
            top = line * self._theme.spacing(6)
            corner = self._theme.spacing(1)
            painter.drawRoundedRect(left, top, width - 1, height, corner, corner)
        painter.end()

    def _draw_now(self) -> None:
        self._is_drawn = True
        self.update()

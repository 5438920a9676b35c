# SPDX-License-Identifier: Apache-2.0
"""Takes everything out of the window while it is locked, and puts it back. It asks nothing.

What is only hidden can still be read through the accessibility interface, so the rooms leave the
window altogether. They live on: an answer that is being written goes on.
"""

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from nemodesk.ui.widgets.overlay import Overlay


class Curtain:
    """A page in place of all rooms of one window."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._rooms: QWidget | None = None
        self._page: QWidget | None = None
        self._resting: list[QShortcut] = []

    @property
    def is_drawn(self) -> bool:
        """Whether the rooms are out of the window."""
        return self._rooms is not None

    def draw(self, page: QWidget) -> None:
        """Show a page in place of the rooms; or another page than before."""
        window = self._window
        for overlay in window.findChildren(Overlay):
            overlay.close_card()
            overlay.setParent(None)  # it deletes itself later, and may show a chat until then
        for dialog in window.findChildren(QDialog):
            dialog.reject()
        before = window.takeCentralWidget()
        if self._page is not None:
            self._page.deleteLater()
        else:
            self._rooms = before
            self._resting = [key for key in window.findChildren(QShortcut) if key.isEnabled()]
            for key in self._resting:
                key.setEnabled(False)
            window.setAcceptDrops(False)
        self._page = page
        window.setCentralWidget(page)
        page.show()
        page.setFocus()

    def open(self) -> None:
        """Put the rooms back."""
        if self._rooms is None or self._page is None:
            return
        self._window.takeCentralWidget()
        self._page.hide()
        self._page.deleteLater()
        self._page = None
        self._window.setCentralWidget(self._rooms)
        self._rooms.show()
        self._rooms = None
        for key in self._resting:
            key.setEnabled(True)
        self._resting = []
        self._window.setAcceptDrops(True)

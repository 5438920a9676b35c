# SPDX-License-Identifier: Apache-2.0
"""Brings the window to the front when the program is started a second time."""

import os

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nemodesk.single_instance import SingleInstance
from nemodesk.ui.window import MainWindow


class WakeSession(QObject):
    """Listens for other starts, and shows one window.

    Signals:
        woken(): the program was started again; the window is at the front.
    """

    woken = Signal()
    _woken = Signal(str)

    def __init__(self, window: MainWindow, instance: SingleInstance) -> None:
        super().__init__(window)
        self._window = window
        self._woken.connect(self._show)
        # The other thread may still be there when the window is not.
        instance.listen(self._woken.emit)

    @Slot(str)
    def _show(self, token: str) -> None:
        if token:
            # Qt reads it when a window wants to become active on Wayland, and forgets it then.
            os.environ["XDG_ACTIVATION_TOKEN"] = token
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        self.woken.emit()

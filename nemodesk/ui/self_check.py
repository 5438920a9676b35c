# SPDX-License-Identifier: Apache-2.0
"""Opens the window off-screen, looks whether it has painted anything, and ends.

`nemodesk self-test` runs it in a process of its own. It reads and writes no chats.
"""

import sys

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from nemodesk.ui.theme import load_theme
from nemodesk.ui.window import MainWindow

_SAMPLES = 40


def main() -> int:
    """Return 0 when the window opens and shows more than one colour."""
    application = QApplication(sys.argv[:1])
    window = MainWindow(load_theme("light"))
    window.show()
    application.processEvents()
    colours = _colours(window.grab().toImage())
    window.close()
    application.processEvents()
    if len(colours) < 2:  # noqa: PLR2004 - an empty window has one
        sys.stderr.write("The window stays empty.\n")
        return 1
    return 0


def _colours(picture: QImage) -> set[int]:
    """Return the colours at the crossings of a grid over the picture."""
    return {
        picture.pixel(picture.width() * x // _SAMPLES, picture.height() * y // _SAMPLES)
        for x in range(_SAMPLES)
        for y in range(_SAMPLES)
    }

# SPDX-License-Identifier: Apache-2.0
"""Remembers where the window was and how it was arranged. It shows and hides nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication

from nemodesk.settings.settings import Settings
from nemodesk.ui.window import MainWindow

_KEY = "window.state"
_STORE_AFTER_MS = 1000
_LEAST_SEEN_PX = 64
"""So much of the top edge must be on a screen, or the window could not be moved (a guess)."""

_CHANGES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange})


class WindowState(QObject):
    """Puts a window where it was, and takes down where it goes.

    Thread: the window's.
    """

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_STORE_AFTER_MS)
        self._soon.timeout.connect(self.store)
        self._restore(settings.value(_KEY))
        window.installEventFilter(self)
        window.chat.sidebar_folded.connect(self._soon.start)
        window.closing.connect(self.store)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take down soon that the window has moved."""
        if event.type() in _CHANGES and self._window.isVisible():
            self._soon.start()
        return super().eventFilter(watched, event)

    def store(self) -> None:
        """Keep how the window is now; where it was before it was made large, if it is."""
        self._soon.stop()
        window = self._window
        is_maximized = window.isMaximized()
        place = window.normalGeometry() if is_maximized else window.geometry()
        self._settings.set(
            _KEY,
            {
                "place": [place.x(), place.y(), place.width(), place.height()],
                "is_maximized": is_maximized,
                "is_sidebar_folded": window.chat.is_folded_by_person,
            },
        )

    def _restore(self, state: Mapping[str, Any]) -> None:
        window = self._window
        place = _rectangle(state.get("place"))
        if place is not None:
            screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
            window.setGeometry(fitted(place, screens, window.minimumSize()))
        if state.get("is_maximized") is True:
            window.showMaximized()
        is_folded = state.get("is_sidebar_folded")
        if isinstance(is_folded, bool):
            window.chat.restore_sidebar(is_folded=is_folded)


def fitted(place: QRect, screens: Sequence[QRect], smallest: QSize) -> QRect:
    """Return where a window goes that was at a place, on the screens that there are now.

    It is no larger than the screen, and its top edge can be taken hold of.

    Args:
        screens: what windows may use of each, the first one's at the front; at least one.
    """

    def overlap(screen: QRect) -> int:
        shared = screen.intersected(place)
        return max(shared.width(), 0) * max(shared.height(), 0)

    screen = max(screens, key=overlap)
    size = place.size().expandedTo(smallest).boundedTo(screen.size())
    grip = QRect(place.x(), place.y(), size.width(), 1).intersected(screen)
    if grip.width() >= _LEAST_SEEN_PX and screen.top() <= place.y():
        bottom = screen.bottom() - _LEAST_SEEN_PX
        return QRect(place.x(), min(place.y(), bottom), size.width(), size.height())
    found = QRect(place.topLeft(), size)
    found.moveCenter(screen.center())
    return found


def _rectangle(value: object) -> QRect | None:
    match value:
        case [int(x), int(y), int(width), int(height)] if width > 0 and height > 0:
            # Larger numbers are no pixels, and Qt would not take them.
            is_sane = all(abs(number) < 2**20 for number in (x, y, width, height))
            return QRect(x, y, width, height) if is_sane else None
        case _:
            return None

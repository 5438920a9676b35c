# SPDX-License-Identifier: Apache-2.0
"""Takes files that are dropped on a widget, models or others. It opens none of them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from nemodesk.ui.theme import Theme

_ENDING = ".gguf"


Take = Callable[[QMimeData], list[str]]


class FileDrop(QObject):
    """Watches a widget for dropped files and shows where to let go.

    Signals:
        file_dropped(str): the path of a file.

    Args:
        sentence: what is said where they can be dropped.
        take: returns the paths that are meant for this widget; with none of them, what is dragged
            goes to the widget around it.
    """

    file_dropped = Signal(str)

    def __init__(self, window: QWidget, theme: Theme, sentence: str, take: Take) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._paths = take
        self._veil = QLabel(sentence, window)
        self._veil.setObjectName("drop_veil")
        self._veil.setProperty("type", "title")
        self._veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._veil.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._veil.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Take sizes from a theme."""
        self._theme = theme

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the events of a drag over the window."""
        match event:
            case QDragEnterEvent() if self._paths(event.mimeData()):
                self._show_veil()
                event.acceptProposedAction()
                return True
            case QDropEvent() if event.type() == QEvent.Type.Drop:
                self._veil.hide()
                event.acceptProposedAction()
                for path in self._paths(event.mimeData()):
                    self.file_dropped.emit(path)
                return True
            case _ if event.type() == QEvent.Type.DragLeave:
                self._veil.hide()
            case _:
                pass
        return super().eventFilter(watched, event)

    def _show_veil(self) -> None:
        edge = self._theme.spacing(3)
        room: QRect = self._window.rect()
        self._veil.setGeometry(room.adjusted(edge, edge, -edge, -edge))
        self._veil.show()
        self._veil.raise_()


def model_paths(content: QMimeData) -> list[str]:
    """Return the paths of the model files and folders among what is dragged."""
    return [
        path
        for url in content.urls()
        if url.isLocalFile()
        and ((path := url.toLocalFile()).lower().endswith(_ENDING) or Path(path).is_dir())
    ]


def document_paths(content: QMimeData) -> list[str]:
    """Return the paths of the files among what is dragged; none where a model is among them."""
    if model_paths(content):
        return []
    return [url.toLocalFile() for url in content.urls() if url.isLocalFile()]

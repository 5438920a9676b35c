# SPDX-License-Identifier: Apache-2.0
"""A field for one line of text, told when the typing rests. It keeps nothing."""

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_REST_MS = 900
"""How long the typing rests until the line counts. A guess: an address is long."""


class LineEdit(QLineEdit):
    """A line.

    Signals:
        line_written(str): the person wrote this.

    Args:
        name: object name.
        title: accessible name.
    """

    line_written = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ""
        self._is_being_written = False
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.flush)
        # Not textEdited: the accessibility interface sets the text.
        self.textChanged.connect(self._on_text)
        self.editingFinished.connect(self.flush)

    def show_line(self, line: str) -> None:
        """Show what counts, unless the person is writing something else."""
        if self._is_being_written:
            return
        self._told = line
        if line != self.text():
            with QSignalBlocker(self):
                self.setText(line)

    def flush(self) -> None:
        """Tell now what stands there."""
        if not self._is_being_written:
            return
        self._is_being_written = False
        self._rest.stop()
        line = self.text().strip()
        if line != self._told:
            self._told = line
            self.line_written.emit(line)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the line when the keyboard goes elsewhere."""
        self.flush()
        super().focusOutEvent(event)

    def _on_text(self) -> None:
        self._is_being_written = True
        self._rest.start()

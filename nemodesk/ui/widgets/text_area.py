# SPDX-License-Identifier: Apache-2.0
"""A field for text of several lines, which tells what was written when the typing rests."""

import math

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from nemodesk.ui.theme import Theme

_REST_MS = 600
"""How long the typing rests until the text counts. A guess."""


class TextArea(QPlainTextEdit):
    """A field that grows with its text between a least and a most number of lines.

    Signals:
        text_written(str): the person wrote this.

    Args:
        name: object name.
        title: accessible name.
        is_code: whether the text is in a programming language: narrow letters, no wrapping.
    """

    text_written = Signal(str)

    def __init__(
        self,
        name: str,
        title: str,
        theme: Theme,
        *,
        lines: tuple[int, int] = (3, 10),
        is_code: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._least, self._most = lines
        self._is_code = is_code
        self._told = ""
        self._is_being_written = False
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("field", True)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if is_code:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.flush)
        self.textChanged.connect(self._on_text)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)
        self.set_theme(theme)

    def show_text(self, text: str) -> None:
        """Show what counts, unless the person is writing something else."""
        if self._is_being_written:
            return
        self._told = text
        if text != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(text)
            self.updateGeometry()

    def flush(self) -> None:
        """Tell now what stands there."""
        if not self._is_being_written:
            return
        self._is_being_written = False
        self._rest.stop()
        text = self.toPlainText()
        if text != self._told:
            self._told = text
            self.text_written.emit(text)

    def sizeHint(self) -> QSize:
        """Return the width of some words and the height of the lines."""
        return QSize(super().sizeHint().width(), self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters, and for the lines."""
        return QSize(self.fontMetrics().averageCharWidth() * 12, self._wanted_height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the text when the keyboard goes elsewhere."""
        self.flush()
        super().focusOutEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Take the font from a theme."""
        self.setFont(theme.font("code" if self._is_code else "body"))
        self.updateGeometry()

    def _on_text(self) -> None:
        self._is_being_written = True
        self._rest.start()

    def _wanted_height(self) -> int:
        # The layout of plain text counts its height in lines.
        written = math.ceil(self.document().documentLayout().documentSize().height())
        lines = min(max(written, self._least), self._most)
        frame = self.contentsMargins()
        margin = 2 * self.document().documentMargin()
        height = lines * self.fontMetrics().lineSpacing() + margin + frame.top() + frame.bottom()
        if self._is_code and self.horizontalScrollBarPolicy() != (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        ):
            height += self.horizontalScrollBar().sizeHint().height()
        return math.ceil(height)

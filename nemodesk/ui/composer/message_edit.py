# SPDX-License-Identifier: Apache-2.0
"""The field `Message`: grows with its text, Enter sends. It keeps no drafts."""

import math

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

MOST_LINES = 8

LONGEST_PASTE = 2_000
"""Characters, about a page. A longer text would hide what the person writes about it."""


class MessageEdit(QPlainTextEdit):
    """A plain text field as high as its text, up to eight lines.

    Signals:
        send_requested(): Enter was pressed.
        edit_last_requested(): Up was pressed while the field was empty.
        focus_changed(bool): the field got or lost the keyboard.
        files_pasted(list[str]): paths of files that were copied elsewhere.
        picture_pasted(QImage): a picture was pasted.
        long_text_pasted(str): a text that is better kept beside the message.
    """

    send_requested = Signal()
    edit_last_requested = Signal()
    focus_changed = Signal(bool)
    files_pasted = Signal(object)
    picture_pasted = Signal(object)
    long_text_pasted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sends_with_enter = True
        self.setObjectName("message")
        self.setAccessibleName(self.tr("Message"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self._turn)
        self._fit()
        self._turn()

    def send_with(self, key: str) -> None:
        """Send with this key: enter or ctrl_enter."""
        self._sends_with_enter = key != "ctrl_enter"

    def sizeHint(self) -> QSize:
        """Return the width of a message and the height of its lines."""
        return QSize(super().sizeHint().width(), self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        """Return room for one line."""
        return QSize(self.fontMetrics().averageCharWidth() * 12, self._wanted_height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Enter, or break the line: as the person likes; Shift+Enter always breaks it."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._breaks_line(modifiers):
                self.textCursor().insertBlock()
                self.ensureCursorVisible()
            else:
                self.send_requested.emit()
        elif event.key() == Qt.Key.Key_Up and not modifiers and self.document().isEmpty():
            self.edit_last_requested.emit()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text; files that are dragged here go to the room around it."""
        return not source.hasUrls() and (source.hasText() or source.hasImage())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert text; files, pictures and long texts are better kept beside the message."""
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_pasted.emit(paths)
        elif source.hasText():
            # Spreadsheets bring a picture of the text along.
            if len(source.text()) > LONGEST_PASTE:
                self.long_text_pasted.emit(source.text())
            else:
                super().insertFromMimeData(source)
        elif source.hasImage():
            self.picture_pasted.emit(source.imageData())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew and fit the height."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the height to another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._turn()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the composer to show the focus."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the composer that the focus went."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def _turn(self) -> None:
        # A text has the direction of its letters; without any, the caret stands where the
        # placeholder begins.
        edge = Qt.AlignmentFlag.AlignLeft
        if self.document().isEmpty() and self.isRightToLeft():
            edge = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        option = self.document().defaultTextOption()
        if option.alignment() != edge:
            option.setAlignment(edge)
            self.document().setDefaultTextOption(option)

    def _wanted_height(self) -> int:
        # For plain text Qt measures the height of a document in lines.
        lines = min(MOST_LINES, max(1, math.ceil(self.document().size().height())))
        margins = self.document().documentMargin() * 2 + 2 * self.frameWidth()
        return math.ceil(lines * self.fontMetrics().lineSpacing() + margins)

    def _fit(self) -> None:
        is_scrolled = self.document().size().height() > MOST_LINES
        policy = (
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if is_scrolled
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        if self.verticalScrollBarPolicy() != policy:
            self.setVerticalScrollBarPolicy(policy)
        height = self._wanted_height()
        if self.height() != height:
            self.setFixedHeight(height)

    def _breaks_line(self, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers == Qt.KeyboardModifier.ShiftModifier:
            return True
        # A command key, as macOS calls it, is Control to Qt.
        has_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        return not self._sends_with_enter and not has_control

# SPDX-License-Identifier: Apache-2.0
"""A field for one number, which says in plain words what it takes. It keeps nothing."""

import re

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_REST_MS = 600
"""How long the typing rests until the number counts. A guess."""
_LONGEST_TEXT = 24
_DIGITS_AFTER_STEP = 6
_ARABIC_POINT = "\u066b"


class NumberEdit(QLineEdit):
    """A line for a number; Up and Down change it by a step.

    Signals:
        value_changed(object): the person wrote this number; None: the field was emptied.
        problem_changed(str): what is wrong with what stands there; empty: nothing is.

    Args:
        name: object name.
        title: accessible name.
        step: how much Up and Down add and take; a whole one makes a field for whole numbers.
    """

    value_changed = Signal(object)
    problem_changed = Signal(str)

    def __init__(
        self,
        name: str,
        title: str,
        *,
        minimum: float,
        maximum: float,
        step: float = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum = minimum
        self._maximum = maximum
        self._step = step
        self._is_whole = isinstance(step, int)
        self._value: float | None = None
        self._problem = ""
        self._is_being_written = False
        self._is_emptied = False
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setMaxLength(_LONGEST_TEXT)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.flush)
        # Not textEdited: the accessibility interface sets the text.
        self.textChanged.connect(self._on_text)
        self.editingFinished.connect(self.flush)

    @property
    def problem(self) -> str:
        """What is wrong with what stands there."""
        return self._problem

    def show_value(self, value: float | None) -> None:
        """Show what counts, unless the person has written something else that does not yet."""
        if self._is_being_written or self._problem:
            return
        self._value = value
        # Whoever has emptied the field is about to write something.
        if not (self._is_emptied and self.hasFocus()):
            self._show_text()

    def forget(self) -> None:
        """Give up what was written and does not count."""
        self._rest.stop()
        self._is_being_written = False
        self._tell_problem("")
        self._show_text()

    def flush(self) -> None:
        """Let what stands there count now."""
        if not self._is_being_written:
            return
        self._is_being_written = False
        self._rest.stop()
        text = self.text().strip()
        self._is_emptied = not text
        if not text:
            self._tell_problem("")
            self._tell(None)
            return
        value = self._number(text)
        if value is None or not self._minimum <= value <= self._maximum:
            self._tell_problem(self._what_it_takes())
            return
        self._tell_problem("")
        self._tell(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the number with the arrow keys."""
        steps = {Qt.Key.Key_Up.value: self._step, Qt.Key.Key_Down.value: -self._step}
        step = steps.get(event.key())
        value = self._number(self.text().strip())
        if step is None or value is None:
            super().keyPressEvent(event)
            return
        value = min(max(value + step, self._minimum), self._maximum)
        self.setText(self._text(value if self._is_whole else round(value, _DIGITS_AFTER_STEP)))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the number count when the keyboard goes elsewhere."""
        self.flush()
        if not self._problem:
            self._show_text()
        super().focusOutEvent(event)

    def _show_text(self) -> None:
        text = self._text(self._value)
        if text != self.text():
            with QSignalBlocker(self):
                self.setText(text)

    def _on_text(self) -> None:
        self._is_being_written = True
        self._rest.start()

    def _tell(self, value: float | None) -> None:
        if value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _tell_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            self.problem_changed.emit(sentence)

    def _what_it_takes(self) -> str:
        sentence = self.tr("Write a number between %1 and %2.")
        if self._is_whole:
            sentence = self.tr("Write a whole number between %1 and %2.")
        sentence = sentence.replace("%1", self._text(self._minimum, is_grouped=True))
        return sentence.replace("%2", self._text(self._maximum, is_grouped=True))

    def _text(self, value: float | None, *, is_grouped: bool = False) -> str:
        if value is None:
            return ""
        if self._is_whole:
            return f"{round(value):,}" if is_grouped else str(round(value))
        return f"{value:.10g}"

    def _number(self, text: str) -> float | None:
        """Return the number that a person wrote in any country's way; None: it is none."""
        try:
            if self._is_whole:
                # What groups digits: 8,192 or 8.192 or 8 192 or 8'192.
                return int(re.sub(r"(?<=\d)[\s,.'](?=\d{3})", "", text))
            return float(text.replace(",", ".").replace(_ARABIC_POINT, "."))
        except ValueError:
            return None

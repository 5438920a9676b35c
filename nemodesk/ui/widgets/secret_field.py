# SPDX-License-Identifier: Apache-2.0
"""A field for a password with its title above, and a button that shows what was typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class SecretField(QWidget):
    """Hides what is typed until the person wants to see it.

    Signals:
        entered(): Return was pressed.
        changed(): something else stands there.

    Args:
        name: object name of the field.
        title: what it asks for; also its accessible name.
        is_hidden: whether it begins hidden; a recovery key is read while it is typed.
    """

    entered = Signal()
    changed = Signal()

    def __init__(self, name: str, title: str, theme: Theme, *, is_hidden: bool = True) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(title)
        # No keyboard, input method or spell checker may learn it.
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.show_button = Button(f"show_{name}", self.tr("Show"), kind="quiet")
        self.show_button.setAccessibleDescription(title)
        self._row = QHBoxLayout()
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self.show_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(make_label(title, "strong"))
        self._column.addLayout(self._row)
        self.edit.returnPressed.connect(self.entered)
        self.edit.textChanged.connect(self._on_text)
        self.show_button.clicked.connect(self._turn)
        self.show_button.setVisible(is_hidden)
        if is_hidden:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.set_theme(theme)

    @property
    def text(self) -> str:
        """What stands there."""
        return self.edit.text()

    def clear(self) -> None:
        """Forget what was typed, also for undo."""
        self.edit.clear()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the field."""
        self.edit.setFocus(reason)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._row.setSpacing(theme.spacing(1))
        self._column.setSpacing(theme.spacing(1))
        self.show_button.set_theme(theme)

    def _on_text(self, _text: str) -> None:
        self.changed.emit()

    def _turn(self) -> None:
        is_hidden = self.edit.echoMode() is QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if is_hidden else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        text = self.tr("Hide") if is_hidden else self.tr("Show")
        self.show_button.setText(text)
        self.show_button.setAccessibleName(text)

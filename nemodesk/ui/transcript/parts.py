# SPDX-License-Identifier: Apache-2.0
"""The parts of a message around its text: thinking, actions, notes, the editor. No text itself."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class Panel(QWidget):
    """A box with round corners in the colour of a theme role.

    Args:
        fill: role of its surface; empty for none.
        edge: role of its border; empty for none.
    """

    def __init__(
        self, theme: Theme, *, fill: str = "", edge: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fill = fill
        self._edge = edge

    def set_theme(self, theme: Theme) -> None:
        """Draw it in the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.colour(self._edge) if self._edge else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._fill) if self._fill else Qt.BrushStyle.NoBrush)
        corner = self._theme.radius * 1.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        painter.end()


class ActionBar(QWidget):
    """The buttons below a message. A button that makes no sense now does not exist.

    Signals:
        version_requested(int): -1 the version before, 1 the next.
    """

    copy_requested = Signal()
    edit_requested = Signal()
    regenerate_requested = Signal()
    branch_requested = Signal()
    version_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: dict[str, Button] = {}
        self._versions: QLabel | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the colours of a theme."""
        self._theme = theme
        for button in self._buttons.values():
            button.set_theme(theme)

    def show_actions(
        self, *, version: int, version_count: int, is_editable: bool, is_repeatable: bool
    ) -> None:
        """Show the buttons that make sense now."""
        self._clear()
        if version_count > 1:
            self._add("chevron_left", self.tr("Previous version"), self._step_back)
            self._versions = make_label(
                self.tr("{0} of {1}").format(version, version_count), "small"
            )
            self._row.addWidget(self._versions)
            self._add("chevron_right", self.tr("Next version"), self._step_on)
            self._buttons["chevron_left"].setEnabled(version > 1)
            self._buttons["chevron_right"].setEnabled(version < version_count)
        self._add("copy", self.tr("Copy"), self.copy_requested)
        if is_editable:
            self._add("edit", self.tr("Edit"), self.edit_requested)
        if is_repeatable:
            self._add("regenerate", self.tr("Regenerate"), self.regenerate_requested)
            self._add("branch", self.tr("Continue in a new chat from here"), self.branch_requested)

    def show_copied(self, *, is_copied: bool) -> None:
        """Show for a moment that copying has worked."""
        icon = self._theme.icon("check" if is_copied else "copy", "text_muted")
        self._buttons["copy"].setIcon(icon)

    def _add(self, icon: str, text: str, pressed: Callable[[], None] | SignalInstance) -> None:
        button = Button(f"message_{icon}", text, kind="icon", icon=icon, parent=self)
        button.set_theme(self._theme)
        button.clicked.connect(pressed)
        self._buttons[icon] = button
        self._row.addWidget(button)

    def _step_back(self) -> None:
        self.version_requested.emit(-1)

    def _step_on(self) -> None:
        self.version_requested.emit(1)

    def _clear(self) -> None:
        widgets = [*self._buttons.values(), *([self._versions] if self._versions else [])]
        for widget in widgets:
            self._row.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._buttons.clear()
        self._versions = None


class Note(Panel):
    """A sentence about a message, perhaps with the one button that goes on from there.

    Signals:
        action_requested(): the button was pressed.
    """

    action_requested = Signal()

    def __init__(
        self, theme: Theme, *, is_alert: bool, icon: str, parent: QWidget | None = None
    ) -> None:
        fill, edge = ("danger_soft", "danger") if is_alert else ("surface_sunken", "")
        super().__init__(theme, fill=fill, edge=edge, parent=parent)
        self._icon_name = icon
        self._icon_role = "danger" if is_alert else "text_muted"
        if is_alert:
            set_role(self, QAccessible.Role.AlertMessage)
        self._icon = QLabel(self)
        self._sentence = make_label("", wraps=True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button: Button | None = None
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._sentence, 1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw it in the colours of a theme."""
        super().set_theme(theme)
        self._icon.setPixmap(
            theme.pixmap(self._icon_name, self._icon_role, theme.icon_size.width())
        )
        self._row.setSpacing(theme.spacing(2.5))
        edge = theme.spacing(2)
        self._row.setContentsMargins(theme.spacing(3.5), edge, edge, edge)

    def show_note(self, sentence: str, action: str = "") -> None:
        """Say a sentence, with a button if there is something to do."""
        sentence = say(sentence)
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        if action and self._button is None:
            self._button = Button("message_next_step", action, parent=self)
            self._button.clicked.connect(self.action_requested)
            self._row.addWidget(self._button)

    def fit(self, width_px: int) -> int:
        """Return the height that the sentence needs in this width."""
        margins = self._row.contentsMargins()
        inner = width_px - margins.left() - margins.right()
        inner -= self._icon.sizeHint().width() + self._row.spacing()
        button_px = 0
        if self._button:
            inner -= self._button.sizeHint().width() + self._row.spacing()
            button_px = self._button.sizeHint().height()
        text_px = self._sentence.heightForWidth(max(1, inner))
        least_px = self._icon.sizeHint().height() + self._theme.spacing(2)
        return max(text_px, button_px, least_px) + margins.top() + margins.bottom()


class MessageEditor(Panel):
    """Edits a message in place.

    Signals:
        sent(str): send this text instead.
        cancelled(): leave the message as it was.
    """

    sent = Signal(str)
    cancelled = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, fill="surface_raised", edge="focus", parent=parent)
        self._field = QPlainTextEdit(text, self)
        self._field.setObjectName("message_editor")
        self._field.setAccessibleName(self.tr("Edited message"))
        self._field.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._field.viewport().setAutoFillBackground(False)
        self._field.setTabChangesFocus(True)
        self._field.setFont(theme.font("reading"))
        self._field.installEventFilter(self)
        cancel = Button("cancel_edit", self.tr("Cancel"), kind="quiet", parent=self)
        cancel.clicked.connect(self.cancelled)
        send = Button("send_edit", self.tr("Send again"), kind="primary", parent=self)
        send.clicked.connect(self._send)
        self._field.textChanged.connect(
            lambda: send.setEnabled(bool(self._field.toPlainText().strip()))
        )
        column = QVBoxLayout(self)
        pad = theme.spacing(3)
        column.setContentsMargins(pad, pad, pad, pad)
        column.addWidget(self._field)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(send)
        column.addLayout(row)

    def begin(self) -> None:
        """Take the keyboard, behind the last letter."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.moveCursor(self._field.textCursor().MoveOperation.End)

    def fit(self, theme: Theme) -> int:
        """Return the height that the text needs, up to twelve lines."""
        lines = min(12, max(2, self._field.document().lineCount()))
        self._field.setFixedHeight(round(lines * self._field.fontMetrics().lineSpacing() * 1.1))
        return self._field.height() + theme.spacing(18)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Send by Enter and give up by Esc."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._send()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
        return super().eventFilter(watched, event)

    def _send(self) -> None:
        text = self._field.toPlainText().strip()
        if text:
            self.sent.emit(text)

# SPDX-License-Identifier: Apache-2.0
"""The composer: message, attached files, model picker, Send or Stop. It sends nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.attachments.bar import AttachmentBar
from nemodesk.ui.composer.message_edit import MessageEdit
from nemodesk.ui.composer.model_picker import ModelPicker
from nemodesk.ui.rows import ModelRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button

# A draft is told when the typing rests. A guess: at most this much is lost in a power cut.
_DRAFT_REST_MS = 400


class Composer(QFrame):
    """Where a message is written.

    Signals:
        message_sent(str): send this text.
        stop_requested(): stop the answer that is being written.
        draft_changed(str): the text that is not sent yet.
        edit_last_requested(): Up was pressed while nothing was written.
        model_selected(str): use this model.
        model_file_requested(): let the person open a model file.
        attach_requested(): let the person choose files for the message.

    Attributes:
        attachments: the files that go with the message, with signals of their own.
    """

    message_sent = Signal(str)
    stop_requested = Signal()
    draft_changed = Signal(str)
    edit_last_requested = Signal()
    model_selected = Signal(str)
    model_file_requested = Signal()
    attach_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self._has_model = False
        self._is_writing = False
        self._told_draft = ""
        self.message = MessageEdit(self)
        self.attachments = AttachmentBar(theme, self)
        self.attach_button = Button(
            "attach_file", self.tr("Attach file"), kind="icon", icon="attach"
        )
        self.model_picker = ModelPicker(theme, self)
        self.send_button = Button(
            "send_button", self.tr("Send"), kind="round", icon="send", icon_role="accent_text"
        )
        self.stop_button = Button(
            "stop_button", self.tr("Stop"), kind="round", icon="stop", icon_role="surface"
        )
        self.stop_button.hide()
        self._lay_out()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_DRAFT_REST_MS)
        self._rest.timeout.connect(self.flush_draft)
        self._connect()
        self.set_theme(theme)
        # Until the models are listed nobody knows that there is none.
        self.message.setPlaceholderText(self.tr("Message"))
        self._update_buttons()

    def show_models(self, rows: Sequence[ModelRow], selected_id: str) -> None:
        """Take the models to choose from; without one nothing can be sent."""
        self._has_model = any(row.id == selected_id for row in rows)
        self.model_picker.show_models(rows, selected_id)
        self.message.setPlaceholderText(
            self.tr("Message") if self._has_model else self.tr("Choose a model to begin")
        )
        self._update_buttons()

    def set_writing(self, *, is_writing: bool) -> None:
        """Show Stop in place of Send while an answer is written."""
        was_focused = self.send_button.hasFocus() or self.stop_button.hasFocus()
        self._is_writing = is_writing
        self._update_buttons()
        if was_focused:
            self.message.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_draft(self, text: str) -> None:
        """Replace the text by what another chat was left with."""
        self._rest.stop()
        self._told_draft = text
        self.message.setPlainText(text)
        cursor = self.message.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.message.setTextCursor(cursor)
        self._rest.stop()

    def add_text(self, text: str) -> None:
        """Write a suggestion into the field and let the person go on."""
        self.message.setPlainText(text)
        cursor = self.message.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.message.setTextCursor(cursor)
        self.focus_message()

    def focus_message(self) -> None:
        """Put the keyboard into the field."""
        self.message.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush_draft(self) -> None:
        """Tell the draft now if it is not told yet; call before another chat is shown."""
        self._rest.stop()
        text = self.message.toPlainText()
        if text != self._told_draft:
            self._told_draft = text
            self.draft_changed.emit(text)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        buttons = (self.attach_button, self.send_button, self.stop_button)
        for part in (self.attachments, self.model_picker, *buttons):
            part.set_theme(theme)
        edge = theme.spacing(2)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.spacing(1))
        self._message_row.setContentsMargins(theme.spacing(1.5), theme.spacing(0.5), 0, 0)
        self.message.setFont(theme.font("reading"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a click anywhere on the card as one into the field."""
        self.message.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._message_row = QHBoxLayout()
        self._message_row.addWidget(self.message)
        self._column.addWidget(self.attachments)
        self._column.addLayout(self._message_row)
        controls = QHBoxLayout()
        controls.addWidget(self.attach_button)
        controls.addWidget(self.model_picker)
        controls.addStretch(1)
        controls.addWidget(self.send_button)
        controls.addWidget(self.stop_button)
        self._column.addLayout(controls)

    def _connect(self) -> None:
        self.message.textChanged.connect(self._on_text_changed)
        self.message.send_requested.connect(self._send)
        self.message.edit_last_requested.connect(self.edit_last_requested)
        self.message.focus_changed.connect(self._on_focus_changed)
        self.attachments.changed.connect(self._update_buttons)
        self.attach_button.clicked.connect(self.attach_requested)
        self.send_button.clicked.connect(self._send)
        self.stop_button.clicked.connect(self.stop_requested)
        self.model_picker.model_selected.connect(self.model_selected)
        self.model_picker.file_requested.connect(self.model_file_requested)

    def _can_send(self) -> bool:
        has_text = bool(self.message.toPlainText().strip())
        is_ready = self._has_model and not self._is_writing and not self.attachments.is_reading
        return is_ready and (has_text or self.attachments.has_files)

    def _send(self) -> None:
        if not self._can_send():
            return
        text = self.message.toPlainText().strip()
        self.message.clear()
        self.flush_draft()
        self.message_sent.emit(text)

    def _update_buttons(self) -> None:
        self.send_button.setVisible(not self._is_writing)
        self.stop_button.setVisible(self._is_writing)
        self._update_send()

    def _update_send(self) -> None:
        self.send_button.setEnabled(self._can_send())
        waits = self.tr("A file is still being read.") if self.attachments.is_reading else ""
        self.send_button.setAccessibleDescription(waits)
        self.send_button.setToolTip(waits or self.tr("Send"))

    def _on_text_changed(self) -> None:
        self._update_send()
        self._rest.start()

    def _on_focus_changed(self, has_focus: bool) -> None:  # noqa: FBT001 - a slot
        self.setProperty("focused", has_focus)
        self.style().unpolish(self)
        self.style().polish(self)

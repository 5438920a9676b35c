# SPDX-License-Identifier: Apache-2.0
"""One message: bubble or answer, thinking, notes, actions. It knows no other message.

Heights are computed, not negotiated by Qt's layouts: the transcript has to know at once where
everything is, to keep still what the person reads.
"""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.ui.attachments.strip import AttachmentStrip
from nemodesk.ui.markdown.pieces import plain_prose
from nemodesk.ui.markdown.stream import clean
from nemodesk.ui.transcript.accessible import MessageItem
from nemodesk.ui.transcript.body import MarkdownBody
from nemodesk.ui.transcript.formats import TextFormats
from nemodesk.ui.transcript.lexers import LexerShelf
from nemodesk.ui.transcript.marks import ContextMark, MarkLine
from nemodesk.ui.transcript.parts import ActionBar, MessageEditor, Note, Panel
from nemodesk.ui.transcript.thinking import ThinkingBlock
from nemodesk.ui.widgets.accessible import announce_alert

_COPIED_MS = 1_600
_BUBBLE_SHARE = 0.82


class MessageView(MessageItem):
    """A message in the transcript.

    Signals:
        edit_requested(int, str), regenerate_requested(int), continue_requested(int),
        version_requested(int, int), branch_requested(int): what the person wants, with the
        message's id.
        attachment_opened(Attachment): the person wants to see a file.
        size_changed(): the person folded, unfolded or edited something.
    """

    edit_requested = Signal(int, str)
    regenerate_requested = Signal(int)
    continue_requested = Signal(int)
    version_requested = Signal(int, int)
    attachment_opened = Signal(object)
    branch_requested = Signal(int)
    size_changed = Signal()

    def __init__(
        self,
        message: Message,
        formats: TextFormats,
        lexers: LexerShelf,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.message = message
        self._formats = formats
        self._lexers = lexers
        self._is_user = message.role is Role.USER
        self.setObjectName("message_of_user" if self._is_user else "message_of_assistant")
        self.setAccessibleName(self.tr("You") if self._is_user else self.tr("Assistant"))
        self._content = message.content
        theme = formats.theme
        self._bubble = Panel(theme, fill="user_bubble", parent=self) if self._is_user else None
        self._files: AttachmentStrip | None = None
        if message.attachments:
            self._files = AttachmentStrip(message.attachments, theme, self)
            self._files.opened.connect(self.attachment_opened)
        self._thinking: ThinkingBlock | None = None
        self._progress: QLabel | None = None
        self._hint: Note | None = None
        self._note: Note | None = None
        self._editor: MessageEditor | None = None
        self._mark: MarkLine | None = None
        self._body = MarkdownBody(formats, lexers, self)
        self._actions = ActionBar(theme, self)
        self._connect_actions()
        if self._is_user:
            self._body.set_plain(plain_prose(clean(message.content)))
        else:
            self._body.append(message.content)
            self._add_reasoning(message.reasoning)
        self._show_status(message, message.failure)

    def message_text(self) -> str:
        """Return the text for screen readers: the message as it stands."""
        return self._content

    @property
    def is_writing(self) -> bool:
        """Whether more text may come."""
        return self.message.status is MessageStatus.WRITING

    @property
    def has_work(self) -> bool:
        """Whether some of the text is not shown yet."""
        return self._body.has_work or bool(self._thinking and self._thinking.has_work)

    def append(self, content: str, reasoning: str) -> None:
        """Take more text."""
        self._content += content
        self._body.append(content)
        self._add_reasoning(reasoning)
        if self._progress and (content or reasoning):
            self._progress.hide()

    def work(self) -> None:
        """Show a slice of the text that waits."""
        if self._thinking and self._thinking.has_work:
            self._thinking.work()
        if self._body.has_work:
            self._body.work()

    def show_progress(self, text: str) -> None:
        """Say what is being done before the first word."""
        if self._progress is None:
            self._progress = QLabel(self)
            self._progress.setProperty("type", "muted")
            self._progress.setTextFormat(Qt.TextFormat.PlainText)
        self._progress.setText(text)
        self._progress.setVisible(bool(text))

    def show_hint(self, sentence: str) -> None:
        """Say something that happened while the answer was written."""
        if self._hint is None:
            self._hint = Note(self._formats.theme, is_alert=False, icon="info", parent=self)
        self._hint.show_note(sentence)
        self._hint.show()

    def end(self, message: Message, failure: str) -> None:
        """Show how the answer ended. Its text is what has been appended, or the message's own."""
        if message.content.startswith(self._content):
            self._body.append(message.content[len(self._content) :])
        else:
            self._body.hide()
            self._body.deleteLater()
            self._body = MarkdownBody(self._formats, self._lexers, self)
            self._body.append(message.content)
            self._body.show()
        self._content = message.content
        if self._thinking is None:
            self._add_reasoning(message.reasoning)
        self._show_status(message, failure or message.failure)
        if self._note and message.status is MessageStatus.FAILED:
            announce_alert(self._note)

    def reopen(self, message: Message) -> None:
        """Show that the answer goes on."""
        self.message = message
        body = MarkdownBody(self._formats, self._lexers, self)
        body.append(message.content)
        self._body.hide()
        self._body.deleteLater()
        self._body = body
        body.show()
        self._content = message.content
        self._show_status(message, "")

    @property
    def editor(self) -> MessageEditor | None:
        """Where the message is being edited, if it is."""
        return self._editor

    def edit(self) -> None:
        """Let the person edit the message in place."""
        if self._editor or not self._is_user:
            return
        self._editor = MessageEditor(self._formats.theme, self.message.content, self)
        self._editor.sent.connect(self._on_edited)
        self._editor.cancelled.connect(self._close_editor)
        self._editor.show()
        self._actions.hide()
        self.size_changed.emit()
        self._editor.begin()

    def set_mark(self, mark: ContextMark | None) -> None:
        """Mark below the message that the model does not read it any more; None: it does."""
        if mark is None:
            if self._mark:
                self._mark.hide()
                self._mark.deleteLater()
            self._mark = None
        elif self._mark is None:
            self._mark = MarkLine(mark, self._formats.theme, self)
            self._mark.toggled.connect(self.size_changed)
            self._mark.show()
        else:
            self._mark.show_mark(mark)

    def set_formats(self, formats: TextFormats) -> None:
        """Show the same in another theme or size."""
        self._formats = formats
        self._body.set_formats(formats)
        if self._thinking:
            self._thinking.set_formats(formats)
        for part in (self._bubble, self._files, self._hint, self._note, self._actions, self._mark):
            if part:
                part.set_theme(formats.theme)

    def fit(self, width_px: int) -> int:
        """Place everything in this width and return the height."""
        gap = self._formats.spacing(2)
        top = self._fit_text(width_px)
        for part in (self._progress, self._hint, self._note):
            if part and part.isVisibleTo(self):
                top += gap if top else 0
                height = part.fit(width_px) if isinstance(part, Note) else part.sizeHint().height()
                part.setGeometry(0, top, width_px, height)
                top += height
        if self._actions.isVisibleTo(self):
            top += self._formats.spacing(1)
            size = self._actions.sizeHint()
            is_right = self._is_user == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
            # The icons' own margin is taken back, so that they line up with the text.
            inset = self._formats.spacing(1.25)
            left = width_px - size.width() + inset if is_right else -inset
            self._actions.setGeometry(left, top, size.width(), size.height())
            top += size.height()
        if self._mark:
            height = self._mark.fit(width_px)
            self._mark.setGeometry(0, top, width_px, height)
            top += height
        return top

    def _fit_text(self, width_px: int) -> int:
        self._body.setVisible(self._editor is None)
        top = self._fit_files(width_px, self._files) if self._files else 0
        if self._editor:
            height = self._editor.fit(self._formats.theme)
            self._editor.setGeometry(0, top, width_px, height)
            return top + height
        if self._bubble:
            return self._fit_bubble(width_px, self._bubble, top)
        top = 0
        if self._thinking:
            height = self._thinking.fit(width_px)
            self._thinking.setGeometry(0, 0, width_px, height)
            top = height + self._formats.spacing(2)
        height = self._body.fit(width_px)
        self._body.setGeometry(0, top, width_px, height)
        return top + height

    def _fit_files(self, width_px: int, files: AttachmentStrip) -> int:
        """Place the files at the side of the person, and return where the text begins."""
        wide, height = files.fit(round(width_px * _BUBBLE_SHARE))
        is_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        files.setGeometry(width_px - wide if is_right else 0, 0, wide, height)
        is_alone = not self._content and self._editor is None
        return height if is_alone else height + self._formats.spacing(1.5)

    def _fit_bubble(self, width_px: int, bubble: Panel, top: int) -> int:
        bubble.setVisible(bool(self._content) or not self._files)
        if bubble.isHidden():
            return top
        side, edge = self._formats.spacing(4), self._formats.spacing(2.5)
        most = round(width_px * _BUBBLE_SHARE) - 2 * side
        inner = self._body.natural_width_px(most)
        height = self._body.fit(inner)
        is_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        left = width_px - inner - 2 * side if is_right else 0
        bubble.setGeometry(left, top, inner + 2 * side, height + 2 * edge)
        self._body.setGeometry(left + side, top + edge, inner, height)
        return top + height + 2 * edge

    def _connect_actions(self) -> None:
        self._actions.copy_requested.connect(self._copy)
        self._actions.edit_requested.connect(self.edit)
        self._actions.regenerate_requested.connect(
            lambda: self.regenerate_requested.emit(self.message.id)
        )
        self._actions.branch_requested.connect(lambda: self.branch_requested.emit(self.message.id))
        self._actions.version_requested.connect(self._on_version_requested)

    def _on_version_requested(self, step: int) -> None:
        self.version_requested.emit(self.message.id, step)

    def _add_reasoning(self, reasoning: str) -> None:
        if not reasoning:
            return
        if self._thinking is None:
            self._thinking = ThinkingBlock(self._formats, self._lexers, self)
            self._thinking.toggled.connect(self.size_changed)
            self._thinking.show()
        self._thinking.append(reasoning)

    def _show_status(self, message: Message, failure: str) -> None:
        self.message = message
        is_writing = message.status is MessageStatus.WRITING
        if not is_writing:
            self._body.end()
            if self._thinking:
                self._thinking.end()
            if self._progress:
                self._progress.hide()
        self._show_actions(message)
        if self._note:
            self._note.hide()
            self._note.deleteLater()
            self._note = None
        sentence = self._status_sentence(message.status, failure)
        if sentence:
            self._show_note(sentence, is_alert=message.status is MessageStatus.FAILED)

    def _show_actions(self, message: Message) -> None:
        is_writing = message.status is MessageStatus.WRITING
        self._actions.setVisible(not is_writing)
        self._actions.show_actions(
            version=message.version,
            version_count=message.version_count,
            is_editable=self._is_user,
            is_repeatable=not self._is_user and not self._is_empty_failure(message),
        )

    def _is_empty_failure(self, message: Message) -> bool:
        return message.status is MessageStatus.FAILED and not message.content

    def _status_sentence(self, status: MessageStatus, failure: str) -> str:
        match status:
            case MessageStatus.STOPPED:
                return self.tr("You stopped this answer.")
            case MessageStatus.INTERRUPTED:
                return self.tr("This answer was interrupted. Continue goes on from here.")
            case MessageStatus.LENGTH:
                return self.tr("This answer reached its length limit. Continue goes on from here.")
            case MessageStatus.FAILED:
                return failure or self.tr("This answer could not be finished.")
            case _:
                return ""

    def _show_note(self, sentence: str, *, is_alert: bool) -> None:
        self._note = Note(
            self._formats.theme,
            is_alert=is_alert,
            icon="error" if is_alert else "info",
            parent=self,
        )
        if self._is_empty_failure(self.message):
            self._note.show_note(sentence, self.tr("Regenerate"))
            wish = self.regenerate_requested
        else:
            self._note.show_note(sentence, self.tr("Continue"))
            wish = self.continue_requested
        self._note.action_requested.connect(lambda: wish.emit(self.message.id))
        self._note.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._content)
        self._actions.show_copied(is_copied=True)
        QTimer.singleShot(_COPIED_MS, self, self._end_copied)

    def _end_copied(self) -> None:
        self._actions.show_copied(is_copied=False)

    def _on_edited(self, text: str) -> None:
        self._close_editor()
        if text != self.message.content.strip():
            self.edit_requested.emit(self.message.id, text)

    def _close_editor(self) -> None:
        if self._editor:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._actions.show()
            self._body.show()
            self.size_changed.emit()

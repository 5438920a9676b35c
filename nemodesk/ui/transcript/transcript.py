# SPDX-License-Identifier: Apache-2.0
"""The messages of a chat, and the answer while it is written. It stores nothing.

Text that streams in is gathered and shown at most every 30 ms, in slices of a few milliseconds;
widgets exist only for messages that have been near the view. The view follows the end while it
is at the end; a person who has scrolled up is left in peace.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from nemodesk.chats.message import Message, Role
from nemodesk.ui.theme import Theme
from nemodesk.ui.transcript import tab_order
from nemodesk.ui.transcript.accessible import MessageScroll, install_interfaces
from nemodesk.ui.transcript.announcer import SentenceAnnouncer
from nemodesk.ui.transcript.column import MessageColumn
from nemodesk.ui.transcript.formats import TextFormats
from nemodesk.ui.transcript.jump import JumpButton
from nemodesk.ui.transcript.lexers import LexerShelf
from nemodesk.ui.transcript.marks import ContextMark
from nemodesk.ui.transcript.message_view import MessageView

_PAINT_MS = 30
_SLICE_S = 0.004
_OPENING_S = 0.06
"""How long opening a chat may work at once, so that its end is there in the first picture."""

_REST_FACTOR = 3
"""Showing text may take a quarter of the time; the pause after it is this many times as long."""

_NEAR_VIEWS = 0.5
"""Widgets are made this many views ahead of the one in sight."""


class Transcript(QWidget):
    """The messages of a chat.

    Signals:
        edit_requested(int, str): send another version of this message.
        regenerate_requested(int): write another version of this answer.
        continue_requested(int): go on with this answer.
        version_requested(int, int): show the version before (-1) or after (+1).
        attachment_opened(Attachment): show this file.
        branch_requested(int): go on in a new chat that ends with this answer.
    """

    edit_requested = Signal(int, str)
    regenerate_requested = Signal(int)
    continue_requested = Signal(int)
    version_requested = Signal(int, int)
    attachment_opened = Signal(object)
    branch_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install_interfaces()
        self._theme = theme
        self._formats = TextFormats(theme)
        self._lexers = LexerShelf(self)
        self._column = MessageColumn(theme, self._make_view)
        self._scroll = MessageScroll(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(self.tr("Messages"))
        self._scroll.setWidget(self._column)
        self._bar = self._scroll.verticalScrollBar()
        self._jump = JumpButton(theme, self._bar, self)
        self._jump.clicked.connect(self.jump_to_end)
        self._announcer = SentenceAnnouncer(self._announce)
        self._waiting: dict[int, tuple[str, str]] = {}
        self._busy: set[int] = set()
        self._unplaced: set[int] = set()
        self._follows = True
        self._is_moving = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._work)
        self._bar.valueChanged.connect(self._on_scrolled)
        self._bar.rangeChanged.connect(self._on_range_changed)
        self._scroll.viewport().installEventFilter(self)
        self.set_theme(theme)

    @property
    def is_busy(self) -> bool:
        """Whether some text is not shown yet."""
        return bool(self._waiting or self._busy or self._unplaced)

    def show_messages(self, messages: Sequence[Message]) -> None:
        """Show a chat, at its end."""
        self._waiting.clear()
        self._busy.clear()
        self._unplaced.clear()
        self._announcer.reset()
        self._column.set_messages(messages)
        self._follows = True
        self._arrange()

    def start_answer(self, question: Message | None, answer: Message) -> None:
        """Show a new question, if there is one, and the place of its answer."""
        number = self._column.number_of(answer.id)
        if question is None and number >= 0:
            self._column.view(number).reopen(answer)
            self._column.rows[number].message = answer
        else:
            self._column.cut_after(answer.parent_id if question is None else question.parent_id)
            for message in (question, answer):
                if message is not None:
                    self._column.append_message(message)
        self._announcer.reset()
        self._follows = True
        self._arrange()

    def append_text(self, message_id: int, content: str, reasoning: str) -> None:
        """Add text to an answer; it is shown within about 30 ms."""
        old_content, old_reasoning = self._waiting.get(message_id, ("", ""))
        self._waiting[message_id] = (old_content + content, old_reasoning + reasoning)
        self._announcer.feed(content)
        if not self._timer.isActive():
            self._timer.start(_PAINT_MS)

    def show_progress(self, message_id: int, text: str) -> None:
        """Say what is being done before the first word of an answer."""
        view = self._find_view(message_id)
        if view:
            view.show_progress(text)
            self._refit(message_id)

    def show_notice(self, message_id: int, sentence: str) -> None:
        """Say something that happened while an answer was written."""
        view = self._find_view(message_id)
        if view:
            view.show_hint(sentence)
            self._refit(message_id)
            self._announce(sentence)

    def end_answer(self, message: Message, failure: str = "") -> None:
        """Show the final message; a failure is said in place."""
        self._take_waiting()
        number = self._column.number_of(message.id)
        if number < 0:
            return
        self._column.rows[number].message = message
        self._column.view(number).end(message, failure)
        self._busy.add(message.id)
        self._announcer.finish(failure)
        self._refit(message.id)
        if not self._timer.isActive():
            self._timer.start(0)

    def show_marks(self, marks: Sequence[ContextMark]) -> None:
        """Mark below which messages the model begins to read."""
        for message_id in self._column.set_marks(marks):
            self._refit(message_id)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._formats = TextFormats(theme)
        self._column.set_theme(theme)
        self._jump.set_theme(theme)
        for row in self._column.rows:
            if row.view:
                row.view.set_formats(self._formats)
        self._bar.setSingleStep(theme.spacing(6))
        self._arrange()

    def reveal(self, message_id: int) -> None:
        """Show a message at the upper edge, and mark it for a moment."""
        number = self._column.number_of(message_id)
        if number < 0:
            return
        self._follows = False
        self._arrange()
        self._column.measure(number, self._scroll.viewport().width())
        self._set_height(self._column.place(self._scroll.viewport().width(), number), None)
        self._bar.setValue(self._column.rows[number].top_px - self._theme.spacing(2))
        self._column.mark(message_id)

    def edit_last_question(self) -> None:
        """Let the person edit their last message in place, and show it."""
        for number in range(self._column.count() - 1, -1, -1):
            if self._column.rows[number].message.role is Role.USER:
                view = self._column.view(number)
                view.edit()
                self._follows = False
                self._arrange()
                self._scroll.ensureWidgetVisible(view.editor or view)
                return

    def control_beside(self, current: QWidget, *, is_next: bool) -> QWidget | None:
        """Return where Tab leads from a control that is not in a message.

        Messages are entered through the transcript itself: their controls are made late, so Qt
        has them after everything else.
        """
        return tab_order.neighbour(current, is_next=is_next, outside=self._column)

    def jump_to_end(self) -> None:
        """Show the end and follow it again."""
        self._follows = True
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the whole widget."""
        super().resizeEvent(event)
        self._scroll.setGeometry(self.rect())
        self._jump.place()

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out what came while nobody looked."""
        super().showEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lay the column out anew when the view has another size."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Lead Tab through the messages as they are read, and out at both ends."""
        current = QApplication.focusWidget()
        target: QWidget | None = None
        if current is not None and tab_order.row_of(self._column, current) >= 0:
            target = tab_order.next_control(self._column, current, is_next=is_next)
            target = target or (None if is_next else self._scroll)
        elif current is self._scroll and is_next and self._column.count():
            top = self._bar.value()
            rows = self._column.rows_between(top, top + self._scroll.viewport().height())
            target = tab_order.first_control(self._column, rows[0]) if rows else None
        target = target or tab_order.neighbour(self, is_next=is_next, outside=self)
        if target is None:
            return False
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        target.setFocus(reason)
        if self._column.isAncestorOf(target):
            self._scroll.ensureWidgetVisible(target)
        return True

    def _make_view(self, message: Message, parent: QWidget) -> MessageView:
        view = MessageView(message, self._formats, self._lexers, parent)
        view.edit_requested.connect(self.edit_requested)
        view.regenerate_requested.connect(self.regenerate_requested)
        view.continue_requested.connect(self.continue_requested)
        view.version_requested.connect(self.version_requested)
        view.attachment_opened.connect(self.attachment_opened)
        view.branch_requested.connect(self.branch_requested)
        view.size_changed.connect(lambda: self._on_size_changed(message.id))
        return view

    def _find_view(self, message_id: int) -> MessageView | None:
        number = self._column.number_of(message_id)
        return self._column.view(number) if number >= 0 else None

    def _on_size_changed(self, message_id: int) -> None:
        # The person looks at this message: it stays, whatever grows below.
        self._follows = False
        self._busy.add(message_id)
        self._refit(message_id)
        self._timer.start(0)

    def _take_waiting(self) -> None:
        for message_id, (content, reasoning) in self._waiting.items():
            view = self._find_view(message_id)
            if view:
                view.append(content, reasoning)
                self._busy.add(message_id)
        self._waiting.clear()

    def _work(self) -> None:
        """Timer: show a slice of what waits. What takes long is spread over several turns."""
        began = time.perf_counter()
        until = began + _SLICE_S
        if self._unplaced:
            self._place_shown(until)
        if not self._unplaced:
            self._take_waiting()
            self._show_slice(until)
            if time.perf_counter() < began + _SLICE_S / 2:
                self._place_shown(until)
        spent_ms = (time.perf_counter() - began) * 1000
        if self._unplaced or self._busy:
            self._timer.start(round(spent_ms))
        elif self._waiting:
            self._timer.start(max(_PAINT_MS, round(_REST_FACTOR * spent_ms)))

    def _show_slice(self, until: float) -> None:
        """Let busy messages turn text into widgets until the time is over."""
        for message_id in sorted(self._busy, reverse=True):
            number = self._column.number_of(message_id)
            view = self._column.rows[number].view if number >= 0 else None
            while view and view.has_work and time.perf_counter() < until:
                view.work()
            if view is None or not view.has_work:
                self._busy.discard(message_id)
            self._unplaced.add(message_id)
            if time.perf_counter() > until:
                return

    def _place_shown(self, until: float) -> None:
        """Lay out messages that have changed, until the time is over."""
        while self._unplaced:
            self._refit(self._unplaced.pop())
            if time.perf_counter() > until:
                return

    def _refit(self, message_id: int) -> None:
        """Measure one message again, and move what is below it."""
        number = self._column.number_of(message_id)
        width = self._scroll.viewport().width()
        if number < 0 or not self.isVisible() or not self._column.rows[number].view:
            return
        anchor = self._anchor()
        if self._column.measure(number, width):
            self._set_height(self._column.place(width, number), anchor)

    def _arrange(self) -> None:
        """Lay out everything in sight, and keep what the person reads where it is."""
        if not self.isVisible():
            return
        width = self._scroll.viewport().width()
        anchor = self._anchor()
        self._set_height(self._column.place(width), anchor)
        until = time.perf_counter() + _OPENING_S
        self._fill(until)

    def _fill(self, until: float) -> None:
        """Make and measure the messages near the view, nearest to its end first."""
        width, height = self._scroll.viewport().width(), self._scroll.viewport().height()
        margin = round(height * _NEAR_VIEWS)
        while True:
            top = self._bar.value()
            near = self._column.rows_between(top - margin, top + height + margin)
            stale = [n for n in near if self._is_stale(n, width)]
            if not stale:
                self._column.release_far(near)
                break
            number = stale[-1]
            view = self._column.view(number)
            if view.has_work:
                self._busy.add(view.message.id)
            while view.has_work and time.perf_counter() < until:
                view.work()
            anchor = self._anchor()
            if self._column.measure(number, width):
                self._set_height(self._column.place(width, number), anchor)
            else:
                self._column.place(width, number)
        if self._busy and not self._timer.isActive():
            self._timer.start(0)

    def _is_stale(self, number: int, width_px: int) -> bool:
        row = self._column.rows[number]
        return row.view is None or row.width_px != width_px

    def _anchor(self) -> tuple[int, int] | None:
        """Return a row in sight and how far its top is from the view's; None at the end."""
        if self._follows:
            return None
        top = self._bar.value()
        # The first one in sight, also when the edge lies between two messages.
        for number in self._column.rows_between(top, top + self._scroll.viewport().height()):
            return number, self._column.rows[number].top_px - top
        return None

    def _set_height(self, height_px: int, anchor: tuple[int, int] | None) -> None:
        viewport = self._scroll.viewport()
        self._is_moving = True
        self._column.resize(viewport.width(), max(height_px, viewport.height()))
        if self._follows:
            self._bar.setValue(self._bar.maximum())
        elif anchor and anchor[0] < self._column.count():
            self._bar.setValue(self._column.rows[anchor[0]].top_px - anchor[1])
        self._is_moving = False
        self._jump.show_if_useful(is_at_end=self._follows)

    def _on_range_changed(self) -> None:
        # Qt tells the view's new size before it has given the bar its new range.
        if self._follows and not self._is_moving:
            self._bar.setValue(self._bar.maximum())

    def _on_scrolled(self) -> None:
        if self._is_moving:
            return
        self._follows = self._bar.value() >= self._bar.maximum() - self._theme.spacing(2)
        self._fill(time.perf_counter() + _SLICE_S)
        self._jump.show_if_useful(is_at_end=self._follows)

    def _announce(self, sentence: str) -> None:
        # A window that is locked tells nothing: its rooms are out of it.
        if sentence and QAccessible.isActive() and self.window().isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._column, sentence))

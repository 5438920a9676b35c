# SPDX-License-Identifier: Apache-2.0
"""The column of messages, of which only those near the view have widgets. It does not scroll."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from nemodesk.chats.message import Message
from nemodesk.ui.theme import Theme
from nemodesk.ui.transcript.accessible import MessageList
from nemodesk.ui.transcript.marks import ContextMark
from nemodesk.ui.transcript.message_view import MessageView

_COLUMN_STEPS = 180
"""Steps of the 4 px grid: 720 px at the usual size of the font."""

_MARKED_MS = 2_500
"""Long enough to find the message with the eye. A guess."""

_MOST_VIEWS = 200
"""Messages with widgets; a guess: some tens of megabytes."""


@dataclass
class Row:
    """A message and where it stands.

    Attributes:
        view: None until the message comes near the view.
        width_px: the width for which the height holds; 0 if the height is an estimate.
    """

    message: Message
    view: MessageView | None = None
    top_px: int = 0
    height_px: int = 0
    width_px: int = 0


class MessageColumn(MessageList):
    """The messages, one below the other."""

    def __init__(
        self,
        theme: Theme,
        make_view: Callable[[Message, QWidget], MessageView],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("transcript_messages")
        self.setAccessibleName(self.tr("Transcript"))
        # Opaque, so that scrolling moves pixels instead of painting them again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._make_view = make_view
        self.rows: list[Row] = []
        self._marked_id: int | None = None
        self._mark_rest = QTimer(self, singleShot=True)
        self._mark_rest.setInterval(_MARKED_MS)
        self._mark_rest.timeout.connect(lambda: self._show_mark(None))
        self._numbers: dict[int, int] = {}
        self._marks: dict[int, ContextMark] = {}
        self.set_theme(theme)

    def count(self) -> int:
        """Return the number of messages."""
        return len(self.rows)

    def item(self, index: int) -> QWidget:
        """Return the widget of a message, and make it if need be."""
        return self.view(index)

    def index_of(self, widget: QObject) -> int:
        """Return the place of a message's widget; -1 if it is none."""
        if not isinstance(widget, MessageView):
            return -1
        return self._numbers.get(widget.message.id, -1)

    def number_of(self, message_id: int) -> int:
        """Return the place of a message; -1 if it is not shown."""
        return self._numbers.get(message_id, -1)

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Show these messages and no others; views of unchanged ones are kept."""
        kept = {row.message.id: row for row in self.rows}
        self.rows = []
        for message in messages:
            row = kept.get(message.id)
            if row is not None and row.message == message:
                del kept[message.id]
            else:
                row = Row(message)
            self.rows.append(row)
        for row in kept.values():
            _discard(row)
        self._numbers = {row.message.id: number for number, row in enumerate(self.rows)}

    def mark(self, message_id: int) -> None:
        """Put a message on a coloured ground for a moment."""
        self._show_mark(message_id)
        self._mark_rest.start()

    def append_message(self, message: Message) -> None:
        """Add a message below the others."""
        self._numbers[message.id] = len(self.rows)
        self.rows.append(Row(message))

    def cut_after(self, message_id: int | None) -> None:
        """Take away the messages behind this one; None takes all away."""
        keep = self._numbers.get(message_id, -1) + 1 if message_id is not None else 0
        for row in self.rows[keep:]:
            _discard(row)
            self._numbers.pop(row.message.id, None)
        del self.rows[keep:]

    def set_marks(self, marks: Sequence[ContextMark]) -> set[int]:
        """Mark these messages and no others; return the ids of those that look different now."""
        wanted = {mark.message_id: mark for mark in marks}
        changed = {
            message_id
            for message_id in wanted.keys() | self._marks.keys()
            if wanted.get(message_id) != self._marks.get(message_id)
        }
        self._marks = wanted
        for message_id in changed:
            number = self.number_of(message_id)
            view = self.rows[number].view if number >= 0 else None
            if view:
                view.set_mark(wanted.get(message_id))
        return changed

    def view(self, number: int) -> MessageView:
        """Return the widget of a row, and make it if need be."""
        row = self.rows[number]
        if row.view is None:
            row.view = self._make_view(row.message, self)
            row.view.set_mark(self._marks.get(row.message.id))
            row.view.setGeometry(0, row.top_px, max(1, self.width()), max(1, row.height_px))
            row.view.show()
        return row.view

    def set_theme(self, theme: Theme) -> None:
        """Draw the background in the colour of a theme; every height becomes an estimate."""
        self._theme = theme
        # Asked for once per message of a chat of thousands.
        self._gap_px = theme.spacing(5)
        self._edge_px = theme.spacing(6)
        self._line_px = theme.spacing(6)
        self._character_px = theme.spacing(1.9)
        self._widest_px = theme.spacing(_COLUMN_STEPS)
        for row in self.rows:
            row.width_px = 0
        self.update()

    def side_px(self, width_px: int) -> int:
        """Return the free space left and right of the messages."""
        return max(self._gap_px, (width_px - self._widest_px) // 2)

    def place(self, width_px: int, start: int = 0) -> int:
        """Give the rows from a row on their places, and return the height of all."""
        edge = self._edge_px
        if start:
            last = self.rows[start - 1]
            top = last.top_px + last.height_px + self._gap_px
        else:
            top = edge
        side = self.side_px(width_px)
        inner = max(1, width_px - 2 * side)
        for row in self.rows[start:]:
            if not row.width_px:
                row.height_px = row.height_px or self._estimate_px(row.message, inner)
            row.top_px = top
            if row.view:
                row.view.setGeometry(side, top, inner, row.height_px)
            top += row.height_px + self._gap_px
        return top + edge - (self._gap_px if self.rows else 0)

    def measure(self, number: int, width_px: int) -> bool:
        """Lay a row out in the column's width; say whether its height has changed."""
        row = self.rows[number]
        inner = max(1, width_px - 2 * self.side_px(width_px))
        height = self.view(number).fit(inner)
        has_changed = height != row.height_px
        row.height_px, row.width_px = height, width_px
        return has_changed

    def rows_between(self, top_px: int, bottom_px: int) -> range:
        """Return the numbers of the rows that touch this part of the column."""
        low, high = 0, len(self.rows)
        while low < high:
            middle = (low + high) // 2
            row = self.rows[middle]
            if row.top_px + row.height_px < top_px:
                low = middle + 1
            else:
                high = middle
        end = low
        while end < len(self.rows) and self.rows[end].top_px <= bottom_px:
            end += 1
        return range(low, end)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the background."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("surface"))
        number = self._numbers.get(self._marked_id, -1) if self._marked_id is not None else -1
        if number >= 0:
            row = self.rows[number]
            side, edge = self.side_px(self.width()), self._gap_px // 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("accent_soft"))
            ground = QRect(side, row.top_px, self.width() - 2 * side, row.height_px)
            corner = self._theme.radius
            painter.drawRoundedRect(ground.adjusted(-edge, -edge, edge, edge), corner, corner)
        painter.end()

    def release_far(self, near: range) -> None:
        """Delete the widgets far from these rows, if there are many; heights are kept."""
        made = [number for number, row in enumerate(self.rows) if row.view]
        if len(made) <= _MOST_VIEWS:
            return
        keep = range(near.start - _MOST_VIEWS // 4, near.stop + _MOST_VIEWS // 4)
        focused = QApplication.focusWidget()
        for number in made:
            view = self.rows[number].view
            is_used = view is None or view.is_writing or (focused and view.isAncestorOf(focused))
            if number not in keep and not is_used:
                _discard(self.rows[number])

    def _show_mark(self, message_id: int | None) -> None:
        self._marked_id = message_id
        self.update()

    def _estimate_px(self, message: Message, width_px: int) -> int:
        characters_per_line = max(10, width_px // self._character_px)
        lines = len(message.content) // characters_per_line + message.content.count("\n") + 1
        return (lines + 2) * self._line_px


def _discard(row: Row) -> None:
    if row.view:
        row.view.hide()
        row.view.deleteLater()
        row.view = None

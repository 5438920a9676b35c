# SPDX-License-Identifier: Apache-2.0
"""Draws the rows of the list of chats and edits a title in place. It holds no chats."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nemodesk.chats.search import SearchHit
from nemodesk.ui.sidebar.grouping import Heading
from nemodesk.ui.sidebar.items import ChatItems, Index
from nemodesk.ui.sidebar.snippets import beginning_near_mark, draw_marked_line, with_mark_in_sight
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.labels import draw_line


class ChatDelegate(QStyledItemDelegate):
    """One line per chat, two per place that was found; the row under the pointer has a menu.

    Attributes:
        shows_focus: whether the row with the keyboard's focus has a ring.
        has_menus: whether the row under the pointer shows three dots.
        open_chat_id: the chat that is marked while nothing is selected.
        has_selection: whether anything is.
    """

    def __init__(self, items: ChatItems, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items = items
        self._theme = theme
        self.shows_focus = False
        self.has_menus = True
        self.open_chat_id: int | None = None
        self.has_selection = False

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme from now on."""
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the one height of all rows, which keeps thousands of them quick."""
        height = QFontMetrics(self._theme.font()).height() + self._theme.spacing(4)
        if isinstance(self._items.row_at(index), SearchHit):
            height += QFontMetrics(self._theme.font("small")).height() + self._theme.spacing(0.5)
        return QSize(_option(option).rect.width(), height)

    def menu_rect(self, row: QRect, *, is_mirrored: bool) -> QRect:
        """Return where in a row the three dots are."""
        side = self._theme.spacing(6)
        left = row.left() + self._theme.spacing(1)
        if not is_mirrored:
            left = row.right() - side - self._theme.spacing(1)
        return QRect(left, row.center().y() - side // 2, side, side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a heading, a chat or a place."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._items.row_at(index)
        if isinstance(row, Heading) and row.folder is None:
            self._paint_heading(painter, option, row.title)
        elif row is not None:
            room = self._paint_ground(painter, option, index)
            match row:
                case Heading():
                    self._paint_folder(painter, option, room, row)
                case SearchHit():
                    self._paint_hit(painter, option, room, row)
                case _:
                    if self._items.is_indented(index):
                        room = _without(room, self._theme.spacing(3), _option(option).direction)
                    painter.setFont(self._theme.font("body"))
                    painter.setPen(self._text_colour(option, index))
                    draw_line(painter, room, str(index.data()), _option(option).direction)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the field in which a title is typed."""
        is_folder = self._items.folder_at(index) is not None
        editor = QLineEdit(parent)
        editor.setObjectName("folder_name_editor" if is_folder else "chat_title_editor")
        editor.setAccessibleName(self.tr("Folder name") if is_folder else self.tr("Chat title"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the present title, all of it marked."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand the typed title on."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        """Lay the field over the row."""
        inset = self._theme.spacing(0.5)
        editor.setGeometry(_option(option).rect.adjusted(0, inset, 0, -inset))

    def helpEvent(self, event: Any, view: Any, option: Any, index: Any) -> bool:  # noqa: ANN401 - Qt's types
        """Show a title in full where the row cuts it."""
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            title = str(index.data())
            room = _option(option).rect.width() - self._theme.spacing(6)
            if QFontMetrics(self._theme.font()).horizontalAdvance(title) > room:
                view.setToolTip(title)
            else:
                view.setToolTip("")
        return super().helpEvent(event, view, option, index)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, title: str) -> None:
        theme = self._theme
        margin = theme.spacing(3)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_muted"))
        place = _option(option).rect.adjusted(margin, 0, -margin, -theme.spacing(1.25))
        draw_line(painter, place, title, _option(option).direction, Qt.AlignmentFlag.AlignBottom)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> QRect:
        """Draw what lies under a row, and its three dots; return the room for the text."""
        theme = self._theme
        option = _option(option)
        is_selected = self._is_marked(option, index)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        has_focus = self.shows_focus and bool(option.state & QStyle.StateFlag.State_HasFocus)
        row = option.rect.adjusted(0, 1, 0, -1)
        if is_selected or is_hovered or has_focus:
            painter.setBrush(theme.colour("selection" if is_selected else "hover"))
            if not (is_selected or is_hovered):
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(Qt.PenStyle.NoPen)
            if has_focus:
                pen = painter.pen()
                pen.setStyle(Qt.PenStyle.SolidLine)
                pen.setColor(theme.colour("focus"))
                pen.setWidth(2)
                painter.setPen(pen)
            painter.drawRoundedRect(row.adjusted(1, 1, -1, -1), theme.radius - 2, theme.radius - 2)
        room = row.adjusted(theme.spacing(3), 0, -theme.spacing(3), 0)
        if not is_hovered or not self.has_menus:
            return room
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        dots = self.menu_rect(row, is_mirrored=is_mirrored)
        self._paint_icon(painter, dots, "more", "text_muted")
        return (
            room.adjusted(dots.width(), 0, 0, 0)
            if is_mirrored
            else room.adjusted(0, 0, -dots.width(), 0)
        )

    def _paint_folder(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, heading: Heading
    ) -> None:
        theme = self._theme
        direction = _option(option).direction
        side = theme.icon_size.width()
        is_mirrored = direction == Qt.LayoutDirection.RightToLeft
        closed = "chevron_left" if is_mirrored else "chevron_right"
        for name in (closed if heading.is_folded else "chevron_down", "folder"):
            square = QRect(room.left(), room.top(), side, room.height())
            if is_mirrored:
                square.moveRight(room.right())
            self._paint_icon(painter, square, name, "text_muted")
            room = _without(room, side + theme.spacing(1), direction)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text"))
        draw_line(painter, room, heading.title, direction)

    def _paint_hit(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, hit: SearchHit
    ) -> None:
        theme = self._theme
        direction = _option(option).direction
        edge = theme.spacing(1.5)
        small = QFontMetrics(theme.font("small")).height()
        above = room.adjusted(0, edge, 0, -edge - small)
        below = QRect(room.left(), room.bottom() - edge - small, room.width(), small)
        tint = theme.colour("warning_soft")
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text"))
        if hit.message_id is None:
            bold = QFontMetrics(theme.font("strong"))  # as wide as the marked letters
            text, marks = with_mark_in_sight(hit.snippet, hit.marks, bold, above.width())
            draw_marked_line(painter, above, text, marks, tint=tint, direction=direction)
        else:
            draw_line(painter, above, self._items.title(hit.chat), direction)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_muted"))
        if hit.message_id is None:
            draw_line(painter, below, self._items.second_line(hit), direction)
        else:
            text, marks = beginning_near_mark(hit.snippet, hit.marks)
            draw_marked_line(painter, below, text, marks, tint=tint, direction=direction)

    def _paint_icon(self, painter: QPainter, room: QRect, name: str, role: str) -> None:
        side = self._theme.icon_size.width()
        corner = room.center() - QRect(0, 0, side, side).center()
        painter.drawPixmap(corner, self._theme.pixmap(name, role, side))

    def _is_marked(self, option: QStyleOptionViewItem, index: Index) -> bool:
        option = _option(option)
        if option.state & QStyle.StateFlag.State_Selected:
            return True
        chat = self._items.chat_at(index)
        return chat is not None and chat.id == self.open_chat_id and not self.has_selection

    def _text_colour(self, option: QStyleOptionViewItem, index: Index) -> QColor:
        return self._theme.colour("selection_text" if self._is_marked(option, index) else "text")


def _without(room: QRect, width_px: int, direction: Qt.LayoutDirection) -> QRect:
    """Return the room less this much at its leading edge."""
    if direction == Qt.LayoutDirection.RightToLeft:
        return room.adjusted(0, 0, -width_px, 0)
    return room.adjusted(width_px, 0, 0, 0)


def _option(option: QStyleOptionViewItem) -> Any:  # noqa: ANN401
    # The stubs of PySide6 leave out the fields of style options.
    return option

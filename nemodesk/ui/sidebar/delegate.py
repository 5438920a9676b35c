# SPDX-License-Identifier: Apache-2.0
"""Draws the rows of the list of chats and edits a title in place. It holds no chats."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nemodesk.ui.sidebar.items import CHAT_ID_ROLE, Index
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.labels import draw_line


class ChatDelegate(QStyledItemDelegate):
    """One line per chat; the row under the pointer shows the menu's three dots."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.shows_focus = False

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme from now on."""
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the one height of all rows, which keeps thousands of them quick."""
        height = QFontMetrics(self._theme.font()).height() + self._theme.spacing(4)
        return QSize(_option(option).rect.width(), height)

    def menu_rect(self, row: QRect, *, is_mirrored: bool) -> QRect:
        """Return where in a row the three dots are."""
        side = self._theme.spacing(6)
        left = row.left() + self._theme.spacing(1)
        if not is_mirrored:
            left = row.right() - side - self._theme.spacing(1)
        return QRect(left, row.center().y() - side // 2, side, side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a heading or a chat."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(CHAT_ID_ROLE) is None:
            self._paint_heading(painter, option, index)
        else:
            self._paint_chat(painter, option, index)
        painter.restore()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index
    ) -> QWidget:
        """Return the field in which a title is typed."""
        editor = QLineEdit(parent)
        editor.setObjectName("chat_title_editor")
        editor.setAccessibleName(self.tr("Chat title"))
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

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        margin = theme.spacing(3)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_muted"))
        place = _option(option).rect.adjusted(margin, 0, -margin, -theme.spacing(1.25))
        draw_line(
            painter,
            place,
            str(index.data()),
            _option(option).direction,
            Qt.AlignmentFlag.AlignBottom,
        )

    def _paint_chat(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        option = _option(option)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
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
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        text_room = row.adjusted(theme.spacing(3), 0, -theme.spacing(3), 0)
        if is_hovered:
            dots = self.menu_rect(row, is_mirrored=is_mirrored)
            text_room = (
                text_room.adjusted(dots.width(), 0, 0, 0)
                if is_mirrored
                else text_room.adjusted(0, 0, -dots.width(), 0)
            )
            side = theme.icon_size.width()
            corner = dots.center() - QRect(0, 0, side, side).center()
            painter.drawPixmap(corner, theme.pixmap("more", "text_muted", side))
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("selection_text" if is_selected else "text"))
        draw_line(painter, text_room, str(index.data()), option.direction)


def _option(option: QStyleOptionViewItem) -> Any:  # noqa: ANN401
    # The stubs of PySide6 leave out the fields of style options.
    return option

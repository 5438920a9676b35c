# SPDX-License-Identifier: Apache-2.0
"""The picker `Model`: a button that shows the model's name and opens the list. It loads nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from nemodesk.ui.rows import ModelRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import draw_line, make_label
from nemodesk.ui.widgets.overlay import Overlay


class ModelPicker(QPushButton):
    """Shows the chosen model and lets the person choose another.

    Signals:
        model_selected(str): use this model.
        file_requested(): let the person open a model file.
    """

    model_selected = Signal(str)
    file_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[ModelRow, ...] = ()
        self._selected_id = ""
        self.setObjectName("model")
        self.setProperty("kind", "quiet")
        self.setAccessibleName(self.tr("Model"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_list)
        self.show_models((), "")

    def show_models(self, rows: Sequence[ModelRow], selected_id: str) -> None:
        """Take the models to choose from and the one that is chosen."""
        self._rows = tuple(rows)
        self._selected_id = selected_id
        name = next((row.name for row in rows if row.id == selected_id), "")
        self.setText(name or self.tr("Choose a model"))
        self.setAccessibleDescription(self.text())
        self.setToolTip(self.text())
        self.updateGeometry()

    def open_list(self) -> Overlay:
        """Open the list of models beside the button."""
        content = ModelChoices(self._rows, self._selected_id, self._theme)
        overlay = Overlay(self.window(), content, self._theme, self)
        content.model_selected.connect(overlay.close_card)
        content.file_requested.connect(overlay.close_card)
        content.model_selected.connect(self.model_selected)
        content.file_requested.connect(self.file_requested)
        return overlay

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the whole name and the arrow."""
        width = self.fontMetrics().horizontalAdvance(self.text())
        extra = self._theme.icon_size.width() * 2 + self._theme.spacing(7)
        return QSize(width + extra, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return room for the beginning of the name."""
        width = self.fontMetrics().averageCharWidth() * 8
        extra = self._theme.icon_size.width() * 2 + self._theme.spacing(7)
        return QSize(width + extra, super().sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon, name and arrow, the name shortened where there is no room."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # pyright: ignore[reportAttributeAccessIssue] - missing in the stubs
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        theme = self._theme
        side = theme.icon_size.width()
        room = self.rect().adjusted(theme.spacing(2), 0, -theme.spacing(2), 0)
        icon = QRect(room.left(), room.center().y() - side // 2, side, side)
        arrow = QRect(icon)
        arrow.moveRight(room.right())
        text = room.adjusted(side + theme.spacing(1.5), 0, -side - theme.spacing(1), 0)
        direction = self.layoutDirection()
        role = "text" if self.underMouse() or self.hasFocus() else "text_muted"
        for name, place, colour in (("models", icon, "accent"), ("chevron_down", arrow, role)):
            corner = QStyle.visualRect(direction, self.rect(), place).topLeft()
            painter.drawPixmap(corner, theme.pixmap(name, colour, side))
        text = QStyle.visualRect(direction, self.rect(), text)
        painter.setPen(theme.colour(role))
        draw_line(painter, text, self.text(), direction)
        painter.end()


class ModelChoices(QWidget):
    """The list of models on the picker's card.

    Signals:
        model_selected(str): the person chose this model.
        file_requested(): the person wants to open a file instead.
    """

    model_selected = Signal(str)
    file_requested = Signal()

    def __init__(
        self,
        rows: Sequence[ModelRow],
        selected_id: str,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("model_choices")
        self.setAccessibleName(self.tr("Models on this computer"))
        self._buttons = [ModelChoice(row, theme, is_current=row.id == selected_id) for row in rows]
        for button in self._buttons:
            button.clicked.connect(self._on_chosen)
        file_button = Button(
            "choose_model_file", self.tr("Open a model file…"), kind="row", icon="open_file"
        )
        file_button.set_theme(theme)
        file_button.clicked.connect(self.file_requested)
        self._file_button = file_button
        column = QVBoxLayout(self)
        margin = theme.spacing(1.5)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.spacing(0.5))
        title = make_label(self.tr("Models on this computer"), "small")
        title.setContentsMargins(theme.spacing(2.5), theme.spacing(1.5), 0, theme.spacing(1))
        column.addWidget(title)
        column.addWidget(self._make_list(theme), 1)
        column.addWidget(file_button)
        self.setMinimumWidth(theme.spacing(80))

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the model in use."""
        current = next((button for button in self._buttons if button.is_current), None)
        first = current or (self._buttons[0] if self._buttons else self._file_button)
        first.setFocus(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the list with the arrow keys."""
        steps = {Qt.Key.Key_Down: True, Qt.Key.Key_Up: False}
        is_next = steps.get(Qt.Key(event.key()))
        card = self.parentWidget()
        overlay = card.parentWidget() if card else None
        if is_next is not None and isinstance(overlay, Overlay):
            overlay.focusNextPrevChild(is_next)
        else:
            super().keyPressEvent(event)

    def _make_list(self, theme: Theme) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("page", True)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.spacing(0.5))
        for button in self._buttons:
            column.addWidget(button)
        column.addStretch()
        area = _FittingScrollArea(most_height=theme.spacing(96))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _on_chosen(self) -> None:
        button = self.sender()
        if isinstance(button, ModelChoice):
            self.model_selected.emit(button.row.id)


class ModelChoice(QPushButton):
    """One model: its name, below it a line of detail, a tick where it is in use."""

    def __init__(self, row: ModelRow, theme: Theme, *, is_current: bool) -> None:
        super().__init__()
        self.row = row
        self.is_current = is_current
        self._theme = theme
        self.setObjectName(f"model_choice_{row.id}")
        self.setProperty("kind", "row")
        self.setProperty("current", is_current)
        self.setAccessibleName(row.name)
        self.setAccessibleDescription(row.detail)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(row.name)

    def sizeHint(self) -> QSize:
        """Return room for two lines."""
        theme = self._theme
        lines = self.fontMetrics().height() * (2 if self.row.detail else 1)
        return QSize(theme.spacing(76), lines + theme.spacing(4))

    def minimumSizeHint(self) -> QSize:
        """Return the same height in any width."""
        return QSize(self._theme.spacing(40), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, detail and tick."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        theme = self._theme
        margin = theme.spacing(3)
        side = theme.icon_size.width()
        room = self.rect().adjusted(margin, theme.spacing(1.5), -margin, -theme.spacing(1.5))
        tick = QRect(QPoint(0, room.center().y() - side // 2), QSize(side, side))
        tick.moveRight(room.right())
        if self.is_current:
            place = QStyle.visualRect(self.layoutDirection(), self.rect(), tick)
            painter.drawPixmap(place.topLeft(), theme.pixmap("check", "accent", side))
        room.setRight(tick.left() - theme.spacing(2))
        name_room = QRect(room)
        if self.row.detail:
            name_room.setHeight(room.height() // 2)
            detail_room = room.adjusted(0, room.height() // 2, 0, 0)
            self._draw_line(painter, detail_room, self.row.detail, "small", "text_muted")
        name_font = "strong" if self.is_current else "body"
        self._draw_line(painter, name_room, self.row.name, name_font, "text")
        painter.end()

    def _draw_line(self, painter: QPainter, room: QRect, text: str, font: str, role: str) -> None:
        direction = self.layoutDirection()
        place = QStyle.visualRect(direction, self.rect(), room)
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.colour(role))
        draw_line(painter, place, text, direction)


class _FittingScrollArea(QScrollArea):
    """As high as its content, up to a limit; beyond that it scrolls."""

    def __init__(self, *, most_height: int) -> None:
        super().__init__()
        self._most_height = most_height
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """Return the size of the content within the limit."""
        content = self.widget()
        size = content.sizeHint() if content else super().sizeHint()
        return QSize(size.width(), min(size.height(), self._most_height))

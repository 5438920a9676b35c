# SPDX-License-Identifier: Apache-2.0
"""One of several: chips beside each other, or a button that opens a list. They keep nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button, RowButton
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.overlay import Overlay

_MOST_STEPS = 88
_CARD_STEPS = 64
_LEAST_STEPS = 30


@dataclass(frozen=True)
class Option:
    """One of the choices.

    Attributes:
        value: what is told when it is chosen.
        text: what a person reads.
    """

    value: object
    text: str


class Chips(QWidget):
    """Few choices beside each other, one of which is chosen.

    Signals:
        chosen(object): the person wants this value.

    Args:
        name: object name; those of the chips begin with it.
        title: what is chosen, for screen readers.
    """

    chosen = Signal(object)

    def __init__(self, name: str, title: str, options: Sequence[Option], theme: Theme) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._options = tuple(options)
        self._shown: object = options[0].value
        self._group = QButtonGroup(self)
        self._flow = FlowLayout(self)
        for number, option in enumerate(options):
            chip = Button(f"{name}_{option.value}", option.text, kind="chip")
            chip.setCheckable(True)
            chip.setAccessibleDescription(title)
            self._group.addButton(chip, number)
            self._flow.addWidget(chip)
        self._group.button(0).setChecked(True)
        # Not clicked: the accessibility interface toggles.
        self._group.idToggled.connect(self._on_toggled)
        self.set_theme(theme)

    def show_value(self, value: object) -> None:
        """Mark what counts, without wishing for it."""
        self._shown = value
        for number, option in enumerate(self._options):
            if option.value == value:
                self._group.button(number).setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Take sizes from a theme."""
        self._flow.setSpacing(theme.spacing(1.5))

    def _on_toggled(self, number: int, is_checked: bool) -> None:  # noqa: FBT001 - a slot
        value = self._options[number].value
        if is_checked and value != self._shown:
            self._shown = value
            self.chosen.emit(value)


class ChoiceButton(Button):
    """Shows what is chosen of many, and opens the list of them.

    Signals:
        chosen(object): the person wants this value.

    Args:
        name: object name.
        title: what is chosen; its accessible name.
    """

    chosen = Signal(object)

    def __init__(self, name: str, title: str, theme: Theme) -> None:
        super().__init__(name, title, kind="choice")
        self._title = title
        self._theme = theme
        self._options: tuple[Option, ...] = ()
        self._shown: object = None
        self.clicked.connect(self.open_list)
        self.set_theme(theme)

    def show_options(self, options: Sequence[Option], value: object, text: str = "") -> None:
        """Take what can be chosen and what is; the text stands for what is none of them."""
        self._options = tuple(options)
        self._shown = value
        shown = next((option.text for option in options if option.value == value), text)
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleDescription(shown)

    def open_list(self) -> Overlay:
        """Open the list beside the button."""
        card = _Choices(self.objectName(), self._title, self._options, self._shown, self._theme)
        overlay = Overlay(self.window(), card, self._theme, self)
        card.chosen.connect(overlay.close_card)
        card.chosen.connect(self.chosen)
        return overlay

    def sizeHint(self) -> QSize:
        """Return room for the text and the arrow."""
        hint = super().sizeHint()
        return QSize(hint.width() + self._theme.icon_size.width(), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a few words."""
        hint = self.sizeHint()
        return QSize(min(self._theme.spacing(_LEAST_STEPS), hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow at the trailing edge."""
        super().paintEvent(event)
        theme = self._theme
        side = theme.icon_size.width()
        gap = theme.spacing(2)
        left = gap if self.isRightToLeft() else self.width() - side - gap
        painter = QPainter(self)
        corner = QPoint(left, (self.height() - side) // 2)
        painter.drawPixmap(corner, theme.pixmap("chevron_down", "text_muted", side))
        painter.end()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        super().set_theme(theme)


class _Choices(QWidget):
    """The list on the card, a button for each choice.

    Signals:
        chosen(object): the person wants this value.
    """

    chosen = Signal(object)

    def __init__(
        self, name: str, title: str, options: Sequence[Option], shown: object, theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName(f"{name}_list")
        self.setAccessibleName(title)
        self._current: Button | None = None
        inside = QWidget()
        inside.setProperty("page", True)
        column = QVBoxLayout(inside)
        edge = theme.spacing(1.5)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.spacing(0.5))
        for option in options:
            button = RowButton(f"{name}_{option.value}", option.text)
            button.clicked.connect(lambda _=False, value=option.value: self.chosen.emit(value))
            column.addWidget(button)
            if option.value == shown or self._current is None:
                self._current = button
            if option.value == shown:
                button.set_current(is_current=True)
        column.addStretch(1)
        area = _CardArea(inside, most_height=theme.spacing(_MOST_STEPS))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setMinimumWidth(theme.spacing(_CARD_STEPS))

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on what is chosen."""
        if self._current is not None:
            self._current.setFocus(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the list with the arrow keys."""
        is_next = {Qt.Key.Key_Down: True, Qt.Key.Key_Up: False}.get(Qt.Key(event.key()))
        card = self.parentWidget()
        overlay = card.parentWidget() if card else None
        if is_next is not None and isinstance(overlay, Overlay):
            overlay.focusNextPrevChild(is_next)
        else:
            super().keyPressEvent(event)


class _CardArea(QScrollArea):
    """As high as its content, up to a limit; beyond that it scrolls."""

    def __init__(self, content: QWidget, *, most_height: int) -> None:
        super().__init__()
        self._most_height = most_height
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def sizeHint(self) -> QSize:
        """Return the size of the content within the limit."""
        content = self.widget()
        size = content.sizeHint() if content else super().sizeHint()
        return QSize(size.width(), min(size.height(), self._most_height))

# SPDX-License-Identifier: Apache-2.0
"""The sheet of the context meter: what takes how much. It counts nothing."""

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.conversation.context import ContextUse
from nemodesk.speeds import WORDS_PER_TOKEN
from nemodesk.ui.composer.context_meter import ContextMeter, colour_role, draw_use
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.overlay import Overlay


class ContextSheet(QWidget):
    """What fills the context, part by part."""

    def __init__(self, use: ContextUse, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("context_sheet")
        self.setAccessibleName(self.tr("What the model reads"))
        self.close_button = Button(
            "close_context_sheet", self.tr("Close"), kind="icon", icon="close"
        )
        self.close_button.set_theme(theme)
        top = QHBoxLayout()
        top.addWidget(make_label(self.tr("What the model reads"), "title"), 1)
        top.addWidget(self.close_button)
        column = QVBoxLayout(self)
        edge = theme.spacing(5)
        column.setContentsMargins(edge, theme.spacing(4), edge, edge)
        column.setSpacing(theme.spacing(3))
        column.addLayout(top)
        sentence = make_label(self._sentence(use), "muted", wraps=True)
        column.addWidget(sentence)
        column.addWidget(_UseBar(use, theme))
        column.addLayout(self._make_grid(use, theme))
        if not use.is_exact:
            estimate = self.tr("These are estimates until the model is loaded.")
            column.addWidget(make_label(estimate, "small", wraps=True))
        self.setFixedWidth(theme.spacing(92))

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the one button."""
        self.close_button.setFocus(reason)

    def _sentence(self, use: ContextUse) -> str:
        text = self.tr(
            "With each message the model reads the chat anew. It can hold %1 pieces of words "
            "(tokens) at once, about %2 words of English."
        )
        locale = QLocale()
        words = round(use.limit * WORDS_PER_TOKEN, -2)
        text = text.replace("%1", locale.toString(use.limit))
        return text.replace("%2", locale.toString(int(words)))

    def _rows(self, use: ContextUse) -> list[tuple[str, str, int]]:
        rows = [
            ("instructions", self.tr("Instructions"), use.instructions),
            ("summary", self.tr("Summary of the beginning"), use.summary),
            ("attachments", self.tr("Attachments"), use.attachments),
            ("chat", self.tr("Chat"), use.chat),
            ("question", self.tr("Your message"), use.question),
            ("begun", self.tr("Answer so far"), use.begun),
            ("room", self.tr("Kept free for the answer"), use.room),
        ]
        always = {"instructions", "chat", "question", "room"}
        return [row for row in rows if row[2] or row[0] in always]

    def _make_grid(self, use: ContextUse, theme: Theme) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.spacing(2.5))
        grid.setVerticalSpacing(theme.spacing(2))
        grid.setColumnStretch(1, 1)
        locale = QLocale()
        for row, (part, title, tokens) in enumerate(self._rows(use)):
            amount = locale.toString(tokens)
            label = make_label(title)
            label.setAccessibleName(f"{title}: {amount}")
            grid.addWidget(_Dot(part, theme), row, 0)
            grid.addWidget(label, row, 1)
            number = make_label(amount, "muted")
            grid.addWidget(number, row, 2, Qt.AlignmentFlag.AlignTrailing)
        return grid


def show_context_sheet(meter: ContextMeter) -> None:
    """Show beside the meter what it stands for."""
    if meter.use is None:
        return
    sheet = ContextSheet(meter.use, meter.theme)
    overlay = Overlay(meter.window(), sheet, meter.theme, meter)
    sheet.close_button.clicked.connect(overlay.close_card)


class _Dot(QLabel):
    """A spot in the colour of a part."""

    def __init__(self, part: str, theme: Theme) -> None:
        super().__init__()
        self._colour = theme.colour(colour_role(part))
        self.setFixedSize(QSize(theme.spacing(2.5), theme.spacing(2.5)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the spot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(self.rect())
        painter.end()


class _UseBar(QWidget):
    """The bar of the meter, larger."""

    def __init__(self, use: ContextUse, theme: Theme) -> None:
        super().__init__()
        self._use = use
        self._theme = theme
        self.setFixedHeight(theme.spacing(2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the parts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_use(painter, QRectF(self.rect()), self._use, self._theme, self.layoutDirection())
        painter.end()

# SPDX-License-Identifier: Apache-2.0
"""A sheet that shows what is in an attached file, as the model gets it. It reads no file."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from nemodesk.documents.pages import PAGE_BREAK
from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.widgets.overlay import Overlay

_SHOWN_CHARACTERS = 300_000
"""Laying out more would hold the window up for more than a tenth of a second."""

_USUAL_STEPS = (150, 140)


class PreviewSheet(QWidget):
    """Name, size, content; what can be done with it.

    Signals:
        save_requested(): keep it as a file.

    Args:
        picture: shown in place of the text; None for a text.
    """

    save_requested = Signal()

    def __init__(
        self, row: AttachmentRow, text: str, picture: QImage | None, theme: Theme, room: QSize
    ) -> None:
        super().__init__()
        self.setObjectName("attachment_preview")
        self.setAccessibleName(row.name)
        title = ElidedLabel("title")
        title.setText(row.name)
        self.close_button = Button("close_preview", self.tr("Close"), kind="icon", icon="close")
        self.close_button.set_theme(theme)
        self.save_button = Button("save_attachment", self.tr("Save as…"), kind="secondary")
        self.save_button.clicked.connect(self.save_requested)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        foot = QHBoxLayout()
        foot.addWidget(make_label(row.figures, "muted"), 1)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        edge = theme.spacing(5)
        column.setContentsMargins(edge, theme.spacing(4), edge, theme.spacing(4))
        column.setSpacing(theme.spacing(3))
        column.addLayout(top)
        if row.sentence:
            column.addWidget(make_label(row.sentence, "muted", wraps=True))
        content = self._text_view(text, theme) if picture is None else self._picture_view(picture)
        column.addWidget(content, 1)
        if len(text) > _SHOWN_CHARACTERS:
            cut = self.tr("Only the beginning is shown here. The model gets all that fits.")
            column.addWidget(make_label(cut, "small", wraps=True))
        column.addLayout(foot)
        usual = QSize(*(theme.spacing(steps) for steps in _USUAL_STEPS))
        margin = theme.spacing(8)
        self.setFixedSize(usual.boundedTo(room - QSize(margin, margin)))

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the button that closes it."""
        self.close_button.setFocus(reason)

    def _text_view(self, text: str, theme: Theme) -> QWidget:
        view = QPlainTextEdit()
        view.setObjectName("attachment_text")
        view.setAccessibleName(self.tr("Text of the file"))
        view.setReadOnly(True)
        view.setTabChangesFocus(True)
        view.setFont(theme.font("reading"))
        view.setPlainText(text[:_SHOWN_CHARACTERS].replace(PAGE_BREAK, "\n\n⸻\n\n"))
        return view

    def _picture_view(self, picture: QImage) -> QWidget:
        view = _Picture(picture)
        view.setObjectName("attachment_picture")
        view.setAccessibleName(self.tr("Picture"))
        if picture.isNull():
            view.setText(self.tr("This picture cannot be shown."))
        return view


class _Picture(QLabel):
    """A picture, scaled down to the room that there is."""

    def __init__(self, picture: QImage) -> None:
        super().__init__()
        self._pixmap = QPixmap.fromImage(picture)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(1, 1)

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Fit the picture."""
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        shown = self._pixmap
        if shown.width() > room.width() or shown.height() > room.height():
            shown = shown.scaled(
                room,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)


def show_preview(
    window: QWidget, row: AttachmentRow, text: str, picture: QImage | None, theme: Theme
) -> PreviewSheet:
    """Show a file over the window; Esc and a click beside it close it."""
    sheet = PreviewSheet(row, text, picture, theme, window.size())
    overlay = Overlay(window, sheet, theme)
    sheet.close_button.clicked.connect(overlay.close_card)
    return sheet


def picture_room() -> QSize:
    """Return the size beyond which a picture need not be decoded: that of the screen."""
    screen = QGuiApplication.primaryScreen()
    return screen.size() * screen.devicePixelRatio()

# SPDX-License-Identifier: Apache-2.0
"""Bars that tell something in place: an alert, and an undo for a moment. They mend nothing."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label

# Long enough to be heard from a screen reader and reached by keyboard. A guess.
_UNDO_MS = 12_000

_GOOD_NEWS = ("check", "accent")
_TO_KNOW = ("info", "accent")


class AlertBar(QWidget):
    """What happened, one button that mends it, one that dismisses. Not modal.

    Args:
        name: alert for what went wrong, notice for good news; chooses the colours.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, name: str = "alert") -> None:
        super().__init__(parent)
        set_role(self, QAccessible.Role.AlertMessage)
        self.setObjectName(name)
        self._picture_role = ("error", "danger") if name == "alert" else _GOOD_NEWS
        self._theme = theme
        self._run: Callable[[], None] | None = None
        self._picture = QLabel()
        self._title = make_label("", "strong", wraps=True)
        self._sentence = make_label("", wraps=True)
        self._action = Button(f"{name}_action", "", kind="secondary")
        self._dismiss = Button(f"dismiss_{name}", self.tr("Dismiss"), kind="icon", icon="close")
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self._title)
        text.addWidget(self._sentence)
        card = QFrame()
        card.setObjectName(f"{name}_bar")
        # The margins belong to the bar, so that nothing stays of it once it is hidden.
        self._edge = QVBoxLayout(self)
        self._edge.addWidget(card)
        self._row = QHBoxLayout(card)
        self._row.addWidget(self._picture)
        self._row.addLayout(text, 1)
        self._row.addWidget(self._action)
        self._row.addWidget(self._dismiss)
        self._action.clicked.connect(self._on_action)
        self._dismiss.clicked.connect(self.hide)
        self.set_theme(theme)
        self.hide()

    def show_alert(
        self,
        title: str,
        sentence: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *,
        is_done: bool = True,
    ) -> None:
        """Tell it; what was told before gives way.

        Args:
            is_done: a notice of what has come about, with a check mark; not of what is so.
        """
        if self.objectName() != "alert":
            self._picture_role = _GOOD_NEWS if is_done else _TO_KNOW
            self._draw_picture()
        sentence = say(sentence)
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._run = action
        self._action.setText(action_text)
        self._action.setAccessibleName(action_text)
        self._action.setVisible(bool(action_text))
        self.setAccessibleName(f"{title.rstrip('.')}. {sentence}" if sentence else title)
        self.show()
        announce_alert(self)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        margin = theme.spacing(2)
        self._edge.setContentsMargins(margin, margin, margin, 0)
        self._draw_picture()
        self._action.set_theme(theme)
        self._dismiss.set_theme(theme)
        self._row.setSpacing(theme.spacing(3))
        edge = theme.spacing(2)
        self._row.setContentsMargins(theme.spacing(4), edge, edge, edge)

    def _draw_picture(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(*self._picture_role, self._theme.spacing(5)))

    def _on_action(self) -> None:
        self.hide()
        if self._run is not None:
            self._run()


class UndoBar(QFrame):
    """Says what was deleted and offers, for a moment, to take it back.

    Signals:
        undo_requested(int): take back the deletion with this number.
    """

    undo_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, QAccessible.Role.AlertMessage)
        self.setObjectName("undo_bar")
        self._number = 0
        self._sentence = ElidedLabel()
        self._undo = Button("undo", self.tr("Undo"), kind="quiet")
        self._dismiss = Button(
            "dismiss_undo", self.tr("Dismiss"), kind="icon", icon="close", icon_role="notice_text"
        )
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sentence, 1)
        self._row.addWidget(self._undo)
        self._row.addWidget(self._dismiss)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_UNDO_MS)
        self._rest.timeout.connect(self._on_time_over)
        self._undo.clicked.connect(self._on_undo)
        self._dismiss.clicked.connect(self.hide)
        self.set_theme(theme)
        self.hide()

    def offer(self, sentence: str, number: int) -> None:
        """Offer to take back what the sentence says."""
        self._number = number
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._rest.start()
        self.show()
        self.raise_()
        announce_alert(self)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._undo.set_theme(theme)
        self._dismiss.set_theme(theme)
        self._row.setSpacing(theme.spacing(1))
        edge = theme.spacing(1)
        self._row.setContentsMargins(theme.spacing(4), edge, edge, edge)

    def _on_time_over(self) -> None:
        if self._undo.hasFocus():
            self._rest.start()  # nobody loses a button that they are about to press
        else:
            self.hide()

    def _on_undo(self) -> None:
        self._rest.stop()
        self.hide()
        self.undo_requested.emit(self._number)

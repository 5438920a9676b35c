# SPDX-License-Identifier: Apache-2.0
"""The bar above the composer when a chat does not fit any more, with what can be done about it.

It does nothing itself, and nobody has to press anything: the chat goes on without its beginning.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label


class ContextBar(QFrame):
    """A sentence, and buttons for what can be done.

    Signals:
        summary_requested(): let the model summarise the beginning.
        longer_requested(): load the model with a longer context.
        new_chat_requested(): go on in a new chat.
        stop_requested(): stop the summary that is being written.
    """

    summary_requested = Signal()
    longer_requested = Signal()
    new_chat_requested = Signal()
    stop_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, QAccessible.Role.AlertMessage)
        self.setObjectName("context_bar")
        self._occasion = self._dismissed = ""
        self._icon = QLabel()
        self._sentence = make_label("", wraps=True)
        self.summary_button = Button("summarise", self.tr("Summarise the beginning"))
        self.longer_button = Button("longer_context", self.tr("Use a longer context"))
        self.new_chat_button = Button("context_new_chat", self.tr("New chat"))
        self.stop_button = Button("stop_summary", self.tr("Stop the summary"), icon="stop")
        self.dismiss_button = Button(
            "dismiss_context", self.tr("Dismiss"), kind="icon", icon="close"
        )
        self._buttons = (
            self.summary_button,
            self.longer_button,
            self.new_chat_button,
            self.stop_button,
        )
        self._lay_out()
        self.summary_button.clicked.connect(self.summary_requested)
        self.longer_button.clicked.connect(self.longer_requested)
        self.new_chat_button.clicked.connect(self.new_chat_requested)
        self.stop_button.clicked.connect(self.stop_requested)
        self.dismiss_button.clicked.connect(self._dismiss)
        self.set_theme(theme)
        self.hide()

    def offer(
        self, occasion: str, sentence: str, *, can_summarise: bool, can_lengthen: bool
    ) -> None:
        """Say what does not fit, and offer what can be done.

        Args:
            occasion: what it is about; once dismissed, it is not said again for the same.
        """
        if occasion == self._dismissed:
            return
        is_news = self.isHidden() or self._sentence.text() != sentence
        self._occasion = occasion
        self._say(sentence, is_busy=False)
        self.summary_button.setVisible(can_summarise)
        self.longer_button.setVisible(can_lengthen)
        self.new_chat_button.show()
        self.stop_button.hide()
        self.dismiss_button.show()
        self.show()
        if is_news:
            announce_alert(self)

    def show_longer(self, longer: str, now: str) -> None:
        """Tell what a longer context would be, in thousands of tokens."""
        text = self.tr("%1 thousand in place of %2. The model is loaded anew for it.")
        text = text.replace("%1", longer).replace("%2", now)
        self.longer_button.setAccessibleDescription(text)
        self.longer_button.setToolTip(text)

    def show_summarising(self, sentence: str) -> None:
        """Say how far the summary is, and offer to stop it."""
        had_focus = any(button.hasFocus() for button in self._buttons)
        self._say(sentence, is_busy=True)
        for button in self._buttons:
            button.setVisible(button is self.stop_button)
        self.dismiss_button.hide()
        self.show()
        if had_focus:
            self.stop_button.setFocus()

    def withdraw(self) -> None:
        """Everything fits again."""
        self._dismissed = ""
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._icon.setPixmap(self._picture())
        for button in (*self._buttons, self.dismiss_button):
            button.set_theme(theme)
        edge = theme.spacing(2.5)
        self._row.setContentsMargins(theme.spacing(3.5), edge, edge, edge)
        self._row.setSpacing(theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))
        self._flow.setSpacing(theme.spacing(2))

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._column = QVBoxLayout()
        self._column.addWidget(self._sentence)
        self._flow = FlowLayout()
        for button in self._buttons:
            self._flow.addWidget(button)
        self._column.addLayout(self._flow)
        self._row.addLayout(self._column, 1)
        self._row.addWidget(self.dismiss_button)

    def _say(self, sentence: str, *, is_busy: bool) -> None:
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        if self.property("busy") != is_busy:
            self.setProperty("busy", is_busy)
            self.style().unpolish(self)
            self.style().polish(self)
            self._icon.setPixmap(self._picture())

    def _picture(self) -> QPixmap:
        role = "accent" if self.property("busy") else "warning"
        return self._theme.pixmap("info", role, self._theme.spacing(5))

    def _dismiss(self) -> None:
        self._dismissed = self._occasion
        self.hide()

# SPDX-License-Identifier: Apache-2.0
"""The page that stands in the window while it is locked. It opens nothing and knows no password."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.question import Question, ask
from nemodesk.ui.widgets.secret_field import SecretField

_CARD_STEPS = 112
_SECOND_MS = 1000


@dataclass(frozen=True, kw_only=True)
class LockRow:
    """What the page says and asks for.

    Attributes:
        has_password: whether a password opens.
        has_recovery: whether a recovery key does.
        hint: what to do when neither is known.
        can_begin_anew: whether the person may go on with empty chats.
    """

    title: str
    sentence: str
    has_password: bool
    has_recovery: bool = False
    hint: str = ""
    can_begin_anew: bool = False


class LockPage(QWidget):
    """A card in the middle of an empty window.

    Signals:
        password_given(str), recovery_key_given(str): look whether this opens.
        keyring_requested(): ask the keyring once more.
        new_beginning_requested(): put the chats aside and begin with none; the person was asked.
    """

    password_given = Signal(str)
    recovery_key_given = Signal(str)
    keyring_requested = Signal()
    new_beginning_requested = Signal()

    def __init__(self, row: LockRow, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("window_body")
        self.setAccessibleName(row.title)
        self._row = row
        self._theme = theme
        self._asks_recovery = not row.has_password
        self._is_busy = False
        self._wait_s = 0
        self._sentence_text = ""
        self._picture = QLabel()
        self._title = make_label(row.title, "heading", wraps=True)
        self._sentence = make_label(row.sentence, "muted", wraps=True)
        self.password = SecretField("lock_password", self.tr("Password"), theme)
        self.recovery = SecretField(
            "lock_recovery_key", self.tr("Recovery key"), theme, is_hidden=False
        )
        self._problem = make_label("", "danger", wraps=True)
        set_role(self._problem, QAccessible.Role.AlertMessage)
        self._hint = make_label(row.hint, "small", wraps=True)
        self.unlock_button = Button("unlock", self.tr("Unlock"), kind="primary")
        self.other_button = Button("other_way", "", kind="quiet")
        self.anew_button = Button("begin_anew", self.tr("Begin with empty chats…"), kind="quiet")
        self._countdown = QTimer(self)
        self._countdown.setInterval(_SECOND_MS)
        self._lay_out()
        self._connect()
        self._show_way()
        self.show_problem("")
        self.set_theme(theme)

    def show_problem(self, sentence: str, wait_s: float = 0.0) -> None:
        """Say what was wrong, and let the person try again after so many seconds."""
        self._is_busy = False
        self._sentence_text = sentence
        self._wait_s = round(wait_s)
        if self._wait_s:
            self._countdown.start()
        self._tell()
        if sentence:
            announce_alert(self._problem)
            self._field().setFocus()
            self._field().edit.selectAll()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._picture.setPixmap(theme.pixmap("lock", "accent", theme.spacing(10)))
        edge = theme.spacing(7)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.spacing(3))
        self._buttons.setSpacing(theme.spacing(2))
        self._card.setMaximumWidth(theme.spacing(_CARD_STEPS))
        parts = (self.password, self.recovery, self.unlock_button, self.other_button)
        for part in (*parts, self.anew_button):
            part.set_theme(theme)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the field."""
        self._field().setFocus(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key: none of them means something to what lies behind."""
        event.accept()

    def ask_to_begin_anew(self) -> Question:
        """Ask whether the chats shall be put aside."""
        question = Question(
            self.tr("Begin with empty chats?"),
            self.tr(
                "Without password and recovery key nobody can read your chats, not even you. "
                "Their file is kept beside the new one, in case the recovery key turns up."
            ),
            yes=self.tr("Begin with empty chats"),
            no=self.tr("Cancel"),
            theme=self._theme,
        )
        question.accepted.connect(self.new_beginning_requested)
        ask(self.window(), question, self._theme)
        return question

    def _field(self) -> SecretField:
        return self.recovery if self._asks_recovery else self.password

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("card", True)
        self._column = QVBoxLayout(self._card)
        self._column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(label)
        for field in (self.password, self.recovery):
            self._column.addWidget(field)
        self._column.addWidget(self._problem)
        self._column.addWidget(self.unlock_button)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.other_button)
        self._buttons.addWidget(self.anew_button)
        self._buttons.addStretch(1)
        self._column.addLayout(self._buttons)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setVisible(bool(self._row.hint))
        self._column.addWidget(self._hint)
        inside = QWidget()
        inside.setProperty("page", True)
        across = QHBoxLayout(inside)
        across.addStretch(1)
        across.addWidget(self._card, 1000, Qt.AlignmentFlag.AlignVCenter)
        across.addStretch(1)
        area = QScrollArea()
        area.setObjectName("lock_scroll_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.addWidget(area)

    def _connect(self) -> None:
        for field in (self.password, self.recovery):
            field.entered.connect(self._give)
            field.changed.connect(self._tell)
        self.unlock_button.clicked.connect(self._give)
        self.other_button.clicked.connect(self._on_other_way)
        self.anew_button.clicked.connect(self.ask_to_begin_anew)
        self._countdown.timeout.connect(self._on_second)

    def _show_way(self) -> None:
        row, is_recovery = self._row, self._asks_recovery
        self.password.setVisible(not is_recovery)
        self.recovery.setVisible(is_recovery)
        self.other_button.setVisible(row.has_recovery)
        self.anew_button.setVisible(row.can_begin_anew and is_recovery)
        text = self.tr("Use the password") if is_recovery else self.tr("Use the recovery key")
        if not row.has_password:
            text = self.tr("Ask the keyring again")
        self.other_button.setText(text)
        self.other_button.setAccessibleName(text)

    def _on_other_way(self) -> None:
        if not self._row.has_password:
            self.keyring_requested.emit()
            return
        self._asks_recovery = not self._asks_recovery
        self._show_way()
        self.show_problem("")
        self._field().setFocus()

    def _give(self) -> None:
        text = self._field().text
        if self._is_busy or self._wait_s or not text:
            return
        self._is_busy = True
        self._sentence_text = ""
        self._tell()
        signal = self.recovery_key_given if self._asks_recovery else self.password_given
        signal.emit(text)

    def _on_second(self) -> None:
        self._wait_s = max(0, self._wait_s - 1)
        if not self._wait_s:
            self._countdown.stop()
        self._tell()

    def _tell(self) -> None:
        sentence = self._sentence_text
        if self._wait_s:
            wait = self.tr("Try again in %1 s.").replace("%1", str(self._wait_s))
            sentence = f"{sentence} {wait}".strip()
        self._problem.setText(sentence)
        self._problem.setAccessibleName(sentence)
        self._problem.setVisible(bool(sentence))
        self.unlock_button.setEnabled(not self._is_busy and not self._wait_s)
        self.unlock_button.setText(self.tr("Looking…") if self._is_busy else self.tr("Unlock"))

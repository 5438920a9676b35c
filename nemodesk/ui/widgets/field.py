# SPDX-License-Identifier: Apache-2.0
"""A control with its title, what it does, where its value comes from, and a way back.

It decides nothing.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label, set_badge


@dataclass(frozen=True, kw_only=True)
class FieldState:
    """What stands beside a control.

    Attributes:
        badge: a word in colour, such as "Recommended"; may be empty.
        note: where the value comes from or what would be recommended; may be empty.
        can_reset: whether there is something to take back.
    """

    badge: str = ""
    note: str = ""
    can_reset: bool = False


class Field(QWidget):
    """A control in its place.

    Signals:
        reset_requested(): take the person's value back.

    Args:
        title: what it is called; the control has the same accessible name.
        sentence: what it does, in plain words.
        is_beside: whether the control stands beside the words instead of below.
    """

    reset_requested = Signal()

    def __init__(
        self,
        title: str,
        sentence: str,
        control: QWidget,
        theme: Theme,
        *,
        is_beside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"field_{control.objectName()}")
        self.control = control
        self._what = sentence
        self._title = make_label(title, "strong", wraps=True)
        # The control alone bears the title as its name, so that it is found by it.
        spoken = self.tr("%1: %2").replace("%1", title).replace("%2", sentence)
        self._title.setAccessibleName(spoken)
        self._badge = make_label("", "badge")
        self._sentence = make_label(sentence, "small", wraps=True)
        self._note = make_label("", "small", wraps=True)
        self._problem = make_label("", "danger", wraps=True)
        set_role(self._problem, QAccessible.Role.AlertMessage)
        name = self.tr("Reset: %1").replace("%1", title)
        self.reset_button = Button(f"reset_{control.objectName()}", name, kind="icon", icon="reset")
        self.reset_button.clicked.connect(self.reset_requested)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self._lay_out(is_beside=is_beside)
        self.show_state(FieldState())
        self.show_problem("")
        self.set_theme(theme)

    @property
    def problem(self) -> str:
        """What is said to be wrong."""
        return self._problem.text()

    def show_state(self, state: FieldState) -> None:
        """Say where the value comes from, and offer the way back."""
        set_badge(self._badge, state.badge, "great")
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        if self.reset_button.hasFocus() and not state.can_reset:
            self.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reset_button.setVisible(state.can_reset)
        spoken = (self._what, state.badge, state.note)
        self.control.setAccessibleDescription(" ".join(part for part in spoken if part))

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong; empty: nothing is."""
        is_news = sentence and sentence != self._problem.text()
        self._problem.setText(sentence)
        self._problem.setAccessibleName(sentence)
        self._problem.setVisible(bool(sentence))
        self._badge.setVisible(bool(self._badge.text()) and not sentence)
        if is_news:
            announce_alert(self._problem)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setSpacing(theme.spacing(1))
        self._top.setSpacing(theme.spacing(2))
        self.reset_button.set_theme(theme)
        dressed = getattr(self.control, "set_theme", None)
        if dressed is not None:
            dressed(theme)

    def _lay_out(self, *, is_beside: bool) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._top = QHBoxLayout()
        self._top.addWidget(self._title, 1)
        self._top.addWidget(self.reset_button)
        if is_beside:
            self._top.addWidget(self.control)
        self._column.addLayout(self._top)
        if not is_beside:
            self._column.addWidget(self.control)
        for label in (self._problem, self._sentence, self._note):
            self._column.addWidget(label)
        self._column.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignLeading)

# SPDX-License-Identifier: Apache-2.0
"""A card for something that takes long: what it is, buttons, a bar with Cancel, what came of it.

It does none of it.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nemodesk.ui.rows import WorkRow
from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.progress import Progress


class WorkCard(QFrame):
    """Words, buttons, and the work while it goes on.

    Signals:
        cancel_requested(): end it.

    Args:
        name: object name; that of the bar and of Cancel are made of it.
        title: what is done, for screen readers.
        sentence: what it is good for.
        choice: what is chosen before, above the buttons.
    """

    cancel_requested = Signal()

    def __init__(
        self,
        name: str,
        title: str,
        sentence: str,
        buttons: Sequence[Button],
        theme: Theme,
        *,
        choice: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self._own = tuple(buttons)
        self._choice = choice
        self._title = make_label("", "strong", wraps=True)
        self._text = make_label("", "muted", wraps=True)
        self._report = make_label("", "strong", wraps=True)
        self._details = make_label("", "muted", wraps=True)
        set_role(self._report, QAccessible.Role.AlertMessage)
        self.bar = Progress(f"{name}_progress", title)
        self.cancel_button = Button(f"{name}_cancel", self.tr("Cancel"), kind="quiet")
        self.cancel_button.setAccessibleDescription(title)
        self._work = QWidget()
        self._work_column = QVBoxLayout(self._work)
        self._buttons = QWidget()
        self._choices = QVBoxLayout(self._buttons)
        self._flow = FlowLayout()
        self._lay_out(sentence)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.show_work(None)
        self.show_report("")
        self.set_theme(theme)

    @property
    def report(self) -> str:
        """What is said to have come of it."""
        return self._report.text()

    def show_work(self, row: WorkRow | None) -> None:
        """Say how far it is; None: nothing is being done."""
        had_focus = any(
            part.hasFocus() for part in (self.cancel_button, *self._buttons.findChildren(QWidget))
        )
        self._work.setVisible(row is not None)
        self._buttons.setVisible(row is None)
        if row is not None:
            self._title.setText(row.title)
            self._text.setText(row.text)
            self.bar.show_share(row.progress)
            self.bar.setAccessibleDescription(row.text)
        if had_focus:
            (self._own[0] if row is None else self.cancel_button).setFocus()

    def allow(self, *, is_allowed: bool) -> None:
        """Let the buttons be used, or not while something else is being done."""
        self._buttons.setEnabled(is_allowed)

    def show_report(self, sentence: str, details: Sequence[str] = ()) -> None:
        """Say what came of it, and below it what else there is to know; empty: nothing yet."""
        self._report.setText(sentence)
        self._report.setAccessibleName(sentence)
        self._report.setVisible(bool(sentence))
        self._details.setText("\n".join(say(detail) for detail in details))
        self._details.setVisible(bool(details))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))
        self._flow.setSpacing(theme.spacing(2))
        self._work_column.setContentsMargins(0, 0, 0, 0)
        self._work_column.setSpacing(theme.spacing(1))
        self._choices.setSpacing(theme.spacing(2))
        for part in (*self._own, self._choice, self.cancel_button):
            dressed = getattr(part, "set_theme", None)
            if dressed is not None:
                dressed(theme)

    def _lay_out(self, sentence: str) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(make_label(sentence, "muted", wraps=True))
        for part in (self._buttons, self._work, self._report, self._details):
            self._column.addWidget(part)
        self._choices.setContentsMargins(0, 0, 0, 0)
        if self._choice is not None:
            self._choices.addWidget(self._choice)
        self._choices.addLayout(self._flow)
        for button in self._own:
            self._flow.addWidget(button)
        self._work_column.addWidget(self._title)
        self._work_column.addWidget(self.bar)
        below = QHBoxLayout()
        below.addWidget(self._text, 1)
        below.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignTop)
        self._work_column.addLayout(below)

# SPDX-License-Identifier: Apache-2.0
"""What an empty chat shows: a greeting and three beginnings. It sends nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label


class Welcome(QWidget):
    """A greeting and three things that work without the internet.

    Signals:
        suggestion_chosen(str): write this into the message.
    """

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        heading = make_label(self.tr("What is on your mind?"), "heading", wraps=True)
        promise = make_label(
            self.tr("It all stays on this computer, and works without the internet."),
            "muted",
            wraps=True,
        )
        self._buttons: list[Button] = []
        self._column_widget = QWidget()
        self._column = QVBoxLayout(self._column_widget)
        self._column.setContentsMargins(0, 0, 0, 0)
        for label in (self._picture, heading, promise):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(label)
        self._column.addSpacing(theme.spacing(4))
        for name, icon, title, text in self._suggestions():
            self._column.addWidget(self._make_button(name, icon, title, text))
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(self._column_widget, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._picture.setPixmap(theme.pixmap("mark", "accent", theme.spacing(9)))
        self._column.setSpacing(theme.spacing(2))
        self._column_widget.setFixedWidth(theme.spacing(100))
        for button in self._buttons:
            button.set_theme(theme)

    def _suggestions(self) -> tuple[tuple[str, str, str, str], ...]:
        return (
            (
                "explain",
                "thinking",
                self.tr("Explain something in simple words"),
                self.tr("Explain in simple words why the sky is blue."),
            ),
            (
                "write",
                "edit",
                self.tr("Write a friendly message"),
                self.tr("Write a short, friendly message to thank a neighbour for their help."),
            ),
            (
                "plan",
                "check",
                self.tr("Make a plan"),
                self.tr("Make a simple plan for a quiet weekend at home."),
            ),
        )

    def _make_button(self, name: str, icon: str, title: str, text: str) -> Button:
        button = Button(f"suggestion_{name}", title, kind="starter", icon=icon, icon_role="accent")
        button.clicked.connect(lambda: self.suggestion_chosen.emit(text))
        self._buttons.append(button)
        return button

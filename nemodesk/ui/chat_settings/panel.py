# SPDX-License-Identifier: Apache-2.0
"""The panel Chat settings: whom choices are for, a preset, the fields. It keeps nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nemodesk.ui.chat_settings.fields import CHOSEN_WORDS, LENGTHS, Fields
from nemodesk.ui.chat_settings.preset_bar import PresetBar
from nemodesk.ui.chat_settings.rows import ChatSettingsRow, Scope
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.choice import Chips, Option
from nemodesk.ui.widgets.labels import make_label


class ChatSettingsPanel(QFrame):
    """What can be chosen about answers, for this chat or for every chat with this model.

    Signals:
        close_requested(): fold the panel away.
        scope_chosen(str): what choices are for from now on: chat or model.
        choice_made(str, object): this value for this choice; None takes it back.
        reset_requested(): take all choices of the scope back.

    Attributes:
        presets: the line Preset, with signals of its own.
        fields: the fields.
    """

    close_requested = Signal()
    scope_chosen = Signal(str)
    choice_made = Signal(str, object)
    reset_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_settings")
        self.setAccessibleName(self.tr("Chat settings"))
        self._row = ChatSettingsRow()
        self.close_button = Button(
            "close_chat_settings", self.tr("Close the chat settings"), kind="icon", icon="close"
        )
        self.scope = Chips(
            "chat_settings_scope",
            self.tr("What these choices are for"),
            (
                Option(Scope.CHAT, self.tr("This chat")),
                Option(Scope.MODEL, self.tr("Every chat with this model")),
            ),
            theme,
        )
        self.presets = PresetBar(theme)
        self.fields = Fields(theme, self)
        self.reset_button = Button("reset_chat_settings", self.tr("Reset all"), icon="reset")
        self._foot_text = make_label("", "small", wraps=True)
        self._headings = {
            "choice": make_label(self.tr("How words are chosen"), "title", wraps=True),
            "length": make_label(self.tr("Length"), "title", wraps=True),
            "template": make_label(self.tr("How the model is spoken to"), "title", wraps=True),
        }
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def show_row(self, row: ChatSettingsRow) -> None:
        """Show what counts."""
        self._row = row
        self.scope.show_value(row.scope)
        self.presets.show_row(row)
        self.fields.show_row(row)
        self._foot_text.setText(row.foot)
        self.reset_button.setEnabled(not row.chosen.is_empty)

    def show_problem(self, name: str, sentence: str) -> None:
        """Say in place what is wrong with a choice; empty: nothing is."""
        self.fields.by_name[name].show_problem(sentence)

    def flush(self) -> None:
        """Let everything that was written count now."""
        self.fields.flush()

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        control = self.fields.by_name["system_prompt"].control
        control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold away by Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_requested.emit()
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        edge, gap = theme.spacing(4), theme.spacing(2)
        self._head.setFixedHeight(theme.spacing(12))
        self._head_row.setContentsMargins(edge, gap, gap, gap)
        self._column.setContentsMargins(edge, edge, theme.spacing(2), edge)
        self._column.setSpacing(theme.spacing(4))
        self._foot_row.setContentsMargins(edge, theme.spacing(2), edge, theme.spacing(3))
        self._foot_row.setSpacing(theme.spacing(2))
        for part in (
            self.close_button, self.scope, self.presets, self.fields, self.reset_button
        ):  # fmt: skip
            part.set_theme(theme)
        for heading in self._headings.values():
            heading.setContentsMargins(0, theme.spacing(3), 0, 0)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self._head = QFrame()
        self._head.setObjectName("chat_settings_head")
        self._head_row = QHBoxLayout(self._head)
        self._head_row.addWidget(make_label(self.tr("Chat settings"), "strong"), 1)
        self._head_row.addWidget(self.close_button)
        outer.addWidget(self._head)
        outer.addWidget(self._make_area(), 1)
        foot = QFrame()
        foot.setObjectName("chat_settings_foot")
        self._foot_row = QHBoxLayout(foot)
        self._foot_row.addWidget(self._foot_text, 1)
        self._foot_row.addWidget(self.reset_button)
        outer.addWidget(foot)

    def _make_area(self) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("page", True)
        self._column = QVBoxLayout(inside)
        fields = self.fields.by_name
        self._column.addWidget(self.scope)
        self._column.addWidget(self.presets)
        self._column.addWidget(fields["system_prompt"])
        self._column.addWidget(fields["thinking"])
        self._column.addWidget(self._headings["choice"])
        for name in CHOSEN_WORDS:
            self._column.addWidget(fields[name])
        self._column.addWidget(self._headings["length"])
        for name in LENGTHS:
            self._column.addWidget(fields[name])
        self._column.addWidget(self._headings["template"])
        self._column.addWidget(fields["chat_template"])
        self._column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("chat_settings_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.close_requested)
        self.scope.chosen.connect(self._on_scope)
        self.fields.choice_made.connect(self.choice_made)
        self.reset_button.clicked.connect(self._on_reset)

    def _on_scope(self, scope: object) -> None:
        # What was written belongs to the scope that was shown until now.
        self.flush()
        self.scope_chosen.emit(str(scope))

    def _on_reset(self) -> None:
        self.fields.forget()
        self.reset_requested.emit()

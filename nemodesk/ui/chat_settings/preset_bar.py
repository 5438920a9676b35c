# SPDX-License-Identifier: Apache-2.0
"""The line Preset: which choices are used under a name, and what can be done with it.

It keeps no presets.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nemodesk.ui.chat_settings.rows import ChatSettingsRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button, RowButton
from nemodesk.ui.widgets.card_layout import fill_card
from nemodesk.ui.widgets.choice import ChoiceButton, Option
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.widgets.question import Question, ask

_NONE = ""
_LONGEST_NAME = 60
_CARD_STEPS = 56


class PresetBar(QWidget):
    """Chooses a preset; the button beside it saves, updates, renames and deletes one.

    Signals:
        preset_chosen(str): use the choices of this preset; empty: use none.
        preset_saved(str): keep what is chosen under this name.
        preset_updated(str): let this preset be what is chosen now.
        preset_renamed(str, str): give the preset another name.
        preset_deleted(str): forget the preset; the person was asked.
    """

    preset_chosen = Signal(str)
    preset_saved = Signal(str)
    preset_updated = Signal(str)
    preset_renamed = Signal(str, str)
    preset_deleted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("preset_bar")
        self._theme = theme
        self.row = ChatSettingsRow()
        self.choice = ChoiceButton("preset", self.tr("Preset"), theme)
        self.more_button = Button(
            "preset_actions", self.tr("Save or change presets"), kind="icon", icon="more"
        )
        self._title = make_label(self.tr("Preset"), "strong")
        # The button alone bears the name, so that it is found by it.
        self._title.setAccessibleName(self.tr("Choices under a name"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._line = QHBoxLayout()
        self._line.addWidget(self.choice, 1)
        self._line.addWidget(self.more_button)
        self._column.addWidget(self._title)
        self._column.addLayout(self._line)
        self.choice.chosen.connect(self._on_chosen)
        self.more_button.clicked.connect(self.open_actions)
        self.set_theme(theme)

    def show_row(self, row: ChatSettingsRow) -> None:
        """Show which preset is used."""
        self.row = row
        options = [Option(_NONE, self.tr("No preset"))]
        options += [Option(name, name) for name in row.presets]
        value, text = row.preset, ""
        if row.is_preset_changed:
            value, text = None, self.tr("%1, changed").replace("%1", row.preset)
        elif not row.preset and not row.chosen.is_empty:
            value, text = None, self.tr("Your own choices")
        self.choice.show_options(options, value, text)

    def open_actions(self) -> Overlay:
        """Open the card with what can be done."""
        card = _Actions(self._theme)
        actions = [(card.add(name, text), act) for name, text, act in self._actions()]
        overlay = Overlay(self.window(), card, self._theme, self.more_button)
        for button, act in actions:
            button.clicked.connect(partial(self._then, overlay, act))
        return overlay

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._column.setSpacing(theme.spacing(1))
        self._line.setSpacing(theme.spacing(1))
        self.choice.set_theme(theme)
        self.more_button.set_theme(theme)

    def _actions(self) -> list[tuple[str, str, Callable[[], object]]]:
        name = self.row.preset
        actions: list[tuple[str, str, Callable[[], object]]] = [
            ("preset_save", self.tr("Save as a preset…"), self.ask_for_new_name)
        ]
        if not name:
            return actions

        def named(text: str) -> str:
            return text.replace("%1", name)

        if self.row.is_preset_changed:
            update = named(self.tr("Save the changes in “%1”"))
            actions.append(("preset_update", update, lambda: self.preset_updated.emit(name)))
        rename = named(self.tr("Rename “%1”…"))
        delete = named(self.tr("Delete “%1”…"))
        actions.append(("preset_rename", rename, self.ask_for_other_name))
        actions.append(("preset_delete", delete, self.ask_to_delete))
        return actions

    def _then(self, overlay: Overlay, act: Callable[[], object], *_: object) -> None:
        overlay.close_card()
        act()

    def _on_chosen(self, value: object) -> None:
        self.preset_chosen.emit(value if isinstance(value, str) else _NONE)

    def ask_for_new_name(self) -> "NameSheet":
        """Let the person name what is chosen now."""
        sheet = self._open_sheet(self.tr("Save as a preset"), "")
        sheet.named.connect(self.preset_saved)
        return sheet

    def ask_for_other_name(self) -> "NameSheet":
        """Let the person give the preset another name."""
        old = self.row.preset
        sheet = self._open_sheet(self.tr("Rename the preset"), old)
        sheet.named.connect(partial(self.preset_renamed.emit, old))
        return sheet

    def ask_to_delete(self) -> Question:
        """Ask whether the preset shall go."""
        name = self.row.preset
        question = Question(
            self.tr("Delete the preset “%1”?").replace("%1", name),
            self.tr("Chats that use it keep its values."),
            yes=self.tr("Delete"),
            no=self.tr("Keep"),
            theme=self._theme,
        )
        question.accepted.connect(lambda: self.preset_deleted.emit(name))
        ask(self.window(), question, self._theme)
        return question

    def _open_sheet(self, title: str, name: str) -> "NameSheet":
        taken = frozenset(self.row.presets) - {name}
        sheet = NameSheet(title, name, taken, self._theme)
        overlay = Overlay(self.window(), sheet, self._theme)
        sheet.named.connect(overlay.close_card)
        sheet.cancelled.connect(overlay.close_card)
        return sheet


class _Actions(QWidget):
    """A list of buttons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("preset_action_list")
        self.setAccessibleName(self.tr("Save or change presets"))
        self._column = QVBoxLayout(self)
        edge = theme.spacing(1.5)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.spacing(0.5))
        self.setMinimumWidth(theme.spacing(_CARD_STEPS))

    def add(self, name: str, text: str) -> Button:
        """Add a button at the end and return it."""
        button = RowButton(name, text)
        self._column.addWidget(button)
        return button

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the first button."""
        first = self.findChild(Button)
        if first is not None:
            first.setFocus(reason)


class NameSheet(QWidget):
    """Asks for the name of a preset.

    Signals:
        named(str): this name; the person means to replace a preset of that name.
        cancelled(): none.

    Args:
        taken: names that would replace another preset.
    """

    named = Signal(str)
    cancelled = Signal()

    def __init__(self, title: str, name: str, taken: frozenset[str], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("preset_name_sheet")
        self.setAccessibleName(title)
        self._taken = taken
        self.field = QLineEdit(name)
        self.field.setObjectName("preset_name")
        self.field.setAccessibleName(self.tr("Name of the preset"))
        self.field.setPlaceholderText(self.tr("For example: Short answers"))
        self.field.setMaxLength(_LONGEST_NAME)
        self.field.selectAll()
        self._hint = make_label("", "small", wraps=True)
        self.save_button = Button("preset_name_save", self.tr("Save"), kind="primary")
        self.cancel_button = Button("preset_name_cancel", self.tr("Cancel"))
        parts = (make_label(title, "title", wraps=True), self.field, self._hint)
        fill_card(self, parts, (self.cancel_button, self.save_button), theme)
        self.setMinimumWidth(min(theme.spacing(100), 9 * theme.smallest_window.width() // 10))
        self.field.textChanged.connect(self._update)
        self.field.returnPressed.connect(self._save)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancelled)
        self._update()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(reason)

    def _name(self) -> str:
        return " ".join(self.field.text().split())

    def _update(self) -> None:
        name = self._name()
        self.save_button.setEnabled(bool(name))
        hint = self.tr("There is a preset of this name. Saving replaces it.")
        self._hint.setText(hint if name in self._taken else "")

    def _save(self) -> None:
        if self._name():
            self.named.emit(self._name())

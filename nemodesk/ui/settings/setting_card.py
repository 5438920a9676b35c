# SPDX-License-Identifier: Apache-2.0
"""Controls for declared settings, one below the other on a card. They keep nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from nemodesk.errors import UsageError
from nemodesk.settings.declared import DECLARED
from nemodesk.settings.setting import Effect, Setting
from nemodesk.ui.settings.setting_words import Words, effect_in_words, words_of
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.choice import Chips, ChoiceButton, Option
from nemodesk.ui.widgets.field import Field, FieldState
from nemodesk.ui.widgets.line_edit import LineEdit
from nemodesk.ui.widgets.number_edit import NumberEdit
from nemodesk.ui.widgets.switch import Switch

_MOST_CHIPS = 4
_NUMBER_STEPS = 36
_STEP_OF_PARTS = 0.5


@dataclass(frozen=True, kw_only=True)
class SettingRow:
    """What a control shows.

    Attributes:
        is_set: whether the person has chosen it.
        note: what "automatic" means here, or what wins over it; may be empty.
    """

    value: Any
    is_set: bool = False
    note: str = ""


class SettingCard(QFrame):
    """The settings of one subject.

    Signals:
        setting_chosen(str, object): the person wants this value for this key.
        setting_reset(str): the person wants the default of this key again.
    """

    setting_chosen = Signal(str, object)
    setting_reset = Signal(str)

    def __init__(self, name: str, keys: Sequence[str], theme: Theme) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self.fields: dict[str, Field] = {}
        self._column = QVBoxLayout(self)
        for key in keys:
            self._add(DECLARED[key], theme)
        self.set_theme(theme)

    def show_setting(self, key: str, row: SettingRow) -> None:
        """Show what counts; keys that are not on this card are passed over."""
        field = self.fields.get(key)
        if field is None or (field.problem and not isinstance(field.control, NumberEdit)):
            return
        setting, words = DECLARED[key], words_of(key)
        _show(field.control, setting, words, row.value)
        parts = (row.note, effect_in_words(setting.takes_effect))
        is_plain = setting.takes_effect is Effect.AT_ONCE and not row.note
        note = "" if is_plain else " ".join(part for part in parts if part)
        field.show_state(FieldState(note=note, can_reset=row.is_set))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.spacing(5))
        for field in self.fields.values():
            field.set_theme(theme)
            if isinstance(field.control, NumberEdit):
                field.control.setFixedWidth(theme.spacing(_NUMBER_STEPS))

    def _add(self, setting: Setting[Any], theme: Theme) -> None:
        key, words = setting.key, words_of(setting.key)
        control = self._make_control(setting, words, theme)
        is_beside = isinstance(control, NumberEdit | Switch)
        field = Field(words.title, words.sentence, control, theme, is_beside=is_beside)
        if isinstance(control, NumberEdit):
            control.problem_changed.connect(field.show_problem)
        field.reset_requested.connect(partial(self._reset, key))
        self.fields[key] = field
        self._column.addWidget(field)

    def _make_control(self, setting: Setting[Any], words: Words, theme: Theme) -> QWidget:
        key, name = setting.key, setting.key.replace(".", "_")
        choose = partial(self._choose, key)
        match setting.kind:
            case "switch":
                switch = Switch(name, words.title, theme)
                switch.toggled.connect(choose)
                return switch
            case "number":
                edit = NumberEdit(
                    name,
                    words.title,
                    minimum=setting.minimum / words.scale,
                    maximum=setting.maximum / words.scale,
                    step=1 if words.scale == 1 else _STEP_OF_PARTS,
                )
                edit.setPlaceholderText(words.empty)
                edit.value_changed.connect(partial(self._choose_number, key, words.scale))
                return edit
            case "choice":
                return self._make_choice(setting, words, theme)
            case "address" | "record":
                line = LineEdit(name, words.title)
                line.setPlaceholderText(words.empty)
                line.line_written.connect(choose)
                return line

    def _make_choice(self, setting: Setting[Any], words: Words, theme: Theme) -> QWidget:
        name = setting.key.replace(".", "_")
        options = _options(words)
        if len(options) <= _MOST_CHIPS:
            chips = Chips(name, words.title, options, theme)
            chips.chosen.connect(partial(self._choose, setting.key))
            return chips
        button = ChoiceButton(name, words.title, theme)
        button.show_options(options, setting.default)
        button.chosen.connect(partial(self._choose, setting.key))
        return button

    def _choose_number(self, key: str, scale: int, value: float | None) -> None:
        if value is None:
            self._reset(key)
        else:
            self._choose(key, round(value * scale))

    def _choose(self, key: str, value: object) -> None:
        field = self.fields[key]
        try:
            DECLARED[key].check(value)
        except UsageError:
            field.show_problem(self._what_it_takes(DECLARED[key]))
            return
        field.show_problem("")
        self.setting_chosen.emit(key, value)

    def _reset(self, key: str) -> None:
        field = self.fields[key]
        field.show_problem("")
        if isinstance(field.control, NumberEdit):
            field.control.forget()
        self.setting_reset.emit(key)

    def _what_it_takes(self, setting: Setting[Any]) -> str:
        schemes = ", ".join(f"{scheme}://" for scheme in setting.schemes)
        sentence = self.tr("Write an address that begins with one of these: %1. Or nothing.")
        return sentence.replace("%1", schemes)


def _options(words: Words) -> list[Option]:
    return [Option(value, text) for value, text in words.choices.items()]


def _show(control: QWidget, setting: Setting[Any], words: Words, value: object) -> None:
    if isinstance(control, Switch):
        control.show_value(is_on=bool(value))
    elif isinstance(control, NumberEdit) and isinstance(value, int):
        is_empty = bool(words.empty) and value == setting.default
        control.show_value(None if is_empty else value / words.scale)
    elif isinstance(control, Chips):
        control.show_value(value)
    elif isinstance(control, ChoiceButton):
        control.show_options(_options(words), value)
    elif isinstance(control, LineEdit):
        control.show_line(str(value))

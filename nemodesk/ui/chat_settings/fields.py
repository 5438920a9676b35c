# SPDX-License-Identifier: Apache-2.0
"""The fields of the panel Chat settings: one for each choice. They keep nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal

from nemodesk.conversation.choosing import LIMITS, Origin
from nemodesk.ui.chat_settings.rows import ChatSettingsRow, Scope
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.choice import Chips, Option
from nemodesk.ui.widgets.field import Field, FieldState
from nemodesk.ui.widgets.number_edit import NumberEdit
from nemodesk.ui.widgets.text_area import TextArea

_CONTEXT = "ChatSettings"
_NUMBER_STEPS = 26
_PROMPT_LINES = (3, 10)
_TEMPLATE_LINES = (6, 14)


@dataclass(frozen=True)
class _Number:
    """A field for a number.

    Attributes:
        title: its name; translated when it is shown, as the sentence is.
        step: what the arrow keys add.
        empty: what stands there where nothing is chosen.
    """

    title: str
    sentence: str
    step: float
    empty: str = ""


NUMBERS: Mapping[str, _Number] = {
    "temperature": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Temperature")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings",
                "How freely words are chosen. 0 always takes the likeliest; more is more varied.",
            )
        ),
        0.1,
    ),
    "top_p": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Top P")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings",
                "Keeps the likeliest words that together make up this share. 1 keeps all.",
            )
        ),
        0.05,
    ),
    "min_p": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Min P")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings",
                "Leaves out words that are far less likely than the likeliest. 0 keeps all.",
            )
        ),
        0.01,
    ),
    "top_k": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Top K")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings", "Keeps this many of the likeliest words. 0 keeps all."
            )
        ),
        1,
    ),
    "seed": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Seed")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings", "The same seed and the same question give the same answer again."
            )
        ),
        1,
    ),
    "max_tokens": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Maximum new tokens")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings",
                "How long an answer may get. 100 tokens are about 75 words. Empty: the model "
                "ends by itself.",
            )
        ),
        100,
        str(QT_TRANSLATE_NOOP("ChatSettings", "No limit")),
    ),
    "context_tokens": _Number(
        str(QT_TRANSLATE_NOOP("ChatSettings", "Context length")),
        str(
            QT_TRANSLATE_NOOP(
                "ChatSettings",
                "How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what "
                "this computer holds with ease.",
            )
        ),
        1024,
        str(QT_TRANSLATE_NOOP("ChatSettings", "Automatic")),
    ),
}

CHOSEN_WORDS = ("temperature", "top_p", "min_p", "top_k", "seed")
LENGTHS = ("max_tokens", "context_tokens")
_RECOMMENDERS = {Origin.CATALOG, Origin.FILE}


class Fields(QObject):
    """Makes the fields and shows in them what counts.

    Signals:
        choice_made(str, object): the person chose this value for this choice; None: takes it back.
    """

    choice_made = Signal(str, object)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.row = ChatSettingsRow()
        self.by_name: dict[str, Field] = {}
        self._numbers: dict[str, NumberEdit] = {}
        self._make_prompt(theme)
        for name in NUMBERS:
            self._make_number(name, theme)
        self._make_thinking(theme)
        self._make_template(theme)

    @property
    def problems(self) -> bool:
        """Whether something that was written makes no sense."""
        return any(field.problem for field in self.by_name.values())

    def show_row(self, row: ChatSettingsRow) -> None:
        """Show what counts."""
        if row.about != self.row.about:
            self.forget()
        self.row = row
        self._prompt.show_text(row.counts.system_prompt or "")
        for name, edit in self._numbers.items():
            # An automatic length is shown as none.
            edit.show_value(getattr(row.counts, name) or self._zero(name))
        self._thinking.show_value(row.counts.thinking)
        self.by_name["thinking"].setVisible(row.can_think)
        if not self.by_name["chat_template"].problem:
            self._template.show_text(row.counts.chat_template or row.own_template)
        for name, field in self.by_name.items():
            field.show_state(self._state(name))

    def flush(self) -> None:
        """Let everything that was written count now."""
        for field in self.by_name.values():
            if isinstance(field.control, NumberEdit | TextArea):
                field.control.flush()

    def forget(self) -> None:
        """Give up what was written and makes no sense."""
        for field in self.by_name.values():
            field.show_problem("")
            if isinstance(field.control, NumberEdit):
                field.control.forget()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        for field in self.by_name.values():
            field.set_theme(theme)
        for edit in self._numbers.values():
            edit.setFixedWidth(theme.spacing(_NUMBER_STEPS))

    def _zero(self, name: str) -> float | None:
        """Return what an absent number is: nothing where the field may be empty."""
        return None if NUMBERS[name].empty else 0

    # Making them

    def _add(self, name: str, field: Field) -> None:
        self.by_name[name] = field
        field.reset_requested.connect(lambda: self._reset(name))

    def _make_prompt(self, theme: Theme) -> None:
        title = self.tr("System prompt")
        self._prompt = TextArea("system_prompt", title, theme, lines=_PROMPT_LINES)
        self._prompt.setPlaceholderText(self.tr("Nothing. For example: Answer briefly."))
        sentence = self.tr(
            "What the model is told before your first message: who it is to be, how it is to write."
        )
        self._prompt.text_written.connect(self._on_prompt)
        self._add("system_prompt", Field(title, sentence, self._prompt, theme))

    def _make_number(self, name: str, theme: Theme) -> None:
        number, limits = NUMBERS[name], LIMITS[name]
        title = _tr(number.title)
        edit = NumberEdit(
            name, title, minimum=limits.minimum, maximum=limits.maximum, step=number.step
        )
        edit.setPlaceholderText(_tr(number.empty))
        field = Field(title, _tr(number.sentence), edit, theme, is_beside=True)
        edit.value_changed.connect(partial(self._choose, name))
        edit.problem_changed.connect(field.show_problem)
        self._numbers[name] = edit
        self._add(name, field)

    def _make_thinking(self, theme: Theme) -> None:
        title = self.tr("Thinking")
        options = (
            Option(None, self.tr("As the model likes")),
            Option(True, self.tr("Think first")),
            Option(False, self.tr("Answer at once")),
        )
        self._thinking = Chips("chat_thinking", title, options, theme)
        self._thinking.chosen.connect(partial(self._choose, "thinking"))
        sentence = self.tr("Thinking makes hard answers better, and every answer slower.")
        self._add("thinking", Field(title, sentence, self._thinking, theme))

    def _make_template(self, theme: Theme) -> None:
        title = self.tr("Chat template")
        self._template = TextArea(
            "chat_template", title, theme, lines=_TEMPLATE_LINES, is_code=True
        )
        sentence = self.tr(
            "How messages are put together for the model, in Jinja. Emptied, it is the model's own "
            "again."
        )
        self._template.text_written.connect(self._on_template)
        self._add("chat_template", Field(title, sentence, self._template, theme))

    # What the person wrote

    def _choose(self, name: str, value: object) -> None:
        self.choice_made.emit(name, value)

    def _reset(self, name: str) -> None:
        field = self.by_name[name]
        field.show_problem("")
        if isinstance(field.control, NumberEdit):
            field.control.forget()
        self._choose(name, None)

    def _on_prompt(self, text: str) -> None:
        # Nothing at all can be a choice too: where otherwise something would be said.
        is_chosen_away = not text.strip() and self._otherwise("system_prompt")
        self._choose("system_prompt", "" if is_chosen_away else text.strip() or None)

    def _on_template(self, text: str) -> None:
        is_own = text.strip() in {"", self.row.own_template.strip()}
        self._choose("chat_template", None if is_own else text)

    def _otherwise(self, name: str) -> bool:
        """Return whether something would count if nothing were chosen in this scope."""
        is_for_chat = self.row.scope is Scope.CHAT
        return is_for_chat and bool(getattr(self.row.below, name))

    # What stands beside

    def _state(self, name: str) -> FieldState:
        row = self.row
        can_reset = getattr(row.chosen, name) is not None or bool(self.by_name[name].problem)
        if name == "context_tokens":
            return FieldState(note=row.context_note, can_reset=can_reset)
        if name == "chat_template":
            return FieldState(note=self._template_note(), can_reset=can_reset)
        if row.scope is Scope.CHAT and row.origins.get(name) is Origin.MODEL:
            note = self.tr("Your choice for every chat with this model.")
            return FieldState(note=note, can_reset=can_reset)
        recommended = getattr(row.recommended, name)
        if row.recommended_by.get(name) not in _RECOMMENDERS:
            return FieldState(can_reset=can_reset)
        if recommended == getattr(row.counts, name):
            return FieldState(badge=self.tr("Recommended"), can_reset=can_reset)
        note = self.tr("Recommended for this model: %1.").replace("%1", f"{recommended:g}")
        return FieldState(note=note, can_reset=can_reset)

    def _template_note(self) -> str:
        if self.row.counts.chat_template:
            return self.tr("This is not the model's own.")
        return self.tr("This is the model's own.") if self.row.own_template else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text) if text else ""

# SPDX-License-Identifier: Apache-2.0
"""Joins the panel Chat settings to what is chosen about answers. It decides nothing of it."""

import asyncio
from dataclasses import replace

import msgspec
from PySide6.QtCore import QLocale, QObject

from nemodesk.answer_settings import AnswerSettings, Preset
from nemodesk.catalog.model_file import ModelFile
from nemodesk.conversation.choosing import Choices
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import UsageError
from nemodesk.sizes import in_words
from nemodesk.speeds import WORDS_PER_TOKEN
from nemodesk.ui.answer_choices import NOTHING, AnswerChoices
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_settings.door import ChatSettingsDoor
from nemodesk.ui.chat_settings.rows import ChatSettingsRow, Scope
from nemodesk.ui.sentences import say
from nemodesk.ui.window import MainWindow


class AnswerSession(QObject):
    """The panel of one window.

    Args:
        answers: what is chosen.
    """

    def __init__(
        self, window: MainWindow, *, bridge: Bridge, answers: AnswerChoices, pool: EnginePool
    ) -> None:
        super().__init__(window)
        self._window = window
        self._door: ChatSettingsDoor = window.chat.settings
        self._bridge = bridge
        self._answers = answers
        self._pool = pool
        self._scope = Scope.CHAT
        # Which preset was chosen for what, since the program began.
        self._used: dict[str, str] = {}
        # What the choices were for that can be taken back; empty: none can.
        self._lost = ""
        self._context_note = ""
        self._noted: object = None
        self._connect()

    def _connect(self) -> None:
        door, does = self._door, self._bridge.does
        self._answers.changed.connect(self._show)
        self._answers.changed.connect(self._forget_lost)
        self._answers.leaving.connect(door.flush)
        door.opened.connect(self._show)
        door.opened.connect(does(self._answers.look_at_model))
        door.scope_chosen.connect(self._on_scope)
        door.choice_made.connect(self._on_choice)
        door.reset_requested.connect(lambda: self._replace_all(NOTHING))
        door.preset_chosen.connect(self._use_preset)
        door.preset_saved.connect(self._save_preset)
        door.preset_updated.connect(self._save_preset)
        door.preset_renamed.connect(self._rename_preset)
        door.preset_deleted.connect(self._delete_preset)
        self._check_template = does(self._choose_template)

    # What is shown

    def _show(self) -> None:
        model = self._answers.model
        if not self._door.is_open or model is None:
            return
        self._door.show_row(self._row(model))
        self._bridge.start(self._note_context(model))

    def _row(self, model: ModelFile) -> ChatSettingsRow:
        answers = self._answers
        nothing_for_chat = answers.what_counts(NOTHING, model)
        is_for_chat = self._scope is Scope.CHAT
        found = answers.what_counts(answers.chat, model) if is_for_chat else nothing_for_chat
        suited = answers.suited(model)
        chosen = self._chosen(model)
        preset = self._preset(model, chosen)
        return ChatSettingsRow(
            about=self._about(model),
            scope=self._scope,
            chosen=chosen,
            counts=found.settings,
            below=nothing_for_chat.settings if is_for_chat else found.recommended,
            origins=found.origins,
            recommended=found.recommended,
            recommended_by=found.recommended_by,
            own_template=suited.chat_template,
            can_think=suited.can_think,
            context_note=self._context_note,
            foot=self._foot(found, model),
            presets=tuple(one.name for one in answers.settings.presets()),
            preset=preset.name if preset else "",
            is_preset_changed=preset is not None and preset.settings != chosen,
        )

    def _chosen(self, model: ModelFile) -> AnswerSettings:
        if self._scope is Scope.CHAT:
            return self._answers.chat
        return self._answers.settings.answer_defaults(model.id)

    def _about(self, model: ModelFile) -> str:
        return f"chat {self._answers.chat_id}" if self._scope is Scope.CHAT else model.id

    def _foot(self, found: Choices, model: ModelFile) -> str:
        loaded = self._pool.loaded_model(model.path) is not None
        if loaded and not self._pool.is_loaded_as(model.path, found.turn.engine):
            return self.tr("Counts from your next message. The model is loaded anew for it.")
        return self.tr("Choices count from your next message.")

    async def _note_context(self, model: ModelFile) -> None:
        """Say what the context costs; it is looked up when something has changed."""
        found = self._answers.what_counts(self._answers.chat, model)
        suited = self._answers.suited(model)
        wanted = found.turn.engine
        loaded = self._pool.loaded_settings(model.path)
        about = (model.path, wanted.context_tokens, wanted.cache_type, loaded, suited.shape)
        if about == self._noted or suited.shape is None:
            return
        self._noted = about
        # Imported when first needed: the window is usable sooner.
        from nemodesk.advice.context_cost import context_cost  # noqa: PLC0415

        cost = await asyncio.to_thread(
            context_cost,
            suited.shape,
            wanted.context_tokens,
            wanted.cache_type,
            loaded=loaded,
            devices=self._pool.devices,
        )
        self._context_note = self._in_words(cost.tokens, cost.memory_bytes, cost.longest_tokens)
        if self._noted == about:
            self._door.show_row(replace(self._row(model), context_note=self._context_note))

    def _in_words(self, tokens: int, memory_bytes: int, longest_tokens: int) -> str:
        locale, parts = QLocale(), list[str]()
        if tokens:
            part = self.tr("%1 tokens hold about %2 words and take %3 of memory.")
            part = part.replace("%1", locale.toString(tokens))
            part = part.replace("%2", locale.toString(_rounded(tokens * WORDS_PER_TOKEN)))
            parts.append(part.replace("%3", in_words(memory_bytes)))
        if longest_tokens:
            part = self.tr("Up to %1 fit this computer now.")
            parts.append(part.replace("%1", locale.toString(longest_tokens)))
        if 0 < longest_tokens < tokens:
            parts.append(self.tr("Choose less, or the model cannot be loaded."))
        return " ".join(parts)

    # What the person chooses

    def _on_scope(self, scope: str) -> None:
        self._scope = Scope(scope)
        self._forget_lost()
        self._show()

    def _on_choice(self, name: str, value: object) -> None:
        if name == "chat_template" and isinstance(value, str):
            self._check_template(value)
            return
        model = self._answers.model
        if model is not None:
            self._replace(msgspec.structs.replace(self._chosen(model), **{name: value}))

    async def _choose_template(self, text: str) -> None:
        """Choose a template that is one; say of another what is wrong with it."""
        scope, model = self._scope, self._answers.model
        try:
            await asyncio.to_thread(_check_template, text)
        except UsageError as error:
            self._say(error.sentence)
            return
        if scope is not self._scope or model is None:
            return
        self._say("")
        chosen = msgspec.structs.replace(self._chosen(model), chat_template=text)
        self._replace(chosen)

    def _say(self, sentence: str) -> None:
        if self._door.panel is not None:
            self._door.panel.show_problem("chat_template", say(sentence))

    def _replace(self, chosen: AnswerSettings) -> None:
        model = self._answers.model
        if model is None:
            return
        if self._scope is Scope.CHAT:
            self._answers.replace_for_chat(chosen)
        else:
            self._answers.replace_for_model(model, chosen)
        self._show()

    def _replace_all(self, chosen: AnswerSettings) -> None:
        """Replace everything that is chosen; what would be lost can be taken back."""
        model = self._answers.model
        if model is None:
            return
        before = self._chosen(model)
        is_kept = any(preset.settings == before for preset in self._answers.settings.presets())
        self._replace(chosen)
        if before.is_empty or is_kept or before == chosen:
            return
        self._lost = self._about(model)
        self._window.show_notice(
            self.tr("Your choices were replaced"),
            self.tr("They were not saved as a preset."),
            self.tr("Take them back"),
            lambda: self._take_back(before),
            is_done=False,
        )

    def _take_back(self, before: AnswerSettings) -> None:
        self._lost = ""
        self._window.end_notice()
        model = self._answers.model
        if model is not None:
            self._used.pop(self._about(model), None)
            self._replace(before)

    def _forget_lost(self) -> None:
        """Offer to take back only while it is about what is shown."""
        model = self._answers.model
        if self._lost and (model is None or self._about(model) != self._lost):
            self._lost = ""
            self._window.end_notice()

    # Presets

    def _preset(self, model: ModelFile, chosen: AnswerSettings) -> Preset | None:
        """Return the preset in use: the one that was chosen, or one that is just like this."""
        presets = self._answers.settings.presets()
        used = self._used.get(self._about(model))
        by_name = next((preset for preset in presets if preset.name == used), None)
        if by_name is not None:
            return by_name
        if chosen.is_empty:
            return None
        return next((preset for preset in presets if preset.settings == chosen), None)

    def _use_preset(self, name: str) -> None:
        model = self._answers.model
        if model is None:
            return
        self._remember(name)
        found = (one for one in self._answers.settings.presets() if one.name == name)
        preset = next(found, None)
        self._replace_all(preset.settings if preset else NOTHING)

    def _save_preset(self, name: str) -> None:
        model = self._answers.model
        if model is None:
            return
        new = Preset(name=name, settings=self._chosen(model))
        presets = self._answers.settings.presets()
        kept = tuple(new if preset.name == name else preset for preset in presets)
        self._answers.settings.set_presets(kept if new in kept else (*kept, new))
        self._remember(name)
        self._show()

    def _rename_preset(self, old: str, new: str) -> None:
        presets = self._answers.settings.presets()
        self._answers.settings.set_presets(
            tuple(
                msgspec.structs.replace(preset, name=new) if preset.name == old else preset
                for preset in presets
                # One of the new name gives way.
                if preset.name != new or old == new
            )
        )
        self._remember(new)
        self._show()

    def _delete_preset(self, name: str) -> None:
        presets = self._answers.settings.presets()
        self._answers.settings.set_presets(
            tuple(preset for preset in presets if preset.name != name)
        )
        self._remember("")
        self._show()

    def _remember(self, name: str) -> None:
        model = self._answers.model
        if model is not None:
            self._used[self._about(model)] = name


def _check_template(text: str) -> None:
    # Imported in the thread that needs it: the window does not need Jinja to open.
    from nemodesk.engine.template_language import compile_template  # noqa: PLC0415

    compile_template(text)


def _rounded(words: float) -> int:
    """Return a number of words as exactly as it is known."""
    return int(round(words, -2 if words >= 1000 else -1))  # noqa: PLR2004

# SPDX-License-Identifier: Apache-2.0
"""What is chosen about answers in one window: for the open chat, for its model, for the program.

It decides what counts, and stores what the person chooses. It draws nothing.
"""

import asyncio
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.offers.offer import Catalog
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Chat
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.choosing import Choices, choices, resolve
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.suited import Suited, suited_to
from nemodesk.errors import NemodeskError
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.model_session import ModelSession

NOTHING = AnswerSettings()


class AnswerChoices(QObject):
    """The choices of one window.

    Signals:
        changed(): the open chat is answered otherwise from now on, or is another one.
        leaving(): another chat is about to be shown, or a turn to begin: what is half written
            in a field counts now or never.

    Args:
        load_catalog: returns the catalog; runs in a thread.
    """

    changed = Signal()
    leaving = Signal()
    _setting_changed = Signal(str)

    def __init__(
        self,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        settings: Settings,
        models: ModelSession,
        load_catalog: Callable[[], Catalog],
    ) -> None:
        super().__init__(models)
        self.settings = settings
        self._bridge = bridge
        self._archive = archive
        self._models = models
        self._load_catalog = load_catalog
        self._catalog: Catalog | None = None
        self._chat_id: int | None = None
        # What was chosen for the chat that is not stored yet.
        self._new = NOTHING
        self._chat = NOTHING
        self._suited: dict[str, Suited] = {}
        models.changed.connect(self._on_model)
        # Settings tell in whichever thread has changed them.
        self._setting_changed.connect(self._on_setting)
        settings.subscribe(self._setting_changed.emit)

    @property
    def chat(self) -> AnswerSettings:
        """What is chosen for the open chat alone."""
        return self._new if self._chat_id is None else self._chat

    @property
    def chat_id(self) -> int | None:
        """The open chat; None for a new one that is not stored yet."""
        return self._chat_id

    @property
    def model(self) -> ModelFile | None:
        """The model that answers; None: there is none."""
        try:
            return self._models.chosen()
        except NemodeskError:
            return None

    @property
    def turn(self) -> TurnSettings:
        """How the open chat is answered, as far as that is known without waiting."""
        model = self.model
        if model is None:
            return TurnSettings()
        return resolve(self.chat, model, self.settings, self._suited.get(model.id))

    def what_counts(self, chat: AnswerSettings, model: ModelFile) -> Choices:
        """Return what would count for a chat with these choices."""
        return choices(chat, model, self.settings, self._suited.get(model.id))

    def suited(self, model: ModelFile) -> Suited:
        """Return what suits the model by itself, as far as that has been read."""
        return self._suited.get(model.id) or Suited()

    async def settings_for(self, chat_id: int, model: ModelFile) -> TurnSettings:
        """Return how a chat is answered by a model.

        Raises:
            NotFoundError: the chat is gone.
        """
        self.leaving.emit()
        chosen = self._chat
        if chat_id != self._chat_id:
            chosen = (await self._archive(ChatStore.chat, chat_id)).answer_settings
        return resolve(chosen, model, self.settings, await self._read(model))

    # The open chat

    def show_new(self) -> None:
        """Take the chat that is not stored yet as the open one."""
        self.leaving.emit()
        self._chat_id = None
        self.changed.emit()

    def show_chat(self, chat: Chat) -> None:
        """Take a stored chat as the open one."""
        if chat.id == self._chat_id:
            return
        self.leaving.emit()
        self._chat_id, self._chat = chat.id, chat.answer_settings
        self.changed.emit()

    async def keep_new(self, chat_id: int) -> None:
        """Store what was chosen for the new chat, which is stored now."""
        self.leaving.emit()
        chosen, self._new = self._new, NOTHING
        if self._chat_id is None:
            self._chat_id, self._chat = chat_id, chosen
        if not chosen.is_empty:
            await self._archive(ChatStore.set_answer_settings, chat_id, chosen)
        self.changed.emit()

    # What the person chooses

    def choose_for_chat(self, name: str, value: object) -> None:
        """Choose something for the open chat; None takes the choice back."""
        self.replace_for_chat(msgspec.structs.replace(self.chat, **{name: value}))

    def replace_for_chat(self, chosen: AnswerSettings) -> None:
        """Let these be all choices for the open chat."""
        if chosen == self.chat:
            return
        if self._chat_id is None:
            self._new = chosen
        else:
            self._chat = chosen
            self._bridge.start(self._store(self._chat_id, chosen))
        self.changed.emit()

    def replace_for_model(self, model: ModelFile, chosen: AnswerSettings) -> None:
        """Let these be all choices for every chat with a model."""
        # Settings tell of it.
        self.settings.set_answer_defaults(model.id, chosen)

    async def _store(self, chat_id: int, chosen: AnswerSettings) -> None:
        await self._archive(ChatStore.set_answer_settings, chat_id, chosen)

    # What suits the model

    async def _read(self, model: ModelFile) -> Suited:
        if model.id not in self._suited:
            if self._catalog is None:
                self._catalog = await asyncio.to_thread(self._load_catalog)
            self._suited[model.id] = await asyncio.to_thread(suited_to, model, self._catalog)
        return self._suited[model.id]

    def _on_model(self) -> None:
        # Another file may have taken the place of one that was read.
        self._suited.clear()
        self.changed.emit()
        self._bridge.start(self.look_at_model())

    async def look_at_model(self) -> None:
        """Find out what suits the model that answers, if that is not known yet."""
        model = self.model
        if model is not None and model.id not in self._suited:
            await self._read(model)
            self.changed.emit()

    def _on_setting(self, key: str) -> None:
        if key.startswith(("engine.", "answers/", "presets")):
            self.changed.emit()

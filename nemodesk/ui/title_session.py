# SPDX-License-Identifier: Apache-2.0
"""Lets the model name new chats after their first answer. It decides no name: `titles.py` does."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.events import TurnEvent, TurnStarted
from nemodesk.conversation.titles import TitleWriter
from nemodesk.errors import NotFoundError
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.model_session import ModelSession


class TitleSession(QObject):
    """The names of chats that nobody has named.

    Args:
        is_wanted: returns whether the person wants them.
    """

    def __init__(
        self,
        chats: ChatSession,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        titles: TitleWriter,
        models: ModelSession,
        is_wanted: Callable[[], bool],
    ) -> None:
        super().__init__(chats)
        self._chats = chats
        self._bridge = bridge
        self._archive = archive
        self._titles = titles
        self._models = models
        self._is_wanted = is_wanted
        chats.turn_event.connect(self._on_event)
        chats.turn_ended.connect(self._on_end)

    def _on_event(self, event: TurnEvent) -> None:
        if isinstance(event, TurnStarted):
            self._titles.give_way()

    def _on_end(self, answer: Message) -> None:
        if answer.status is MessageStatus.COMPLETE and self._is_wanted():
            self._bridge.start(self._name(answer))

    async def _name(self, answer: Message) -> None:
        model = next((model for model in self._models.models if model.id == answer.model), None)
        try:
            chat = await self._archive(ChatStore.chat, answer.chat_id)
            history = await self._archive(ChatStore.path, answer.chat_id)
            questions = sum(message.role is Role.USER for message in history)
            if model is None or chat.has_own_title or questions != 1:
                return
            title = await self._titles.write(history, model, self._chats.settings)
            # The person may have named it meanwhile.
            if title and await self._archive(
                ChatStore.set_title, answer.chat_id, title, is_own=True, keep_own=True
            ):
                self._chats.chats_changed.emit()
        except NotFoundError:
            return  # the chat was deleted meanwhile

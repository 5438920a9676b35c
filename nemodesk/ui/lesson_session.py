# SPDX-License-Identifier: Apache-2.0
"""Tells the adviser how fast the answers of chats were. It shows nothing."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject

from nemodesk.advice.lessons import Lesson, lesson_of
from nemodesk.chats.message import Message
from nemodesk.engine.pool import EnginePool
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.model_session import ModelSession


class LessonSession(QObject):
    """Makes a lesson of each answer that is long enough.

    Args:
        learn: takes it.
    """

    def __init__(
        self,
        chats: ChatSession,
        *,
        bridge: Bridge,
        pool: EnginePool,
        models: ModelSession,
        learn: Callable[[Lesson], Awaitable[None]],
    ) -> None:
        super().__init__(chats)
        self._bridge = bridge
        self._pool = pool
        self._models = models
        self._learn = learn
        chats.turn_ended.connect(self._on_end)

    def _on_end(self, answer: Message) -> None:
        model = next((model for model in self._models.models if model.id == answer.model), None)
        settings = self._pool.loaded_settings(model.path) if model else None
        if model is None or settings is None or answer.statistics is None:
            return
        lesson = lesson_of(model.path, settings, answer.statistics)
        if lesson is not None:
            self._bridge.start(self._pass_on(lesson))

    async def _pass_on(self, lesson: Lesson) -> None:
        await self._learn(lesson)

# SPDX-License-Identifier: Apache-2.0
"""Tells the adviser how fast the answers of chats were. It shows nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nemodesk.chats.message import Message, MessageStatistics
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.values import EngineSettings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.model_session import ModelSession

if TYPE_CHECKING:
    from nemodesk.advice.lessons import Lesson


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
        learn: "Callable[[Lesson], Awaitable[None]]",
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
        self._bridge.start(self._pass_on(model.path, settings, answer.statistics))

    async def _pass_on(
        self, path: Path, settings: EngineSettings, statistics: MessageStatistics
    ) -> None:
        lesson = await asyncio.to_thread(_lesson_of, path, settings, statistics)
        if lesson is not None:
            await self._learn(lesson)


def _lesson_of(
    path: Path, settings: EngineSettings, statistics: MessageStatistics
) -> "Lesson | None":
    # Imported in a thread, after the first answer: the window is usable sooner.
    from nemodesk.advice.lessons import lesson_of  # noqa: PLC0415

    return lesson_of(path, settings, statistics)

# SPDX-License-Identifier: Apache-2.0
"""A real answer in the window becomes a lesson for the adviser."""

from pathlib import Path

import pytest

from nemodesk.advice.lessons import Lesson
from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.foreign.places import Places
from nemodesk.chats.archive import ChatArchive
from nemodesk.conversation.conversation import Conversation
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.lesson_session import LessonSession
from nemodesk.ui.window import MainWindow
from tests.ui.answers import make_answers
from tests.ui.desk import Desk

pytestmark = pytest.mark.engine


async def test_a_long_answer_is_a_lesson(window: MainWindow, tmp_path: Path) -> None:
    """It says how the model was loaded and how fast it wrote."""
    desk = Desk(window, tmp_path / "home", places=Places())
    await desk.open()
    archive = ChatArchive(tmp_path / "chats.sqlite3")
    conversation = Conversation(archive, desk.pool)
    # Long enough to be a lesson, and no longer.
    answers = make_answers(
        desk.bridge, archive, desk.models, for_starter=AnswerSettings(max_tokens=70)
    )
    chats = ChatSession(
        window,
        bridge=desk.bridge,
        archive=archive,
        conversation=conversation,
        models=desk.models,
        answers=answers,
    )
    lessons: list[Lesson] = []

    async def learn(lesson: Lesson) -> None:
        lessons.append(lesson)

    LessonSession(chats, bridge=desk.bridge, pool=desk.pool, models=desk.models, learn=learn)
    try:
        window.message_sent.emit("Tell me a long story about a river.")
        await desk.until(lambda: lessons, "lesson")
        (lesson,) = lessons
        assert lesson.path == desk.models.chosen().path
        assert lesson.tokens_per_s > 0
        assert lesson.settings.context_tokens > 0
        assert lesson.settings.gpu_layers == 0
    finally:
        await desk.close()
        await archive.close()
        answers.settings.close(10)

# SPDX-License-Identifier: Apache-2.0
"""Answers of chats correct what is forecast."""

from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.advice.experience import Experience, computer_key, model_key
from nemodesk.advice.lessons import Lesson, Lessons, lesson_of
from nemodesk.advice.running import running
from nemodesk.catalog.gguf.header import read_header
from nemodesk.chats.message import MessageStatistics
from nemodesk.engine.values import Adapter, EngineSettings
from nemodesk.errors import NotFoundError
from nemodesk.hardware.capacity import described
from tests.catalog.model_files import write_nemotron

_CAPACITY = described(ram_bytes=2**34)
_SETTINGS = EngineSettings(context_tokens=2048, gpu_layers=0)


def _cost(tokens: int) -> MessageStatistics:
    return MessageStatistics(
        prompt_tokens=100, cached_tokens=80, predicted_tokens=tokens, predicted_per_s=9, ttft_s=1
    )


def test_only_long_answers_teach() -> None:
    """The first tokens of a load are slower, and an adapter changes the speed."""
    path = Path("model.gguf")
    assert lesson_of(path, _SETTINGS, _cost(63)) is None
    adapted = EngineSettings(context_tokens=2048, adapters=(Adapter(path="a.gguf"),))
    assert lesson_of(path, adapted, _cost(200)) is None
    lesson = lesson_of(path, _SETTINGS, _cost(200))
    assert lesson is not None
    assert (lesson.filled_tokens, lesson.tokens_per_s) == (200, 9)


def test_the_median_of_answers_counts(tmp_path: Path) -> None:
    """One answer while the computer was busy does not make the model slow."""
    path = write_nemotron(tmp_path / "model.gguf")
    header = read_header(path)
    expected = running(header, _CAPACITY, _SETTINGS, filled_tokens=200).speed.tokens_per_s
    lesson = Lesson(path=path, settings=_SETTINGS, filled_tokens=200, tokens_per_s=expected)
    experience = Experience(tmp_path / "cache")
    lessons = Lessons(experience)
    for share in (0.5, 0.25, 0.5):
        lessons.learn(replace(lesson, tokens_per_s=expected * share), _CAPACITY)
    key = model_key(header, gpu_layers=0)
    assert experience.factor(computer_key(_CAPACITY), key) == pytest.approx(0.5)


def test_a_model_that_is_gone_teaches_nothing(tmp_path: Path) -> None:
    """Its file says how fast it should have been."""
    lesson = Lesson(
        path=tmp_path / "gone.gguf", settings=_SETTINGS, filled_tokens=1, tokens_per_s=9
    )
    with pytest.raises(NotFoundError):
        Lessons(Experience(tmp_path)).learn(lesson, _CAPACITY)

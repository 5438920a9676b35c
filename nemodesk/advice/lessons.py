# SPDX-License-Identifier: Apache-2.0
"""Learns from answers of chats how fast models prove to be here. It measures nothing itself."""

from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from nemodesk.advice.experience import Experience, Run, computer_key, model_key
from nemodesk.advice.running import running
from nemodesk.catalog.gguf.header import read_header
from nemodesk.chats.message import MessageStatistics
from nemodesk.engine.values import EngineSettings
from nemodesk.hardware.capacity import Capacity

_FEWEST_TOKENS = 64
"""A shorter answer says little: its first tokens are slower. A guess."""

_ANSWERS = 5
"""The median of so many answers counts, since people do other things meanwhile. A guess."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """How fast a model wrote, and how it was loaded.

    Attributes:
        settings: as the engine had completed them.
        filled_tokens: of the chat, in the middle of the answer.
    """

    path: Path
    settings: EngineSettings
    filled_tokens: int
    tokens_per_s: float


def lesson_of(path: Path, settings: EngineSettings, cost: MessageStatistics) -> Lesson | None:
    """Return what an answer teaches; None if it was too short."""
    if cost.predicted_tokens < _FEWEST_TOKENS or settings.adapters:
        return None
    return Lesson(
        path=path,
        settings=settings,
        filled_tokens=cost.prompt_tokens + cost.predicted_tokens // 2,
        tokens_per_s=cost.predicted_per_s,
    )


class Lessons:
    """Gathers lessons of one session of the program into the experience."""

    def __init__(self, experience: Experience) -> None:
        self._experience = experience
        self._factors: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_ANSWERS))

    def learn(self, lesson: Lesson, capacity: Capacity) -> None:
        """Compare a lesson with the forecast and remember it. Blocks on the disk.

        Raises:
            NemodeskError: the model's file cannot be read any more.
        """
        header = read_header(lesson.path)
        expected = running(
            header, capacity, lesson.settings, filled_tokens=lesson.filled_tokens
        ).speed.tokens_per_s
        key = model_key(header, gpu_layers=lesson.settings.gpu_layers)
        factors = self._factors[key]
        factors.append(lesson.tokens_per_s / expected)
        self._experience.add(
            Run(
                computer=computer_key(capacity),
                model=key,
                forecast_per_s=expected,
                measured_per_s=expected * median(factors),
            )
        )

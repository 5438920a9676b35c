# SPDX-License-Identifier: Apache-2.0
"""Starts engine clients over scripted workers, as the pool starts real ones."""

from collections.abc import Callable
from pathlib import Path

from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import EngineSettings
from tests.fakes.scripted_worker import command


class ScriptedEngines:
    """Starts a scripted worker each time, with the next behaviour of a list.

    The last behaviour is used for all further starts.

    Attributes:
        settings: the settings of each start, in order.
    """

    def __init__(self, *behaviours: str) -> None:
        self._behaviours = list(behaviours)
        self.settings: list[EngineSettings] = []

    async def start(
        self,
        model_path: Path,
        settings: EngineSettings,
        *,
        on_progress: Callable[[float], None] | None = None,
    ) -> EngineClient:
        """Start a worker that needs no model."""
        self.settings.append(settings)
        first, *rest = self._behaviours
        self._behaviours = rest or [first]
        return await EngineClient.start(
            model_path, settings, on_progress=on_progress, command=command(first)
        )

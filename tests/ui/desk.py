# SPDX-License-Identifier: Apache-2.0
"""The window with real models, real downloads and a hub on this computer; no engine, no chats."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from nemodesk.catalog.foreign.places import Places
from nemodesk.catalog.library import Library
from nemodesk.catalog.offers.offer import Catalog
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.downloads.download import Download
from nemodesk.downloads.protocol import Patience
from nemodesk.downloads.queue import DownloadQueue
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError
from nemodesk.hub.hub import Hub
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.download_session import DownloadSession
from nemodesk.ui.first_run_session import FirstRunSession
from nemodesk.ui.hub_session import HubSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.models.card import ModelCard
from nemodesk.ui.models.models_room import ModelsRoom
from nemodesk.ui.shelf_session import ShelfSession
from nemodesk.ui.storage_session import StorageSession
from nemodesk.ui.window import MainWindow
from tests.fakes.advisor import PlainAdvisor

_PATIENCE = Patience(stall_s=1.0, first_wait_s=0.02, longest_wait_s=0.1, tries=2)
_DEADLINE_S = 30.0
_ROOM_BYTES = 5_000_000_000


class Desk:
    """Sessions as `app.py` joins them.

    Attributes:
        failures: what the bridge said went wrong.
        broken: mistakes of the program.
        last_used: the models of the last chats.
        remembered: the models folders that were chosen.
    """

    def __init__(self, window: MainWindow, home: Path, *, places: Places) -> None:
        self.window = window
        self.home = home
        self.bridge = Bridge()
        self.failures: list[NemodeskError] = []
        self.broken: list[Exception] = []
        self.bridge.failed.connect(self.failures.append)
        self.bridge.broken.connect(self.broken.append)
        self.library = Library(home / "models", places=lambda: places)
        self.pool = EnginePool()
        self.advisor = PlainAdvisor(_ROOM_BYTES)
        self.last_used: list[str] = []
        self.models = self._make_models()
        self.queue = DownloadQueue(
            models_folder=home / "models",
            on_change=self._on_change,
            on_arrived=self._record,
            rest_s=None,
            patience=_PATIENCE,
        )
        self.downloads = DownloadSession(
            window, bridge=self.bridge, queue=self.queue, models=self.models
        )
        self.hub = HubSession(lambda: Hub(home / "cache"), window)
        self.shelf = ShelfSession(
            window,
            bridge=self.bridge,
            hub=self.hub,
            advisor=self.advisor,
            load_catalog=_catalog,
            models=self.models,
            downloads=self.downloads,
        )
        self._open_storage()
        self.first_run = FirstRunSession(
            window,
            bridge=self.bridge,
            settings=self.settings,
            models=self.models,
            shelf=self.shelf,
        )

    def _make_models(self) -> ModelSession:
        return ModelSession(
            self.window,
            bridge=self.bridge,
            library=self.library,
            pool=self.pool,
            last_used=self._last_used,
        )

    def _open_storage(self) -> None:
        self.settings = Settings(find_paths())
        self.remembered: list[Path] = []
        self.storage = StorageSession(
            self.window,
            bridge=self.bridge,
            library=self.library,
            models=self.models,
            downloads=self.downloads,
            remember_folder=self.remembered.append,
        )

    async def open(self) -> None:
        """Open everything, as the program does at its start."""
        await self.models.open()
        await self.first_run.open()
        await self.shelf.open()
        await self.downloads.open()

    async def close(self) -> None:
        """End the downloads and the work that is under way."""
        await self.bridge.finish(5.0)
        await self.queue.close()
        await self.pool.close()
        await asyncio.to_thread(self.settings.close, _DEADLINE_S)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Let Qt and asyncio go on until something is so."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while not condition():
            assert not self.broken, self.broken
            assert time.monotonic() < deadline_s, f"no {what}"
            QApplication.processEvents()
            await asyncio.sleep(0.01)

    @property
    def room(self) -> ModelsRoom:
        """The room Models, entered."""
        if self.window.models.room is None:
            self.window.show_room("models")
        assert self.window.models.room is not None
        return self.window.models.room

    def card(self, name: str) -> ModelCard | None:
        """Return the card of this name."""
        cards = [*self.room.own.cards, *self.room.hub.cards.cards]
        return next((card for card in cards if card.row.name == name), None)

    async def _last_used(self) -> list[str]:
        return self.last_used

    def _on_change(self, download: Download) -> None:
        self.downloads.take(download)

    def _record(self, paths: tuple[Path, ...], sha256s: tuple[str, ...], source: str) -> None:
        for path, sha256 in zip(paths, sha256s, strict=True):
            self.library.record(path, sha256=sha256, source=source)


def _catalog() -> Catalog:
    shipped = shipped_catalog()
    return replace(shipped, offers=shipped.offers[:2])

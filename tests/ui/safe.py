# SPDX-License-Identifier: Apache-2.0
"""One start of the program, as far as privacy goes: real chats, vault and settings; no keyring."""

import asyncio
import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.store import ChatStore
from nemodesk.errors import NemodeskError
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.lock.lock_page import LockPage
from nemodesk.ui.lock_session import LockSession
from nemodesk.ui.settings.privacy_page import PrivacyPage
from nemodesk.ui.theme import Theme
from nemodesk.ui.vault_session import VaultSession
from nemodesk.ui.window import MainWindow
from nemodesk.vault.vault import Vault
from tests.fakes.keeper import FakeKeeper
from tests.vault.conftest import CHEAP

_DEADLINE_S = 30.0


class Safe:
    """One start of the program, as far as privacy goes."""

    def __init__(self, window: MainWindow, theme: Theme, keeper: FakeKeeper) -> None:
        self.window = window
        self.paths = find_paths()
        self.paths.create()
        self.failures: list[NemodeskError] = []
        self.broken: list[Exception] = []
        self.stopped: list[None] = []
        self.now_s = 1000.0
        self.bridge = Bridge()
        self.bridge.failed.connect(self.failures.append)
        self.bridge.broken.connect(self.broken.append)
        self.settings = Settings(self.paths)
        self.vault = Vault(self.paths.database, keeper, cost=CHEAP)
        self.archive = ChatArchive(self.paths.database, open_store=self.vault.open_store)
        self.lock = LockSession(
            window,
            bridge=self.bridge,
            archive=self.archive,
            settings=self.settings,
            vault=self.vault,
            theme=theme,
            clock=lambda: self.now_s,
        )
        self.privacy = VaultSession(
            window,
            bridge=self.bridge,
            archive=self.archive,
            settings=self.settings,
            vault=self.vault,
            lock=self.lock,
            paths=self.paths,
            stop_answers=lambda: self.stopped.append(None),
        )

    async def close(self) -> None:
        """End everything."""
        await self.bridge.finish(5.0)
        await self.archive.close()
        await asyncio.to_thread(self.settings.close, 5.0)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Let Qt and asyncio go on until something is so."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while not condition():
            assert not self.broken, self.broken
            assert time.monotonic() < deadline_s, f"no {what}"
            QApplication.processEvents()
            await asyncio.sleep(0.01)

    async def page(self) -> PrivacyPage:
        """Enter the page."""
        self.window.show_room("settings")
        room = self.window.settings.room
        assert room is not None
        next(one for one in room._buttons if one.objectName() == "settings_privacy").click()
        await self.until(room.privacy.encryption._state.text, "state")
        return room.privacy

    def lock_page(self) -> LockPage:
        """Return the page in place of the rooms."""
        page = self.window.centralWidget()
        assert isinstance(page, LockPage)
        return page

    async def number_of_chats(self) -> int:
        """Return how many chats the archive gives."""
        return len(await self.archive(ChatStore.list_chats))

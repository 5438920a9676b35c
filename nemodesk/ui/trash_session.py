# SPDX-License-Identifier: Apache-2.0
"""Throws away for good what has been in the trash for as long as the person has chosen."""

import asyncio

from PySide6.QtCore import QObject

from nemodesk.catalog.library import Library
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.store import ChatStore
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.settings_session import SettingsSession

_DAY_S = 24 * 3600.0


class TrashSession(QObject):
    """The trash of models and that of chats, at the start and when the choice changes."""

    def __init__(
        self,
        chosen: SettingsSession,
        *,
        bridge: Bridge,
        settings: Settings,
        library: Library,
        archive: ChatArchive,
    ) -> None:
        super().__init__(chosen)
        self._bridge = bridge
        self._settings = settings
        self._library = library
        self._archive = archive
        chosen.changed.connect(self._on_changed)

    async def open(self) -> None:
        """Throw away what has been removed long ago."""
        await self._settings.open()
        # What a locked keyring says may be that it is to be kept longer.
        if not self._settings.is_known:
            return
        kept_s = self._settings.value("trash.keep_days") * _DAY_S
        await asyncio.to_thread(self._library.tidy, kept_s=kept_s)
        await self._archive(ChatStore.purge, kept_s)

    def _on_changed(self, key: str) -> None:
        if key == "trash.keep_days":
            self._bridge.start(self.open())

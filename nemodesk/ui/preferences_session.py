# SPDX-License-Identifier: Apache-2.0
"""Joins the pages of the room Settings to the settings, and the composer to those about it.

It keeps nothing itself. Where a setting is felt elsewhere, whoever feels it follows it.
"""

import asyncio
import os
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot

from nemodesk.settings.declared import DECLARED
from nemodesk.settings.keyring_store import Trouble
from nemodesk.settings.settings import Settings
from nemodesk.settings.whereabouts import Whereabouts
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.settings.setting_card import SettingRow
from nemodesk.ui.window import MainWindow

_KEY = "hf_token"
_KEY_VARIABLE = "HF_TOKEN"
_USUAL_HUB = "huggingface.co"


class PreferencesSession(QObject):
    """The settings as the pages of one window show them."""

    _told = Signal(str)

    def __init__(self, window: MainWindow, *, bridge: Bridge, settings: Settings) -> None:
        super().__init__(window)
        self._door = window.settings
        self._room = window.chat
        self._settings = settings
        self._threads = 0
        self._has_cards = False
        # Settings tell in whichever thread has changed them.
        self._told.connect(self._on_told)
        settings.subscribe(self._told.emit)
        self._door.entered.connect(self._show_all)
        self._door.entered.connect(bridge.does(self._look_at_computer))
        self._door.setting_chosen.connect(settings.set)
        self._door.setting_reset.connect(settings.reset)
        self._door.key_set.connect(partial(settings.set_secret, _KEY))
        self._door.key_removed.connect(partial(settings.set_secret, _KEY, None))
        self._follow_habits()

    @Slot(str)
    def _on_told(self, key: str) -> None:
        if key.startswith("chat."):
            self._follow_habits()
        if key in DECLARED:
            self._show(key)
        self._show_rest()

    def _follow_habits(self) -> None:
        self._room.composer.message.send_with(self._settings.value("chat.send_with"))
        self._room.set_speed_shown(is_shown=self._settings.value("chat.show_speed"))

    # The pages

    def _show_all(self) -> None:
        for key in DECLARED:
            self._show(key)
        self._show_rest()

    def _show(self, key: str) -> None:
        room = self._door.room
        if room is not None:
            row = SettingRow(
                value=self._settings.value(key),
                is_set=self._settings.is_set(key),
                note=self._note(key),
            )
            room.show_setting(key, row)

    def _show_rest(self) -> None:
        room, where = self._door.room, self._settings.where()
        if room is None:
            return
        room.general.show_whereabouts(self._whereabouts(where))
        address = os.environ.get("HF_ENDPOINT") or self._settings.value("hub.endpoint")
        room.connections.show_hub(urlsplit(address).hostname or _USUAL_HUB)
        is_set = self._settings.secret(_KEY) is not None
        room.connections.key.show_state(is_set=is_set, note=self._key_note(where, is_set=is_set))

    def _note(self, key: str) -> str:
        winner = next((name for name in DECLARED[key].environment if os.environ.get(name)), "")
        if winner:
            text = self.tr("The variable %1 of your system wins over it.")
            return text.replace("%1", winner)
        if key == "engine.threads" and self._threads:
            text = self.tr("Automatic is %1 on this computer.")
            return text.replace("%1", str(self._threads))
        if key == "engine.gpu_layers" and self._threads and not self._has_cards:
            return self.tr("This edition of NemoDesk computes on the processor alone.")
        return ""

    def _whereabouts(self, where: Whereabouts | None) -> str:
        if where is None:
            return ""
        if where.trouble is None:
            return self.tr("In the keyring of this computer, which your login protects.")
        if where.trouble is Trouble.PORTABLE:
            text = self.tr(
                "NemoDesk is portable here: settings are in the file %1, and keys are forgotten "
                "when it is closed."
            )
        else:
            text = self.tr(
                "The keyring of this computer cannot be used now. Settings are in the file %1 "
                "meanwhile, and keys are forgotten when NemoDesk is closed."
            )
        return text.replace("%1", str(where.file))

    def _key_note(self, where: Whereabouts | None, *, is_set: bool) -> str:
        if os.environ.get(_KEY_VARIABLE):
            text = self.tr("The variable %1 of your system wins over it.")
            return text.replace("%1", _KEY_VARIABLE)
        if not is_set or where is None:
            return ""
        if where.is_keyring:
            return self.tr("It is in the keyring of this computer, and is never shown.")
        return self.tr("It is forgotten when NemoDesk is closed: the keyring cannot be used now.")

    async def _look_at_computer(self) -> None:
        """Find out what "automatic" means here."""
        self._threads, self._has_cards = await asyncio.to_thread(_computer)
        for key in ("engine.threads", "engine.gpu_layers"):
            self._show(key)


def _computer() -> tuple[int, bool]:
    # Imported in the thread that needs it: the window does not need it to open.
    from nemodesk.hardware.edition import this_edition  # noqa: PLC0415
    from nemodesk.hardware.probe import probe_processor  # noqa: PLC0415

    return probe_processor().threads, bool(this_edition().backends)

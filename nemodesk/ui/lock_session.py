# SPDX-License-Identifier: Apache-2.0
"""Locks the window: at the start, on wish, and after some time without use.

While it is locked nothing of the chats is in the window. With the vault on, the password opens
the chats' key; without, it is a door only: the files can be read by whoever has them.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QWindow

from nemodesk.chats.archive import ChatArchive
from nemodesk.errors import NemodeskError
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.lock.curtain import Curtain
from nemodesk.ui.lock.lock_page import LockPage, LockRow
from nemodesk.ui.sentences import say
from nemodesk.ui.theme import Theme
from nemodesk.ui.window import MainWindow
from nemodesk.vault.attempts import Attempts
from nemodesk.vault.errors import WrongKeyError
from nemodesk.vault.password import is_password
from nemodesk.vault.vault import KEY_NAME, Vault

DOOR_NAME = "lock_password"
_READ_S = 0.3
"""How long chats wait for a keyring that may lock them; encrypted ones wait until it answers."""
_MINUTE_S = 60
_USE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class LockSession(QObject):
    """The lock of one window.

    Signals:
        unlocked(): the person has shown that the chats are theirs.

    Args:
        settings: opened, or being opened.
        clock: seconds since 1970, also while the computer sleeps.
    """

    unlocked = Signal()
    _told = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        settings: Settings,
        vault: Vault,
        theme: Theme,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._archive = archive
        self._settings = settings
        self._vault = vault
        self._theme = theme
        self._clock = clock
        self._attempts = Attempts()
        self._curtain = Curtain(window)
        self._page: LockPage | None = None
        self._opened = asyncio.Event()
        self._is_known_person = False
        self._last_use_s = clock()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._on_idle)
        key = QShortcut(QKeySequence("Ctrl+Shift+L"), window)
        key.activated.connect(self.lock)
        # Settings tell in whichever thread knows.
        settings.subscribe(self._told.emit)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def is_locked(self) -> bool:
        """Whether the chats are out of sight."""
        return self._curtain.is_drawn

    @property
    def can_lock(self) -> bool:
        """Whether there is a password to unlock with."""
        return self._vault.has_password or self._has_door

    @property
    def _has_door(self) -> bool:
        is_wanted = bool(self._settings.value("lock.enabled"))
        return is_wanted and self._settings.secret(DOOR_NAME) is not None

    async def enter(self) -> None:
        """Wait until the chats may be shown; ask for what opens them."""
        if self._settings.where() is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settings.open(), _READ_S)
        try:
            is_open = await self._archive.rest(self._vault.look)
        except NemodeskError:
            # Whoever opens the chats says what is wrong with them.
            is_open = True
        if not is_open and not self._vault.has_password and self._settings.where() is None:
            await self._settings.open()
            is_open = await self._archive.rest(self._vault.look)
        if is_open and not self.can_lock:
            self._opened.set()
        else:
            self._draw()
        await self._opened.wait()

    def lock(self) -> None:
        """Lock the window, if there is a password."""
        if self.can_lock and not self.is_locked:
            self._draw()

    def watch(self) -> None:
        """Count the time without use, from now on, by what the settings say."""
        minutes = int(self._settings.value("lock.after_minutes"))
        self._idle.stop()
        # There is none before the window is shown, whatever the stubs say.
        handle = cast("QWindow | None", self._window.windowHandle())
        if handle is not None:
            # The filter sees what the person does to this window, and nothing that is painted.
            handle.removeEventFilter(self)
        if minutes and handle is not None:
            handle.installEventFilter(self)
            self._last_use_s = self._clock()
            self._idle.start(minutes * _MINUTE_S * 1000)

    def person_is_known(self) -> None:
        """Take note that the person has just chosen the password: it is not asked for now."""
        self._is_known_person = True

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        if self._page is not None:
            self._page.set_theme(theme)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See that the window is used; a computer that slept locks before it shows anything."""
        if event.type() in _USE and self._idle.isActive():
            now_s, limit_s = self._clock(), self._idle.interval() / 1000
            has_slept = now_s - self._last_use_s > limit_s
            self._last_use_s = now_s
            self._idle.start()
            if has_slept:
                self.lock()
        return False

    def _on_idle(self) -> None:
        self.lock()
        if not self.is_locked:
            self.watch()

    def _on_told(self, key: str) -> None:
        if key == "lock.after_minutes":
            self.watch()
        elif key == KEY_NAME and self.is_locked and not self._vault.is_open:
            # The keyring has been unlocked.
            self._bridge.start(self._try_keyring())
        elif key in {"lock.enabled", DOOR_NAME} and not self._is_known_person:
            # A keyring that answers late: what it says counts all the same.
            self.lock()

    async def _ask_keyring(self) -> None:
        await self._settings.open()
        await self._try_keyring()
        if self.is_locked:
            self._say(self.tr("The keyring does not give the key."), 0.0)

    async def _try_keyring(self) -> None:
        if await self._archive.rest(self._vault.look) and not self.can_lock:
            self._open()

    def _draw(self) -> None:
        self._page = page = LockPage(self._row(), self._theme)
        page.password_given.connect(self._bridge.does(self._on_password))
        page.recovery_key_given.connect(self._bridge.does(self._on_recovery_key))
        page.keyring_requested.connect(self._bridge.does(self._ask_keyring))
        page.new_beginning_requested.connect(self._bridge.does(self._begin_anew))
        self._curtain.draw(page)

    def _row(self) -> LockRow:
        vault = self._vault
        if vault.is_on and not vault.is_open and not vault.has_password:
            return LockRow(
                title=self.tr("Your chats are encrypted"),
                sentence=self.tr(
                    "The keyring of this computer does not give their key. Unlock the keyring, "
                    "or type the recovery key that you wrote down."
                ),
                has_password=False,
                has_recovery=True,
                can_begin_anew=True,
            )
        hint = self.tr(
            "Forgotten? Your chats are not encrypted, so this is a door only: "
            "“nemodesk settings reset lock.enabled” in a terminal opens it."
        )
        return LockRow(
            title=self.tr("NemoDesk is locked"),
            sentence=self.tr("Type your password to see your chats."),
            has_password=True,
            has_recovery=vault.is_on,
            hint="" if vault.is_on else hint,
            can_begin_anew=vault.is_on and not vault.is_open,
        )

    async def _on_password(self, password: str) -> None:
        try:
            if self._vault.has_password:
                await asyncio.to_thread(self._vault.unlock, password)
            else:
                await asyncio.to_thread(self._pass_door, password)
        except WrongKeyError as error:
            self._say(self.tr("This password is not the right one."), error.wait_s)
        else:
            self._open()

    async def _on_recovery_key(self, text: str) -> None:
        try:
            await asyncio.to_thread(self._vault.recover, text)
        except WrongKeyError as error:
            self._say(error.sentence, error.wait_s)
        else:
            self._open()

    async def _begin_anew(self) -> None:
        kept = await self._archive.rest(self._vault.begin_anew)
        self._open()
        self._window.show_notice(
            self.tr("You begin with empty chats"),
            self.tr("The encrypted ones are kept as %1.").replace("%1", str(kept)),
        )

    def _pass_door(self, password: str) -> None:
        self._attempts.begin()
        if is_password(password, self._settings.secret(DOOR_NAME) or ""):
            self._attempts.succeeded()
            return
        wait_s = self._attempts.failed()
        raise WrongKeyError("This password is not the right one. Try again.", wait_s=wait_s)

    def _say(self, sentence: str, wait_s: float) -> None:
        if self._page is not None:
            self._page.show_problem(say(sentence), wait_s)

    def _open(self) -> None:
        self._page = None
        self._is_known_person = True
        self._curtain.open()
        self._opened.set()
        self.watch()
        self.unlocked.emit()

# SPDX-License-Identifier: Apache-2.0
"""Joins the page Privacy and security to the vault, the settings and the files that are kept."""

import asyncio
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from nemodesk.chats.archive import ChatArchive
from nemodesk.errors import StorageError
from nemodesk.paths import Paths
from nemodesk.settings.declared import DECLARED
from nemodesk.settings.settings import Settings
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.lock_session import DOOR_NAME, LockSession
from nemodesk.ui.rows import FileRow, PrivacyRow, WorkRow
from nemodesk.ui.widgets.file_dialog import choose_place
from nemodesk.ui.window import MainWindow
from nemodesk.ui.wording import share
from nemodesk.vault.inventory import erase_everything, kept_sizes
from nemodesk.vault.key import VaultKey, new_key, recovery_key
from nemodesk.vault.password import verifier
from nemodesk.vault.vault import Vault
from nemodesk.whole_file import replace_file

_LOOK_EVERY_MS = 200


class VaultSession(QObject):
    """What one window shows and changes of the person's privacy.

    Args:
        stop_answers: ends the answers that are being written.
    """

    _told = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        settings: Settings,
        vault: Vault,
        lock: LockSession,
        paths: Paths,
        stop_answers: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._door = window.settings.privacy
        self._archive = archive
        self._settings = settings
        self._vault = vault
        self._lock = lock
        self._paths = paths
        self._stop_answers = stop_answers
        self._key: VaultKey | None = None
        self._stop: threading.Event | None = None
        self._progress = (0, 0)
        self._title = ""
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._show_work)
        self._refresh_soon = bridge.does(self._refresh)
        does, door = bridge.does, self._door
        door.entered.connect(self._refresh_soon)
        door.encryption_requested.connect(self._let_write_down)
        door.encryption_confirmed.connect(does(self._turn_on))
        door.decryption_requested.connect(does(self._turn_off))
        door.cancel_requested.connect(self._cancel)
        door.recovery_key_requested.connect(self._show_recovery_key)
        self._save_soon = does(self._save)
        door.save_requested.connect(self._choose_place)
        door.password_chosen.connect(does(self._set_password))
        door.removal_requested.connect(does(self._remove_password))
        door.lock_requested.connect(lock.lock)
        door.minutes_chosen.connect(partial(settings.set, "lock.after_minutes"))
        door.offline_chosen.connect(partial(settings.set, "privacy.offline"))
        door.erasing_requested.connect(does(self._erase))
        # A thread that converts would keep the program from ending.
        window.closing.connect(self._cancel)
        settings.subscribe(self._told.emit)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    def _on_told(self, key: str) -> None:
        if key.startswith(("lock.", "privacy.")) and self._door.page is not None:
            self._refresh_soon()

    # The encryption

    def _let_write_down(self) -> None:
        self._key = new_key()
        self._door.let_write_down(recovery_key(self._key))

    async def _turn_on(self, password: str) -> None:
        key, self._key = self._key, None
        if key is None or self._stop is not None:
            return

        def work(stop: threading.Event) -> bool:
            return self._vault.turn_on(
                key, password=password, on_progress=self._take_progress, stop=stop
            )

        is_kept = await self._convert(self.tr("Your chats are being encrypted"), work)
        # The password of the door, if there was one, has made way for the key's.
        self._settings.set_secret(DOOR_NAME, None)
        self._settings.set("lock.enabled", value=False)
        self._lock.person_is_known()
        sentence = self.tr("The key is in this computer's keyring.")
        if password:
            sentence = self.tr("NemoDesk asks for the password at each start.")
        elif not is_kept:
            sentence = self.tr(
                "No keyring keeps the key here: NemoDesk asks for the recovery key at each start."
            )
        self._window.show_notice(self.tr("Your chats are encrypted"), sentence)

    async def _turn_off(self) -> None:
        if self._stop is not None:
            return

        def work(stop: threading.Event) -> bool:
            self._vault.turn_off(on_progress=self._take_progress, stop=stop)
            return True

        await self._convert(self.tr("Your chats are being made readable"), work)
        self._window.show_notice(
            self.tr("Your chats are not encrypted any more"),
            self.tr("The recovery key and the password are not needed any more."),
        )

    async def _convert(self, title: str, work: Callable[[threading.Event], bool]) -> bool:
        """Convert the chats while nobody else has them; what is stored meanwhile waits."""
        self._stop_answers()
        self._stop = stop = threading.Event()
        self._title, self._progress = title, (0, 0)
        self._show_work()
        self._look.start()
        try:
            return await self._archive.rest(lambda: work(stop))
        finally:
            self._stop = None
            self._look.stop()
            self._door.show_work(None)
            await self._refresh()

    def _take_progress(self, done_bytes: int, total_bytes: int) -> None:
        self._progress = (done_bytes, total_bytes)

    def _cancel(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def _show_work(self) -> None:
        done_bytes, total_bytes = self._progress
        text = self.tr("Everything is read and compared before it counts.")
        if total_bytes and done_bytes < total_bytes:
            text = self.tr("%1 of %2").replace("%1", in_words(done_bytes))
            text = text.replace("%2", in_words(total_bytes))
        self._door.show_work(
            WorkRow(title=self._title, text=text, progress=share(done_bytes, total_bytes))
        )

    def _show_recovery_key(self) -> None:
        self._door.show_recovery_key(self._vault.recovery_key())

    def _choose_place(self, text: str) -> None:
        choose_place(
            self._window,
            self.tr("Where to keep the recovery key"),
            self.tr("NemoDesk recovery key.txt"),
            lambda place: self._save_soon(place, text),
        )

    async def _save(self, place: str, text: str) -> None:
        words = self.tr("The recovery key of your chats in NemoDesk. Whoever has it can read them.")
        content = f"{words}\n\n{text}\n".encode()
        try:
            await asyncio.to_thread(replace_file, Path(place), content)
        except OSError as error:
            raise StorageError(
                f"{place} cannot be written ({error.strerror}). Choose another place.",
                detail=repr(error),
            ) from error

    # The password

    async def _set_password(self, password: str) -> None:
        self._lock.person_is_known()
        if self._vault.is_on:
            await asyncio.to_thread(self._vault.set_password, password)
        else:
            kept = await asyncio.to_thread(verifier, password)
            self._settings.set_secret(DOOR_NAME, kept)
            self._settings.set("lock.enabled", value=True)
        await self._refresh()

    async def _remove_password(self) -> None:
        if self._vault.is_on:
            await asyncio.to_thread(self._vault.set_password, "")
        self._settings.set_secret(DOOR_NAME, None)
        self._settings.set("lock.enabled", value=False)
        await self._refresh()

    # Everything

    async def _erase(self) -> None:
        self._stop_answers()
        await self._archive.rest(lambda: erase_everything(self._paths, self._settings))
        self._window.close()

    async def _refresh(self) -> None:
        sizes = await asyncio.to_thread(kept_sizes, self._paths)
        where = self._settings.where()
        has_keyring = where is not None and where.is_keyring
        is_on = self._vault.is_on
        has_password = self._lock.can_lock
        encryption, encryption_detail = self._encryption_words(has_password=has_password)
        password, password_detail = self._password_words(
            has_password=has_password, has_keyring=has_keyring
        )
        self._door.show_row(
            PrivacyRow(
                is_encrypted=is_on,
                encryption=encryption,
                encryption_detail=encryption_detail,
                needs_password=not has_keyring,
                has_password=has_password,
                password=password,
                password_detail=password_detail,
                lock_minutes=int(self._settings.value("lock.after_minutes")),
                is_offline=bool(self._settings.value("privacy.offline")),
                offline_note=self._offline_note(),
                files=(*self._file_rows(sizes), self._keyring_row(has_keyring=has_keyring)),
            )
        )

    # Words

    def _encryption_words(self, *, has_password: bool) -> tuple[str, str]:
        if not self._vault.is_on:
            return (
                self.tr("Your chats are not encrypted"),
                self.tr(
                    "Whoever can read the files of this computer can read your chats. Encrypted, "
                    "they open only with a key that you have."
                ),
            )
        detail = self.tr(
            "Chats, attachments and drafts are one encrypted file. Its key is in this computer's "
            "keyring, which opens when you log in."
        )
        if has_password:
            detail = self.tr(
                "Chats, attachments and drafts are one encrypted file, which your password opens. "
                "While NemoDesk runs, the key is in the computer's memory."
            )
        return self.tr("Your chats are encrypted"), detail

    def _password_words(self, *, has_password: bool, has_keyring: bool) -> tuple[str, str]:
        if has_password and self._vault.is_on:
            return (
                self.tr("A password opens your chats"),
                self.tr("Without it, or the recovery key, nobody can read them."),
            )
        if has_password:
            return (
                self.tr("NemoDesk asks for a password"),
                self.tr(
                    "It is a door only: your chats are not encrypted, and whoever can read the "
                    "files of this computer can read them."
                ),
            )
        detail = self.tr("NemoDesk opens without asking.")
        if not self._vault.is_on and not has_keyring:
            detail = self.tr(
                "This computer has no keyring that could keep what a password is checked with. "
                "Encrypt your chats to have a password."
            )
        return self.tr("There is no password"), detail

    def _offline_note(self) -> str:
        names = [name for name in DECLARED["privacy.offline"].environment if os.environ.get(name)]
        if not names:
            return ""
        return self.tr("%1 is set in the environment and decides this.").replace("%1", names[0])

    def _file_rows(self, sizes: dict[str, tuple[Path, int]]) -> list[FileRow]:
        chats = self.tr("Your chats with drafts and attachments, encrypted")
        if not self._vault.is_on:
            chats = self.tr("Your chats with drafts and attachments")
        words = {
            "chats": chats,
            "copies": self.tr("Copies of chats from before a change, and damaged files"),
            "models": self.tr("Models"),
            "cache": self.tr("What can be made again: speeds, and what the hub said"),
            "logs": self.tr("Logs: what happened, never what was said"),
        }
        return [
            FileRow(what=words[name], place=str(place), size=in_words(size_bytes))
            for name, (place, size_bytes) in sizes.items()
            if size_bytes or name == "chats"
        ]

    def _keyring_row(self, *, has_keyring: bool) -> FileRow:
        where = self._settings.where()
        what = self.tr("Settings, keys and passwords")
        if has_keyring or where is None:
            keyring = self.tr("The keyring of this computer")
            return FileRow(what=what, place=where.backend if where else keyring)
        return FileRow(
            what=self.tr("Settings; keys are forgotten when NemoDesk ends"), place=str(where.file)
        )

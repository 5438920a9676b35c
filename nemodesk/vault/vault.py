# SPDX-License-Identifier: Apache-2.0
"""The vault: whether the chats are encrypted, how to their key, turning it on and off.

The database's first bytes tell whether it is encrypted. The key is in the keyring, or closed up
by a password in vault.json; the recovery key opens it when both are gone. The key stays in this
process's memory once it is known; memory is not protected.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from nemodesk.chats.database import PLAIN, plain_os_error
from nemodesk.chats.store import ChatStore
from nemodesk.errors import UsageError
from nemodesk.vault import record
from nemodesk.vault.attempts import Attempts
from nemodesk.vault.cipher import FileKind, driver, kind_of, opens
from nemodesk.vault.conversion import Progress, convert, is_under_way, settle
from nemodesk.vault.errors import LockedError, WrongKeyError
from nemodesk.vault.key import VaultKey, read_recovery_key, recovery_key
from nemodesk.vault.password import USUAL_COST, Cost, check_new, unwrap, wrap

KEY_NAME = "vault_key"
_KEPT_WITHIN_S = 5.0


class KeyKeeper(Protocol):
    """Where the key is kept between two starts: the settings, which know the keyring."""

    def secret(self, name: str) -> str | None:
        """Return a secret; None: there is none, or the keyring does not answer."""
        ...

    def set_secret(self, name: str, value: str | None) -> None:
        """Keep a secret; None forgets it."""
        ...

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is kept; return whether it is."""
        ...


class Vault:
    """The encryption of one database. Thread: any; turning on and off where the file is closed.

    Args:
        database: the file with the chats.
        keeper: keeps the key.
        cost: how hard guessing a password is.
    """

    def __init__(
        self,
        database: Path,
        keeper: KeyKeeper,
        *,
        cost: Cost = USUAL_COST,
        attempts: Attempts | None = None,
    ) -> None:
        self._database = database
        self._folder = database.parent
        self._keeper = keeper
        self._cost = cost
        self._attempts = attempts or Attempts()
        self._key: VaultKey | None = None
        self._kind: FileKind | None = None

    # What is so

    @property
    def is_on(self) -> bool:
        """Whether the chats are encrypted, as far as `look` has seen."""
        # A damaged file that was set aside leaves none. What comes next is encrypted as well.
        has_record = bool(record.read(self._folder).fingerprint)
        return self._kind == "vault" or (self._kind == "none" and has_record)

    @property
    def is_open(self) -> bool:
        """Whether the chats can be read: they are not encrypted, or the key is known."""
        return not self.is_on or self._key is not None

    @property
    def has_password(self) -> bool:
        """Whether a password opens the chats; the keyring alone then does not."""
        return self.is_on and record.read(self._folder).password is not None

    @property
    def wait_s(self) -> float:
        """How long until another password or recovery key is looked at."""
        return self._attempts.wait_s

    def look(self) -> bool:
        """See how the file is, take the key from its keeper, and return whether it can be read.

        Ends what a killed conversion has left. Nothing in this process may have the file open.

        Raises:
            StorageError: the disk refuses, or another process converts the file now.
        """
        settle(self._database)
        try:
            self._kind = kind_of(self._database)
        except OSError as error:
            raise plain_os_error(error, self._database) from error
        if self.is_on and self._key is None:
            self._take_kept()
        return self.is_open

    def open_store(self, database: Path) -> ChatStore:
        """Open the chats. Thread: the one that will use them.

        Raises:
            LockedError: they are encrypted and the key is not there.
            StorageError, DamagedDatabaseError: see ChatStore.
        """
        if not self.look():
            raise LockedError(self._locked_sentence())
        if self._key is None or not self.is_on:
            return ChatStore(database, driver=PLAIN)
        return ChatStore(database, driver=driver(self._key))

    def recovery_key(self) -> str:
        """Return the key to be written down. Raises LockedError while it is not known."""
        return recovery_key(self._known())

    # Opening

    def unlock(self, password: str) -> None:
        """Take the key from the password.

        Raises:
            WrongKeyError: it is another one; also while it is too early for another try.
        """
        wrapped = record.read(self._folder).password
        if wrapped is None:
            raise WrongKeyError("These chats have no password. Use the recovery key.")
        self._attempts.begin()
        self._try(lambda: unwrap(wrapped, password))

    def recover(self, text: str) -> None:
        """Take the key that a person has written down, and keep it again.

        The file with the chats must not be open in this process, unless the key is known.

        Raises:
            WrongKeyError: it is of other chats, or no recovery key.
        """
        key = read_recovery_key(text)  # a mistyped one is no guess
        self._attempts.begin()
        self._try(lambda: self._matching(key))
        if not self.has_password:
            self._keeper.set_secret(KEY_NAME, self._known().secret.hex())

    # Changing

    def turn_on(
        self,
        key: VaultKey,
        *,
        password: str = "",
        on_progress: Progress = lambda _done, _total: None,
        stop: threading.Event | None = None,
    ) -> bool:
        """Encrypt the chats. Nothing in this process may have them open.

        Return whether the next start finds its way to the key without the recovery key.

        Args:
            key: a new one; write its recovery key down before.
            password: what opens them from now on; empty: the keyring does.

        Raises:
            CancelledError, StorageError: they are as they were; see `conversion.convert`.
            UsageError: they are encrypted already, or the password is too short.
        """
        self.look()
        if self.is_on:
            raise UsageError("Your chats are already encrypted.")
        if password:
            check_new(password)
        if kind_of(self._database) == "none":
            ChatStore(self._database).close()
        # The ways to the key first: there must be one whenever the file is encrypted.
        wrapped = wrap(key, password, self._cost) if password else None
        record.write(self._folder, record.Record(key.fingerprint, wrapped))
        is_kept = bool(password) or self._keep(key)
        self._key = key
        try:
            convert(self._database, key, "vault", on_progress=on_progress, stop=stop)
        finally:
            self._after_change()
        return is_kept

    def turn_off(
        self,
        *,
        on_progress: Progress = lambda _done, _total: None,
        stop: threading.Event | None = None,
    ) -> None:
        """Make the chats plain. Nothing in this process may have them open.

        Raises:
            LockedError: the key is not known.
            CancelledError, StorageError: they are as they were.
            UsageError: they are not encrypted.
        """
        self.look()
        if not self.is_on:
            raise UsageError("Your chats are not encrypted.")
        try:
            convert(self._database, self._known(), "plain", on_progress=on_progress, stop=stop)
        finally:
            self._after_change()

    def set_password(self, password: str) -> bool:
        """Let this password open the chats instead of the keyring; empty: the keyring again.

        Return whether the next start finds its way to the key without the recovery key.

        Raises:
            LockedError: the key is not known.
            UsageError: the password is too short.
        """
        key = self._known()
        if password:
            check_new(password)
        known = record.read(self._folder)
        wrapped = wrap(key, password, self._cost) if password else None
        is_kept = bool(password) or self._keep(key)
        record.write(self._folder, replace(known, fingerprint=key.fingerprint, password=wrapped))
        if password:
            self._keeper.set_secret(KEY_NAME, None)
        return is_kept

    def keep_key(self) -> bool:
        """Put the key into its keeper again; return whether the next start finds it there."""
        return self._keep(self._known())

    def begin_anew(self) -> Path:
        """Put encrypted chats whose key is lost aside, and return where they are now.

        The next opening begins with an empty file that is not encrypted. Nothing in this process
        may have the chats open.

        Raises:
            StorageError: the disk refuses.
        """
        stamp = time.strftime("%Y-%m-%d-%H%M%S")
        target = self._database.with_name(f"{self._database.stem}.locked-{stamp}.sqlite3")
        try:
            # The file itself last: a new one must never meet the old one's log.
            for ending in ("-wal", "-shm", ""):
                part = self._database.with_name(self._database.name + ending)
                if part.exists():
                    part.rename(target.with_name(target.name + ending))
            record.forget(self._folder)
        except OSError as error:
            raise plain_os_error(error, self._database) from error
        self._keeper.set_secret(KEY_NAME, None)
        self._key, self._kind = None, "none"
        return target

    def _keep(self, key: VaultKey) -> bool:
        self._keeper.set_secret(KEY_NAME, key.secret.hex())
        return self._keeper.flush(_KEPT_WITHIN_S)

    def _after_change(self) -> None:
        """Keep no way to a key that opens nothing any more."""
        if is_under_way(self._database):
            # The disk refused in the middle. The next opening ends it, and then needs the key.
            return
        self._kind = kind_of(self._database)
        if not self.is_on:
            self._key = None
            record.forget(self._folder)
            self._keeper.set_secret(KEY_NAME, None)

    def _take_kept(self) -> None:
        try:
            kept = VaultKey(bytes.fromhex(self._keeper.secret(KEY_NAME) or ""))
            self._key = self._matching(kept)
        except (ValueError, WrongKeyError):
            return

    def _matching(self, key: VaultKey) -> VaultKey:
        fingerprint = record.read(self._folder).fingerprint
        is_ours = fingerprint == key.fingerprint
        if not fingerprint:
            # The record was lost: the file itself knows.
            is_ours = opens(self._database, key)
            if is_ours:
                record.write(self._folder, record.Record(key.fingerprint))
        if not is_ours:
            raise WrongKeyError(
                "This recovery key is of other chats: it was made when they were encrypted another "
                "time, or on another computer. Look for the one that belongs to these."
            )
        return key

    def _try(self, find: Callable[[], VaultKey]) -> None:
        try:
            self._key = find()
        except WrongKeyError as error:
            error.wait_s = self._attempts.failed()
            raise
        self._attempts.succeeded()

    def _known(self) -> VaultKey:
        if self._key is None:
            raise LockedError(self._locked_sentence())
        return self._key

    def _locked_sentence(self) -> str:
        if self.has_password:
            return "Your chats are encrypted. Type the password, or the recovery key."
        return (
            "Your chats are encrypted, and the keyring of this computer does not give their key. "
            "Unlock the keyring, or type the recovery key."
        )

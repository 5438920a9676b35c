# SPDX-License-Identifier: Apache-2.0
"""Opens the chats for a command, also encrypted ones: with the keyring, or by asking for a key."""

import getpass
import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from nemodesk.chats.store import ChatStore
from nemodesk.cli.kept_settings import open_settings
from nemodesk.cli.terminal import say
from nemodesk.errors import UsageError
from nemodesk.paths import find_paths
from nemodesk.vault.errors import LockedError, WrongKeyError
from nemodesk.vault.keeper import SettingsKeeper
from nemodesk.vault.key import looks_like_recovery_key
from nemodesk.vault.vault import Vault

RECOVERY_KEY_VARIABLE = "NEMODESK_RECOVERY_KEY"
PASSWORD_VARIABLE = "NEMODESK_PASSWORD"  # noqa: S105 - a name
_TRIES = 3


class _Keeper:
    """Opens the settings when a key is first asked for: plain chats need no keyring."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._opened: SettingsKeeper | None = None

    def secret(self, name: str) -> str | None:
        return self._keeper().secret(name)

    def set_secret(self, name: str, value: str | None) -> None:
        self._keeper().set_secret(name, value)

    def flush(self, timeout_s: float) -> bool:
        return self._keeper().flush(timeout_s)

    def _keeper(self) -> SettingsKeeper:
        if self._opened is None:
            self._opened = SettingsKeeper(self._stack.enter_context(open_settings()))
        return self._opened


@contextmanager
def open_vault() -> Generator[Vault]:
    """Give the vault of the chats, as it is; nothing is asked.

    Raises:
        StorageError: the disk refuses, or another process converts the chats.
    """
    paths = find_paths()
    paths.create()
    with ExitStack() as stack:
        vault = Vault(paths.database, _Keeper(stack))
        vault.look()
        yield vault


@contextmanager
def open_chats() -> Generator[ChatStore]:
    """Give the chats, closed at the end.

    Raises:
        LockedError: they are encrypted, and nobody gives the key.
        StorageError: the disk refuses.
    """
    with open_vault() as vault:
        unlock(vault)
        store = vault.open_store(find_paths().database)
        try:
            yield store
        finally:
            store.close()


def unlock(vault: Vault) -> None:
    """Find the key of encrypted chats: in the environment, or by asking on a terminal.

    Raises:
        LockedError: there is no way to ask.
        WrongKeyError: what was given does not open them.
    """
    if vault.is_open:
        return
    if text := os.environ.get(RECOVERY_KEY_VARIABLE, ""):
        vault.recover(text)
    elif text := os.environ.get(PASSWORD_VARIABLE, ""):
        vault.unlock(text)
    elif sys.stdin.isatty():
        _ask(vault)
    else:
        password = f", or {PASSWORD_VARIABLE} to the password" if vault.has_password else ""
        raise LockedError(
            "Your chats are encrypted and their key is not in the keyring. Set "
            f"{RECOVERY_KEY_VARIABLE} to the recovery key{password}, and try again."
        )


def new_password() -> str:
    """Ask for a new password, twice on a terminal.

    Raises:
        UsageError: the two are different, or there is no way to ask.
    """
    if text := os.environ.get(PASSWORD_VARIABLE, ""):
        return text
    if not sys.stdin.isatty():
        raise UsageError(f"There is no terminal to type a password on. Set {PASSWORD_VARIABLE}.")
    first = getpass.getpass("New password: ", stream=sys.stderr)
    if first != getpass.getpass("Once more: ", stream=sys.stderr):
        raise UsageError("The two passwords are not the same. Nothing was changed: try again.")
    return first


def _ask(vault: Vault) -> None:
    prompt = "Password or recovery key: " if vault.has_password else "Recovery key: "
    for left in range(_TRIES, 0, -1):
        text = getpass.getpass(prompt, stream=sys.stderr)
        try:
            if vault.has_password and not looks_like_recovery_key(text):
                vault.unlock(text)
            else:
                vault.recover(text)
        except WrongKeyError as error:
            if left == 1:
                raise
            say(error.sentence)
        else:
            return

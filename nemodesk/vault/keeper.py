# SPDX-License-Identifier: Apache-2.0
"""Keeps the vault's key among the settings' secrets, which are in the keyring. It opens nothing."""

from nemodesk.settings.settings import Settings


class SettingsKeeper:
    """A `KeyKeeper` over settings that have been opened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def secret(self, name: str) -> str | None:
        """Return a secret; None: there is none, or the keyring has not given it yet."""
        return self._settings.secret(name)

    def set_secret(self, name: str, value: str | None) -> None:
        """Keep a secret; None forgets it."""
        self._settings.set_secret(name, value)

    def flush(self, timeout_s: float) -> bool:
        """Wait until it is in the keyring; False: it is forgotten when the program ends."""
        is_stored = self._settings.flush(timeout_s)
        where = self._settings.where()
        return is_stored and where is not None and where.is_keyring

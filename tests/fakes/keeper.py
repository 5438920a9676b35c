# SPDX-License-Identifier: Apache-2.0
"""A keyring in memory that can be lost, as after a new installation of the system."""


class FakeKeeper:
    """Keeps secrets.

    Args:
        is_lasting: whether they are still there at the next start.
    """

    def __init__(self, *, is_lasting: bool = True) -> None:
        self.secrets: dict[str, str] = {}
        self._is_lasting = is_lasting

    def secret(self, name: str) -> str | None:
        """Return a secret."""
        return self.secrets.get(name)

    def set_secret(self, name: str, value: str | None) -> None:
        """Keep a secret; None forgets it."""
        if value is None:
            self.secrets.pop(name, None)
        else:
            self.secrets[name] = value

    def flush(self, timeout_s: float) -> bool:
        """Say whether they will be there tomorrow."""
        return self._is_lasting and timeout_s >= 0

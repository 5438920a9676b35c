# SPDX-License-Identifier: Apache-2.0
"""A keyring in memory that fails when it is told to, as real ones do on full or broken disks."""

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError


class FailingKeyring(KeyringBackend):
    """Keeps entries for one test.

    Attributes:
        entries: by service and user name.
        writes_left: after so many it fails; None: it never does.
        longest_units: longer entries are refused, in UTF-16 units, as by Windows.
    """

    priority = 9  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.writes_left: int | None = None
        self.longest_units = 1280

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry, or fail."""
        self._use_up()
        if len(password.encode("utf-16-le")) > 2 * self.longest_units:
            raise PasswordSetError(f"too long: {password}")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry, or fail."""
        self._use_up()
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")

    def _use_up(self) -> None:
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise PasswordSetError("the disk is full")
            self.writes_left -= 1

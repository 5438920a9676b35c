# SPDX-License-Identifier: Apache-2.0
"""Says where settings are kept now, and why not in the keyring. It keeps none."""

from dataclasses import dataclass
from pathlib import Path

from nemodesk.settings.keyring_store import Trouble

_REASONS = {
    Trouble.ABSENT: "This computer offers no keyring.",
    Trouble.SWITCHED_OFF: "The keyring is switched off for Python programs.",
    Trouble.LOCKED: "The keyring is locked.",
    Trouble.SILENT: "The keyring does not answer.",
    Trouble.REFUSING: "The keyring refuses.",
    Trouble.PORTABLE: "NemoDesk is portable here.",
}


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Where settings are kept now.

    Attributes:
        backend: the keyring's name; empty if it is not used.
        trouble: why it is not used; None if it is.
        file: where settings are kept instead.
    """

    backend: str
    trouble: Trouble | None
    file: Path

    @property
    def is_keyring(self) -> bool:
        """Whether the keyring keeps them, secrets too."""
        return self.trouble is None

    @property
    def is_worrying(self) -> bool:
        """Whether the person has not chosen it so."""
        return self.trouble not in {None, Trouble.PORTABLE, Trouble.SWITCHED_OFF}

    @property
    def is_passing(self) -> bool:
        """Whether a keyring is there that cannot be read now, so that its values are missing."""
        return self.trouble in {Trouble.LOCKED, Trouble.SILENT, Trouble.REFUSING}

    @property
    def reason(self) -> str:
        """Why the keyring is not used, in one sentence; empty if it is."""
        return "" if self.trouble is None else reason_for(self.trouble)

    @property
    def sentence(self) -> str:
        """Where settings are, for the person."""
        if self.trouble is None:
            return f"Settings and keys are in this computer's keyring ({self.backend})."
        if self.trouble is Trouble.PORTABLE:
            return (
                f"{self.reason} Settings are kept in {self.file}; keys and passwords are "
                "forgotten when NemoDesk ends."
            )
        return (
            f"{self.reason} Settings are kept in {self.file} meanwhile; keys and passwords are "
            "forgotten when NemoDesk ends."
        )


def reason_for(trouble: Trouble) -> str:
    """Return in one sentence why the keyring is not used."""
    return _REASONS[trouble]

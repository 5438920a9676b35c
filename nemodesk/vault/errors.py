# SPDX-License-Identifier: Apache-2.0
"""What can stand between a person and their encrypted chats. It asks for no key."""

from nemodesk.errors import UsageError


class LockedError(UsageError):
    """The chats are encrypted and their key is not there."""


class WrongKeyError(UsageError):
    """A password or a recovery key that does not open these chats.

    Attributes:
        wait_s: how long it takes until another one is looked at.
    """

    def __init__(self, sentence: str, *, wait_s: float = 0.0, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.wait_s = wait_s

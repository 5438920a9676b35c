# SPDX-License-Identifier: Apache-2.0
"""vault.json beside the chats: which key they have, and the key closed up by a password.

It holds no secret. Whether the chats are encrypted is not written here: their own file tells.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from nemodesk.errors import StorageError
from nemodesk.structs import decode
from nemodesk.vault.password import WrappedKey
from nemodesk.whole_file import replace_file

_NAME = "vault.json"
_VERSION = 1


class _Content(msgspec.Struct, frozen=True):
    fingerprint: str
    password: WrappedKey | None = None
    version: int = _VERSION


@dataclass(frozen=True)
class Record:
    """What is known of the key.

    Attributes:
        fingerprint: which key; empty: not known, the file was lost.
        password: the key as the password opens it; None: there is no password.
    """

    fingerprint: str = ""
    password: WrappedKey | None = None


def read(folder: Path) -> Record:
    """Return the record; an empty one where there is none, or none that can be read."""
    try:
        content = decode((folder / _NAME).read_bytes(), _Content)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return Record()
    return Record(content.fingerprint, content.password)


def write(folder: Path, record: Record) -> None:
    """Keep the record. Raises StorageError when the disk refuses."""
    content = _Content(record.fingerprint, record.password)
    try:
        replace_file(folder / _NAME, msgspec.json.encode(content))
    except OSError as error:
        raise StorageError(
            f"NemoDesk cannot write to {folder}: {error.strerror}. Make room or allow writing "
            "there, and try again.",
            detail=repr(error),
        ) from error


def forget(folder: Path) -> None:
    """Remove the record, if there is one."""
    (folder / _NAME).unlink(missing_ok=True)

# SPDX-License-Identifier: Apache-2.0
"""What a conversion has come to, so that the next program can end it. It converts nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from nemodesk.structs import decode
from nemodesk.vault.erasing import erase, sync_folder
from nemodesk.whole_file import replace_file

Target = Literal["vault", "plain"]
Stage = Literal["copying", "ready"]


class _Content(msgspec.Struct, frozen=True):
    to: Target
    stage: Stage
    version: int = 1


@dataclass(frozen=True)
class Files:
    """The files of a conversion, all beside the database.

    Attributes:
        database: what is converted.
    """

    database: Path

    @property
    def new(self) -> Path:
        """What the database becomes."""
        return self.database.with_name(f".{self.database.stem}.converting")

    @property
    def journal(self) -> Path:
        """What has been reached."""
        return self.database.with_name(f".{self.database.stem}.converting.json")

    @property
    def lock(self) -> Path:
        """Held by whoever converts."""
        return self.database.with_name(f".{self.database.stem}.converting.lock")

    def logs(self) -> list[Path]:
        """Return the files in which SQLite keeps what is not in the database yet."""
        return [
            self.database.with_name(self.database.name + ending)
            for ending in ("-wal", "-shm", "-journal")
        ]


def read(files: Files) -> tuple[Target, Stage] | None:
    """Return where a conversion is going and what it has reached; None: there is none.

    A journal that cannot be read is none: it is written as a whole, so it was never reached.
    """
    try:
        content = decode(files.journal.read_bytes(), _Content)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    return content.to, content.stage


def write(files: Files, to: Target, stage: Stage) -> None:
    """Note what has been reached; it is on the disk when this returns."""
    replace_file(files.journal, msgspec.json.encode(_Content(to, stage)))
    sync_folder(files.journal.parent)


def remove(files: Files) -> None:
    """Forget the conversion: nothing is left to be done."""
    for unfinished in files.journal.parent.glob(f".{files.journal.stem}-*.new"):
        unfinished.unlink()  # of a journal that a kill kept from being written
    sync_folder(files.journal.parent)
    files.journal.unlink(missing_ok=True)


def undo(files: Files, to: Target) -> None:
    """Take back a conversion that was not ready: the database is as it was."""
    if to == "plain":
        erase(files.new)
    for ending in ("", "-wal", "-shm", "-journal"):
        files.new.with_name(files.new.name + ending).unlink(missing_ok=True)

# SPDX-License-Identifier: Apache-2.0
"""Closes up the other files with chats: copies from before a change, damaged files set aside.

They may be unreadable as databases, so each goes as it is, piece by piece, into an encrypted
file beside it. It does not touch the database itself.
"""

import contextlib
import hashlib
import sqlite3
from pathlib import Path

from nemodesk.chats.database import DamagedDatabaseError
from nemodesk.vault.cipher import connect
from nemodesk.vault.erasing import erase, sync_file
from nemodesk.vault.journal import Files, Target
from nemodesk.vault.key import VaultKey

_ENDING = ".vault"
_PIECE_BYTES = 1 << 20


def copies(files: Files) -> list[Path]:
    """Return the plain files beside the database that may hold chats."""
    own = {
        files.database,
        *files.logs(),
        files.database.with_name(files.database.name + "-suspect"),
    }
    found = files.database.parent.glob(f"{files.database.stem}.*")
    return sorted(
        path for path in found if path not in own and path.suffix != _ENDING and path.is_file()
    )


def packed(files: Files) -> list[Path]:
    """Return the closed-up files beside the database."""
    return sorted(files.database.parent.glob(f"{files.database.stem}.*{_ENDING}"))


def convert(files: Files, to: Target, key: VaultKey) -> None:
    """Make the other form of each file; the first form stays until `settle` or `undo`."""
    if to == "vault":
        for path in copies(files):
            _pack(path, key)
    else:
        for path in packed(files):
            _unpack(path, key)


def settle(files: Files, to: Target) -> None:
    """Remove the form that is not wanted any more of each file that has both."""
    for path in packed(files):
        original = path.with_suffix("")
        if to == "plain" and original.exists():
            path.unlink()
        elif to == "vault":
            erase(original)


def undo(files: Files, to: Target) -> None:
    """Remove what `convert` has made."""
    folder, stem = files.database.parent, files.database.stem
    for unfinished in folder.glob(f".{stem}.*.part"):
        erase(unfinished)
    settle(files, "plain" if to == "vault" else "vault")


def _pack(path: Path, key: VaultKey) -> None:
    target = path.with_name(path.name + _ENDING)
    unfinished = path.with_name(f".{target.name}.part")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(connect(unfinished, key)) as connection, path.open("rb") as file:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("CREATE TABLE piece (number INTEGER PRIMARY KEY, content BLOB)")
        connection.execute("BEGIN")
        while content := file.read(_PIECE_BYTES):
            connection.execute("INSERT INTO piece (content) VALUES (?)", (content,))
        connection.execute("COMMIT")
    with contextlib.closing(connect(unfinished, key)) as connection, path.open("rb") as file:
        if _digest(connection) != hashlib.file_digest(file, "sha256").digest():
            raise _not_the_same(path)
    _finish(unfinished, target)


def _unpack(path: Path, key: VaultKey) -> None:
    target = path.with_suffix("")
    unfinished = path.with_name(f".{target.name}.part")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(connect(path, key)) as connection, unfinished.open("xb") as file:
        unfinished.chmod(0o600)
        for (content,) in connection.execute("SELECT content FROM piece ORDER BY number"):
            file.write(content)
    _finish(unfinished, target)


def _finish(unfinished: Path, target: Path) -> None:
    unfinished.chmod(0o600)
    sync_file(unfinished)
    unfinished.replace(target)


def _digest(connection: sqlite3.Connection) -> bytes:
    digest = hashlib.sha256()
    for (content,) in connection.execute("SELECT content FROM piece ORDER BY number"):
        digest.update(content)
    return digest.digest()


def _not_the_same(path: Path) -> DamagedDatabaseError:
    return DamagedDatabaseError(
        f"A copy of {path.name} came out different from it. Nothing was changed: check the disk "
        "and try again.",
        set_aside=None,
        detail=str(path),
    )

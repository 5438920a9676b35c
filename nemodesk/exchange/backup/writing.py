# SPDX-License-Identifier: Apache-2.0
"""Makes a backup: chats, settings, which models there were, and secrets if asked. It restores none.

Chats are in it as their JSON export and not as a copy of the database: any later version can read
them, they can be added to the chats of another computer, and they do not depend on the key that
the database may be encrypted with. Only one chat at a time is in memory.
"""

import base64
import hashlib
import os
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from nemodesk import __version__
from nemodesk.errors import UsageError
from nemodesk.exchange.backup.choices import portable_secrets, portable_settings
from nemodesk.exchange.backup.manifest import (
    CHATS,
    CONTENTS,
    FORMAT,
    MANIFEST,
    MODELS,
    SECRETS,
    SETTINGS,
    VERSION,
    Contents,
    Manifest,
    ModelEntry,
    Part,
)
from nemodesk.exchange.backup.sealing import SALT_BYTES, key_from, sealed
from nemodesk.exchange.chat_source import Chats, ChatSource, all_chats, sources
from nemodesk.exchange.new_file import new_file
from nemodesk.exchange.progress import Progress
from nemodesk.exchange.writers.json_document import document
from nemodesk.settings.settings import Settings

SHORTEST_PASSPHRASE = 8
"""Characters; scrypt makes guessing slow, not a word of four letters good."""
_PACKING = 6


@dataclass(frozen=True)
class BackupSource:
    """What goes into a backup.

    Attributes:
        models: those on this computer.
    """

    store: Chats
    settings: Settings
    models: Sequence[ModelEntry]


def create_backup(
    path: Path,
    source: BackupSource,
    progress: Progress,
    *,
    passphrase: str = "",
    has_secrets: bool = False,
    clock: Callable[[], float] = time.time,
) -> Contents:
    """Write a backup, which is there once it is whole; return what is in it.

    Args:
        passphrase: seals the backup; empty: anybody who has the file can read it.
        has_secrets: put keys, such as the hub's, into it as well.

    Raises:
        UsageError: secrets without a passphrase, or too short a one.
        StorageError: the disk is full or refuses.
        CancelledError: the person wants it to end.
    """
    if has_secrets and not passphrase:
        raise UsageError("Keys are kept in a backup with a passphrase only. Choose one.")
    if passphrase and len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageError(f"Choose a passphrase of {SHORTEST_PASSPHRASE} characters or more.")
    salt = os.urandom(SALT_BYTES) if passphrase else b""
    with new_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        parts = _Parts(archive, key_from(passphrase, salt) if passphrase else None)
        contents = _write_parts(parts, source, progress, has_secrets=has_secrets)
        manifest = Manifest(
            format=FORMAT,
            version=VERSION,
            program=f"NemoDesk {__version__}",
            created_at=datetime.fromtimestamp(clock(), UTC).isoformat(timespec="seconds"),
            parts=tuple(parts.written),
            salt=base64.b64encode(salt).decode("ascii"),
        )
        archive.writestr(MANIFEST, _json(manifest), zipfile.ZIP_DEFLATED)
    return contents


def _write_parts(
    parts: "_Parts", source: BackupSource, progress: Progress, *, has_secrets: bool
) -> Contents:
    chats = all_chats(source.store)
    progress.begin(len(chats))
    counted = _Counted(progress)
    parts.add(
        CHATS, (text.encode() for text in document(counted.each(sources(source.store, chats))))
    )
    settings = portable_settings(source.settings)
    parts.add(SETTINGS, [_json(settings)])
    parts.add(MODELS, [_json(source.models)])
    secrets = portable_secrets(source.settings) if has_secrets else {}
    if secrets:
        parts.add(SECRETS, [_json(secrets)])
    contents = Contents(
        chats=len(chats),
        messages=counted.messages,
        settings=len(settings),
        models=len(source.models),
        secrets=len(secrets),
    )
    parts.add(CONTENTS, [_json(contents)])
    return contents


class _Counted:
    """Counts chats and messages on their way into the backup."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.messages = 0

    def each(self, chats: Iterable[ChatSource]) -> Iterator[ChatSource]:
        """Return the chats, counting."""
        for chat in chats:
            yield chat
            self.messages += len(chat.tree)
            self._progress.step()


class _Parts:
    """Writes the parts into the archive and remembers what they must be.

    Args:
        key: seals them; None leaves them open.
    """

    def __init__(self, archive: zipfile.ZipFile, key: bytes | None) -> None:
        self._archive = archive
        self._key = key
        self.written: list[Part] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one part."""
        entry = zipfile.ZipInfo(name, date_time=time.localtime()[:6])
        entry.external_attr = 0o600 << 16
        if self._key is None:
            entry.compress_type = zipfile.ZIP_DEFLATED
        else:
            pieces = sealed(_packed(pieces), self._key, name)
        digest = hashlib.sha256()
        size_bytes = 0
        with self._archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size_bytes += len(piece)
        self.written.append(Part(name=name, size_bytes=size_bytes, sha256=digest.hexdigest()))


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_PACKING)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return msgspec.json.format(msgspec.json.encode(value), indent=2)

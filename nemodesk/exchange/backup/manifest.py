# SPDX-License-Identifier: Apache-2.0
"""What a backup says about itself. Values only.

A backup is a zip archive: `manifest.json`, which anybody may read, and the parts. Without a
passphrase the parts are plain JSON; with one they are packed and sealed, and the manifest tells
nothing of what is in them.
"""

import base64
import binascii
from typing import Any

import msgspec

from nemodesk.errors import FileError
from nemodesk.structs import decode

FORMAT = "nemodesk-backup"
VERSION = 1
ENDING = ".nemodesk"

MANIFEST = "manifest.json"
CONTENTS = "contents.json"
CHATS = "chats.json"
SETTINGS = "settings.json"
MODELS = "models.json"
SECRETS = "secrets.json"
_LARGEST_MANIFEST_BYTES = 1024 * 1024


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the archive.

    Attributes:
        sha256: of what the archive gives for it.
    """

    name: str
    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The backup as a whole.

    Attributes:
        program: which program wrote it.
        created_at: when, as ISO 8601 writes it.
        salt: for the key of a sealed backup, in base64; empty for one that is not.
    """

    format: str
    version: int
    program: str
    created_at: str
    parts: tuple[Part, ...]
    salt: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether a passphrase is needed."""
        return bool(self.salt)

    @property
    def salt_bytes(self) -> bytes:
        """The salt as it is used."""
        try:
            return base64.b64decode(self.salt, validate=True)
        except (binascii.Error, ValueError) as error:
            raise damaged(repr(error)) from error

    def part(self, name: str) -> Part:
        """Return a part. Raises FileError if there is none of this name."""
        found = next((part for part in self.parts if part.name == name), None)
        if found is None:
            raise damaged(f"no {name}")
        return found


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """How much is in a backup, so that it can be shown before anything is done with it."""

    chats: int
    messages: int
    settings: int
    models: int
    secrets: int


class ModelEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A model that was on the computer; its file is not in the backup.

    Attributes:
        source: where it can be had again, as in "hub:OWNER/REPO@REVISION"; "file" tells nothing.
    """

    id: str
    name: str = ""
    source: str = ""
    quant: str = ""
    sha256: str = ""
    size_bytes: int = 0

    @property
    def repository(self) -> str:
        """What `models pull` takes for it, "OWNER/REPO:QUANT"; empty if nobody knows."""
        kind, _, place = self.source.partition(":")
        if kind != "hub":
            return ""
        repository = place.partition("@")[0]
        return f"{repository}:{self.quant}" if self.quant else repository


class _Head(msgspec.Struct):
    format: str
    version: int


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest in these bytes.

    Raises:
        FileError: it is none, or of a newer program.
    """
    head = _decoded(content, _Head)
    if head.format != FORMAT:
        raise FileError("This file is no backup of NemoDesk. Choose another one.")
    if head.version > VERSION:
        raise FileError(
            "This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.",
            detail=f"version {head.version}, known up to {VERSION}",
        )
    return _decoded(content, Manifest)


def _decoded(content: bytes, kind: Any) -> Any:  # noqa: ANN401 - as msgspec does
    if len(content) > _LARGEST_MANIFEST_BYTES:
        raise damaged("a manifest of absurd size")
    try:
        return decode(content, kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise damaged(repr(error)) from error


def damaged(detail: str) -> FileError:
    """Return the error for a backup that is not whole."""
    return FileError(
        "This backup is damaged or was not copied whole. Nothing was changed: try another copy.",
        detail=detail,
    )

# SPDX-License-Identifier: Apache-2.0
"""The documents of the hub's API, with the fields that the real one sends.

The shapes are those that huggingface_hub 2.4 reads (hf_api.py: ModelInfo, RepoSibling, RepoFile)
and that the public API answers with.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

_LFS_SUFFIXES = (".gguf", ".bin", ".safetensors")
_POINTER_BYTES = 135
_MOMENT = "2026-01-02T03:04:05.000Z"
_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class HubFile:
    """One file of a repository: its content, or where that lies on the disk."""

    content: bytes | Path

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        if isinstance(self.content, Path):
            return self.content.stat().st_size
        return len(self.content)

    @cached_property
    def sha256(self) -> str:
        """The hash that LFS and the CDN call it by."""
        if isinstance(self.content, bytes):
            return hashlib.sha256(self.content).hexdigest()
        digest = hashlib.sha256()
        with self.content.open("rb") as file:
            while block := file.read(_READ_BYTES):
                digest.update(block)
        return digest.hexdigest()

    def blocks(self, start: int, length: int) -> Iterator[memoryview | bytes]:
        """Yield so many bytes from there on, in pieces."""
        if isinstance(self.content, bytes):
            view = memoryview(self.content)[start : start + length]
            for offset in range(0, len(view), _READ_BYTES):
                yield view[offset : offset + _READ_BYTES]
            return
        with self.content.open("rb") as file:
            file.seek(start)
            while length > 0 and (block := file.read(min(_READ_BYTES, length))):
                length -= len(block)
                yield block


@dataclass
class Repository:
    """A model repository. A test may change it while the hub runs.

    Attributes:
        gated: False, or "auto" or "manual": how access is granted.
        gguf: what the hub read from the GGUF header: total, architecture, context_length.
        card: the YAML block of the README.
    """

    id: str
    files: dict[str, HubFile]
    gated: bool | str = False
    downloads: int = 0
    tags: tuple[str, ...] = ("gguf",)
    card: Mapping[str, Any] = field(default_factory=dict[str, Any])
    gguf: Mapping[str, Any] | None = None

    @property
    def commit(self) -> str:
        """The commit that the files make: another one once a file has changed."""
        names = "\n".join(f"{name} {file.sha256}" for name, file in sorted(self.files.items()))
        return hashlib.sha1(names.encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324


def is_lfs(name: str) -> bool:
    """Tell whether the hub keeps such a file apart and sends clients to a CDN for it."""
    return name.endswith(_LFS_SUFFIXES)


def blob_id(file: HubFile) -> str:
    """Return a git object id of the right form."""
    return hashlib.sha1(file.sha256.encode()).hexdigest()  # noqa: S324


def sibling(name: str, file: HubFile, *, blobs: bool) -> dict[str, Any]:
    """Return a file as /api/models/OWNER/REPO lists it."""
    if not blobs:
        return {"rfilename": name}
    document: dict[str, Any] = {
        "rfilename": name,
        "blobId": blob_id(file),
        "size": file.size_bytes,
    }
    if is_lfs(name):
        document["lfs"] = {
            "sha256": file.sha256,
            "size": file.size_bytes,
            "pointerSize": _POINTER_BYTES,
        }
    return document


def tree_entry(name: str, file: HubFile) -> dict[str, Any]:
    """Return a file as /api/models/OWNER/REPO/tree lists it."""
    document: dict[str, Any] = {
        "type": "file",
        "oid": blob_id(file),
        "size": file.size_bytes,
        "path": name,
    }
    if is_lfs(name):
        document["lfs"] = {
            "oid": file.sha256,
            "size": file.size_bytes,
            "pointerSize": _POINTER_BYTES,
        }
    return document


def tree(repository: Repository, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    """Return the files below a folder, or the files and folders right in it."""
    prefix = f"{folder}/" if folder else ""
    entries: dict[str, dict[str, Any]] = {}
    for name, file in sorted(repository.files.items()):
        if not name.startswith(prefix):
            continue
        first, slash, _ = name[len(prefix) :].partition("/")
        if slash:
            path = prefix + first
            entries[path] = {"type": "directory", "oid": blob_id(file), "size": 0, "path": path}
        if recursive or not slash:
            entries[name] = tree_entry(name, file)
    return list(entries.values())


def model(repository: Repository, *, blobs: bool = False) -> dict[str, Any]:
    """Return a repository as /api/models/OWNER/REPO describes it."""
    document = listed(repository) | {
        "author": repository.id.partition("/")[0],
        "sha": repository.commit,
        "lastModified": _MOMENT,
        "gated": repository.gated,
        "disabled": False,
        "cardData": dict(repository.card),
        "siblings": [sibling(name, file, blobs=blobs) for name, file in repository.files.items()],
        "usedStorage": sum(file.size_bytes for file in repository.files.values()),
    }
    if repository.gguf is not None:
        document["gguf"] = dict(repository.gguf)
    return document


def listed(repository: Repository) -> dict[str, Any]:
    """Return a repository as /api/models lists it."""
    return {
        "_id": blob_id(HubFile(repository.id.encode())),
        "id": repository.id,
        "likes": repository.downloads // 100,
        "private": False,
        "downloads": repository.downloads,
        "tags": list(repository.tags),
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "createdAt": _MOMENT,
        "modelId": repository.id,
    }


def expanded(repository: Repository, properties: list[str]) -> dict[str, Any]:
    """Return a repository with nothing but the properties that were asked for."""
    whole = model(repository)
    return {key: whole[key] for key in ("_id", "id", *properties) if key in whole}

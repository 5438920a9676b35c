# SPDX-License-Identifier: Apache-2.0
"""Finds model files in the Hugging Face cache.

Layout (huggingface_hub's guide "Understand caching"): models--OWNER--REPO/snapshots/REVISION/FILE
is a link to blobs/NAME, where NAME is the SHA-256 of a large file; refs/main holds the newest
revision. Where links are not possible, as on some Windows computers, FILE is the file itself.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from nemodesk.catalog.foreign.found import FoundModel, folders_in, found_at, labelled
from nemodesk.catalog.listing import Identity, identity, model_paths, status_of

_PREFIX = "models--"
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_REVISION_LENGTH = 40


def is_store(folder: Path) -> bool:
    """Tell whether the folder is such a cache, or one repository of it."""
    return folder.name.startswith(_PREFIX) or any(
        repo.name.startswith(_PREFIX) for repo in folders_in(folder)
    )


def models_in(store: Path) -> Iterator[FoundModel]:
    """Find the model files of all repositories; of equal ones, that of the newest revision."""
    repos = [store] if store.name.startswith(_PREFIX) else folders_in(store)
    for repo in repos:
        if repo.name.startswith(_PREFIX):
            yield from _models_of(repo)


def models_of(store: Path, repo_id: str) -> Iterator[FoundModel]:
    """Find the model files of one repository, whatever the case of its letters."""
    wanted = f"{_PREFIX}{repo_id.replace('/', '--')}".casefold()
    for repo in folders_in(store):
        if repo.name.casefold() == wanted:
            yield from _models_of(repo)


def repo_of(path: Path) -> str:
    """Return the OWNER/REPO that a file of such a cache belongs to; empty for other files."""
    for folder, below in pairwise(path.parts):
        if below == "snapshots" and folder.startswith(_PREFIX):
            return _repo_id(folder)
    return ""


def sha256_by_name(path: Path) -> str:
    """Return the SHA-256 that a file of the cache must have by its blob's name; or nothing."""
    target = path.resolve()
    is_blob = target.parent.name == "blobs" and target.parent.parent.name.startswith(_PREFIX)
    return target.name if is_blob and _SHA256.match(target.name) else ""


def _repo_id(folder: str) -> str:
    return folder.removeprefix(_PREFIX).replace("--", "/", 1)


def _models_of(repo: Path) -> Iterator[FoundModel]:
    repo_id = _repo_id(repo.name)
    seen: set[Identity] = set()
    for snapshot in _newest_first(repo):
        for path in model_paths(snapshot):
            status = status_of(path)
            if status is None or identity(path, status) in seen:
                continue
            seen.add(identity(path, status))
            found = found_at(
                path,
                source="hf-cache",
                label=labelled(repo_id, path),
                sha256=sha256_by_name(path),
            )
            if found is not None and found.architecture:
                yield found


def _newest_first(repo: Path) -> list[Path]:
    snapshots = folders_in(repo / "snapshots")
    try:
        with (repo / "refs" / "main").open(encoding="utf-8") as file:
            main = file.read(_REVISION_LENGTH).strip()
    except (OSError, UnicodeDecodeError):
        main = ""

    def age(snapshot: Path) -> tuple[bool, float]:
        status = status_of(snapshot)
        return snapshot.name != main, -status.st_mtime if status else 0.0

    return sorted(snapshots, key=age)

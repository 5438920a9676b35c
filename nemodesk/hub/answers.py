# SPDX-License-Identifier: Apache-2.0
"""Reads the hub's documents and trusts none of them. It asks for nothing.

The fields are those that huggingface_hub 2.4 reads (hf_api.py: ModelInfo, RepoSibling, RepoFile).
Whatever is missing or of an unexpected kind counts as not said: mirrors leave much out.
"""

import re
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import quote

import msgspec

from nemodesk.catalog.offers.hub_facts import HubFacts
from nemodesk.catalog.offers.offer import RemoteFile
from nemodesk.hub.surroundings import Surroundings
from nemodesk.structs import convert
from nemodesk.text import well_formed

_LONGEST_TEXT = 300
_LARGEST_NUMBER = 2**53
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LICENCE_TAG = "license:"
_BORING_LICENCES = frozenset({"", "other", "unknown"})


class Sibling(msgspec.Struct):
    """A file in the description of a repository."""

    rfilename: Any = None
    size: Any = None
    lfs: Any = None


class TreeEntry(msgspec.Struct):
    """A file or folder in the tree of a repository."""

    type: Any = None
    path: Any = None
    size: Any = None
    lfs: Any = None


class Model(msgspec.Struct, rename="camel"):
    """A repository, described or in a list."""

    id: Any = None
    model_id: Any = None
    sha: Any = None
    gated: Any = None
    downloads: Any = None
    tags: Any = None
    card_data: Any = None
    gguf: Any = None
    siblings: Any = None

    @property
    def repo_id(self) -> str:
        """OWNER/REPO as the hub writes it."""
        return _text(self.id) or _text(self.model_id)


def facts_from(model: Model, surroundings: Surroundings) -> HubFacts:
    """Return what a description says."""
    gguf = _mapping(model.gguf)
    licence, licence_url = _licence(model, surroundings)
    return HubFacts(
        repo_id=model.repo_id,
        revision=_text(model.sha),
        gated=model.gated not in (None, False, "false"),
        downloads=_number(model.downloads),
        licence=licence,
        licence_url=licence_url,
        architecture=_text(gguf.get("architecture")),
        parameter_count=_number(gguf.get("total")),
        context_length=_number(gguf.get("context_length")),
        files=files_of(model),
    )


def files_of(model: Model) -> tuple[RemoteFile, ...]:
    """Return the files of a description; of size 0 where it does not say their sizes."""
    found = (_converted(sibling, Sibling) for sibling in _items(model.siblings))
    return tuple(
        _file(_text(one.rfilename, shorten=False), one.size, one.lfs) for one in found if one
    )


def files_in_tree(entries: Iterable[TreeEntry]) -> tuple[RemoteFile, ...]:
    """Return the files of a tree."""
    return tuple(
        _file(_text(entry.path, shorten=False), entry.size, entry.lfs)
        for entry in entries
        if entry.type == "file"
    )


def _file(path: str, size: object, lfs: object) -> RemoteFile:
    large = _mapping(lfs)
    # The description calls the hash sha256, the tree oid.
    sha256 = _text(large.get("sha256") or large.get("oid")).lower()
    return RemoteFile(
        path=path,
        size_bytes=_number(large.get("size")) or _number(size),
        sha256=sha256 if _SHA256.fullmatch(sha256) else "",
    )


def _licence(model: Model, surroundings: Surroundings) -> tuple[str, str]:
    """Return the name of the licence and where it can be read."""
    card = _mapping(model.card_data)
    tagged = [tag for tag in map(_text, _items(model.tags)) if tag.startswith(_LICENCE_TAG)]
    names = card.get("license")
    general = ", ".join(filter(None, map(_text, _items(names) or [names])))
    if general in _BORING_LICENCES:
        general = _text(card.get("license_name")) or general
    if general in _BORING_LICENCES and tagged:
        general = tagged[0].removeprefix(_LICENCE_TAG)
    link = _text(card.get("license_link"))
    if not link.startswith(("https://", "http://")):
        page = surroundings.page(model.repo_id)
        link = f"{page}/blob/main/{quote(link)}" if link else page
    return ("" if general in _BORING_LICENCES else general), link


def _converted(value: object, kind: type[Sibling]) -> Sibling | None:
    try:
        return convert(value, kind)
    except msgspec.ValidationError:
        return None


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object, *, shorten: bool = True) -> str:
    """Return a text that any screen shows in one line; paths stay as they are, to be checked."""
    if not isinstance(value, str):
        return ""
    if not shorten:
        return value
    text = well_formed(value[:_LONGEST_TEXT])
    return "".join(character for character in text if character.isprintable()).strip()


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_NUMBER:
        return value
    return 0

# SPDX-License-Identifier: Apache-2.0
"""Makes choices out of the file list of a repository. Pure: it asks no network."""

import logging
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from nemodesk.catalog.naming import bare_stem, quant_of
from nemodesk.catalog.offers.offer import Quant, RemoteFile
from nemodesk.catalog.safe_paths import safe_relative_path

_log = logging.getLogger(__name__)

_NO_MODEL = re.compile(
    r"mmproj|imatrix|(?:^|[-_.])vocab(?:[-_.]|$)|(?:^|[-_.])lora(?:[-_.]|$)", re.IGNORECASE
)
"""Companions of a model that llama.cpp's tools put beside it under these names."""
_PART = re.compile(r"-(?P<number>\d{5})-of-(?P<count>\d{5})$")
_SHOWN_LENGTH = 120


def group_quants(
    files: Iterable[RemoteFile], *, quality: Callable[[str], str] = lambda _: ""
) -> tuple[Quant, ...]:
    """Return the models among the files, smallest first, split ones joined.

    What is no model, incomplete or could leave a folder is left out. Every name is there once.

    Args:
        files: all files of the repository.
        quality: says in plain words how good weights packed like this are.
    """
    groups: dict[tuple[str, int], list[tuple[int, RemoteFile]]] = defaultdict(list)
    for path, file in _models(files):
        part = _PART.search(path.stem)
        number, count = (int(part["number"]), int(part["count"])) if part else (1, 1)
        groups[str(path.parent / bare_stem(path.stem)), count].append((number, file))
    whole: list[tuple[PurePosixPath, tuple[RemoteFile, ...]]] = []
    for (stem, count), parts in groups.items():
        parts.sort(key=lambda part: part[0])
        if [number for number, _ in parts] == list(range(1, count + 1)):
            whole.append((PurePosixPath(stem), tuple(file for _, file in parts)))
        else:
            _log.info("%r has only %d of %d parts", stem, len(parts), count)
    quants = [Quant(name=name, files=group, quality=quality(name)) for name, group in _named(whole)]
    return tuple(sorted(quants, key=lambda quant: (quant.size_bytes, quant.name)))


def _models(files: Iterable[RemoteFile]) -> Iterable[tuple[PurePosixPath, RemoteFile]]:
    """Yield the files that hold a model or a part of one, each name once."""
    seen: set[str] = set()
    for file in files:
        if not file.path.casefold().endswith(".gguf"):
            continue
        path = safe_relative_path(file.path)
        # Windows and macOS take names for the same that differ in case or composition only.
        key = unicodedata.normalize("NFC", file.path).casefold()
        if path is None or key in seen or file.size_bytes < 0:
            _log.info("left out a file with a bad name: %r", file.path[:_SHOWN_LENGTH])
            continue
        seen.add(key)
        if not _NO_MODEL.search(path.stem):
            yield path, file


def _named(
    models: list[tuple[PurePosixPath, tuple[RemoteFile, ...]]],
) -> Iterable[tuple[str, tuple[RemoteFile, ...]]]:
    """Yield each model with a name of its own.

    Usually that is how its weights are packed. Where several are packed alike, the one that lies
    highest (then the largest) has the short name and the others have that of their file.
    """
    ordered = sorted(models, key=lambda model: (len(model[0].parts), -_size(model[1]), model[0]))
    taken: set[str] = set()
    for stem, files in ordered:
        choices = (_quant_name(stem), stem.name, str(stem))
        name = next((choice for choice in choices if choice.casefold() not in taken), "")
        if not name:
            _log.info("left out a second %r", str(stem)[:_SHOWN_LENGTH])
            continue
        taken.add(name.casefold())
        yield name, files


def _quant_name(stem: PurePosixPath) -> str:
    """Return how the weights are packed by the file's name, else by its folder's."""
    return quant_of(stem.name) or quant_of(stem.parent.name) or stem.name


def _size(files: tuple[RemoteFile, ...]) -> int:
    return sum(file.size_bytes for file in files)

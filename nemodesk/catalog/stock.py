# SPDX-License-Identifier: Apache-2.0
"""Looks once at what a library has: below its folder, elsewhere, and the starter."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.gguf.header import is_later_part
from nemodesk.catalog.listing import (
    Entry,
    Identity,
    describe,
    identity,
    model_paths,
    status_of,
)
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.records import FileRecord
from nemodesk.catalog.starter import find_starter
from nemodesk.catalog.summaries import Summaries


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What there was at one moment.

    Attributes:
        models: by name, the starter last.
        gone: models that were taken in elsewhere and whose file is not there.
        by_identity: the same models by what all names of a file have in common.
    """

    models: list[ModelFile]
    gone: list[ModelFile]
    by_identity: Mapping[Identity, ModelFile]

    def at(self, path: Path) -> ModelFile | None:
        """Return the model that this file is, under whatever name."""
        status = status_of(path)
        return None if status is None else self.by_identity.get(identity(path, status))


def take_stock(folder: Path, known: Mapping[str, FileRecord], summaries: Summaries) -> Stock:
    """Look at the models folder and at the files that are remembered elsewhere."""
    entries = _entries_below(folder, known)
    absent: list[FileRecord] = []
    for record in known.values():
        path = Path(record.path)
        if not path.is_absolute() or is_later_part(path):
            continue
        status = status_of(path)
        if status is None:
            absent.append(record)
        else:
            entry = Entry(path=path, record=record, status=status)
            entries.setdefault(identity(path, status), entry)
    starter = find_starter()
    starter_key = _key(starter)
    if starter_key is not None:
        entries.pop(starter_key, None)
    described = describe(list(entries.values()), summaries)
    by_identity = dict(zip(entries, described, strict=True))
    models = sorted(described, key=lambda model: (model.name.casefold(), model.id))
    if starter is not None and starter_key is not None:
        by_identity[starter_key] = starter
        models.append(starter)
    return Stock(models=models, gone=[_gone(record) for record in absent], by_identity=by_identity)


def _key(model: ModelFile | None) -> Identity | None:
    status = status_of(model.path) if model else None
    return identity(model.path, status) if model and status else None


def _entries_below(folder: Path, known: Mapping[str, FileRecord]) -> dict[Identity, Entry]:
    entries: dict[Identity, Entry] = {}
    start = len(str(folder)) + 1
    for path in model_paths(folder):
        status = status_of(path)
        if status is not None:
            record = known.get(str(path)[start:].replace(os.sep, "/"))
            entry = Entry(path=path, record=record, status=status)
            entries.setdefault(identity(path, status), entry)
    return entries


def _gone(record: FileRecord) -> ModelFile:
    path = Path(record.path)
    stem = record.alias.rpartition("/")[2].replace(":", "-") or path.stem
    return ModelFile(
        id=record.alias or naming.bare_stem(path.stem),
        path=path,
        size_bytes=record.size_bytes,
        name=naming.plain_name(stem, {}),
        quant=naming.quant_of(stem),
        source=record.source,
    )

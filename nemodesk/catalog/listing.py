# SPDX-License-Identifier: Apache-2.0
"""Finds model files below a folder and gives each a short id and a plain name.

It knows no single library: what is remembered of a file comes in with it.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.copying import COARSEST_TIME_NS
from nemodesk.catalog.gguf.header import is_later_part, split_parts
from nemodesk.catalog.model_file import STARTER_ID, ModelFile
from nemodesk.catalog.records import FileRecord
from nemodesk.catalog.summaries import Summaries, Summary

Identity = tuple[int, int, str]

_SUFFIX = ".gguf"
_NOTHING_KNOWN = FileRecord(path="")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file that is there, with what is remembered of it."""

    path: Path
    record: FileRecord | None
    status: os.stat_result

    @property
    def stem(self) -> str:
        """What to read the model's name from: its program's name for it, or the file's."""
        alias = self.record.alias if self.record else ""
        return alias.rpartition("/")[2].replace(":", "-") if alias else self.path.stem


def model_paths(folder: Path, *, depth: int | None = None) -> Iterator[Path]:
    """Find the model files below a folder, by path; without hidden and later split ones.

    Args:
        depth: levels of folders to look into; None means all.
    """
    for place, folders, files in os.walk(folder):
        is_deepest = depth is not None and len(Path(place).relative_to(folder).parts) + 1 >= depth
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not is_deepest)
        for name in sorted(files):
            if is_model_name(name):
                path = Path(place, name)
                if not is_later_part(path):
                    yield path


def status_of(path: Path) -> os.stat_result | None:
    """Return the status of a file, of its target if it is a link; None if it is gone."""
    try:
        return path.stat()
    except (OSError, ValueError):
        return None


def identity(path: Path, status: os.stat_result) -> Identity:
    """Return what two names of one file have in common."""
    # Some file systems of Windows number no files: there, each name is a file.
    return status.st_dev, status.st_ino, "" if status.st_ino else str(path)


def describe(entries: Sequence[Entry], summaries: Summaries) -> list[ModelFile]:
    """Return the models of some files, told apart from each other."""
    described = [summaries.of(entry.path, entry.status) for entry in entries]
    quants = [
        quant_of(entry.stem, summary) for entry, summary in zip(entries, described, strict=True)
    ]
    plain = [
        plain_name(entry.stem, summary, quant)
        for entry, summary, quant in zip(entries, described, quants, strict=True)
    ]
    uses = Counter(plain)
    ids = _distinct_ids(entries)
    return [
        _model(
            entry,
            summary,
            quant=quant,
            model_id=model_id,
            name=name if uses[name] == 1 else _told_apart(name, entry),
        )
        for entry, summary, quant, name, model_id in zip(
            entries, described, quants, plain, ids, strict=True
        )
    ]


def _model(entry: Entry, summary: Summary, *, quant: str, model_id: str, name: str) -> ModelFile:
    record = entry.record or _NOTHING_KNOWN
    is_unchanged = (
        entry.status.st_size == record.size_bytes
        and abs(entry.status.st_mtime_ns - record.modified_ns) <= COARSEST_TIME_NS
    )
    return ModelFile(
        id=model_id,
        path=entry.path,
        size_bytes=_size_bytes(entry),
        name=name,
        quant=quant,
        sha256=record.sha256 if is_unchanged else "",
        source=record.source,
        architecture=summary.architecture,
        context_length=summary.context_length,
        verified_at=record.verified_at if is_unchanged else 0.0,
    )


def quant_of(stem: str, summary: Summary) -> str:
    """Return how the weights are packed by the name, else by the header; may be empty."""
    return naming.quant_of(stem) or naming.quant_from_header(summary.facts)


def plain_name(stem: str, summary: Summary, quant: str) -> str:
    """Return the name of a model for people, with the bits of a weight."""
    bits = naming.bits_in_words(quant)
    name = naming.plain_name(stem, summary.facts)
    return f"{name}, {bits}" if bits else name


def is_model_name(name: str) -> bool:
    """Return whether the library lists files of this name."""
    lower = name.lower()
    # mmproj files hold the part of a model that sees pictures; they cannot chat.
    return lower.endswith(_SUFFIX) and not lower.startswith((".", "mmproj"))


def _told_apart(name: str, entry: Entry) -> str:
    quant = naming.quant_of(entry.stem)
    if quant:
        return f"{name} ({quant})"
    alias = entry.record.alias if entry.record else ""
    return f"{name} ({alias or entry.path.parent.name})"


def _distinct_ids(entries: Sequence[Entry]) -> list[str]:
    """Return aliases or stems, with as many folders before them as tell them apart."""
    ids = [
        entry.record.alias
        if entry.record and entry.record.alias
        else naming.bare_stem(entry.path.stem)
        for entry in entries
    ]
    depth, is_ambiguous = 0, True
    while is_ambiguous:
        uses = Counter(model_id.casefold() for model_id in ids)
        uses[STARTER_ID] += 1
        is_ambiguous = False
        for index, entry in enumerate(entries):
            if uses[ids[index].casefold()] > 1 and depth < len(entry.path.parts) - 1:
                ids[index] = f"{entry.path.parents[depth].name}/{ids[index]}"
                is_ambiguous = True
        depth += 1
    return ids


def _size_bytes(entry: Entry) -> int:
    """Return the size of a model with all its parts that are there."""
    statuses: Iterable[os.stat_result | None] = (
        entry.status if part == entry.path else status_of(part) for part in split_parts(entry.path)
    )
    return sum(status.st_size for status in statuses if status is not None)

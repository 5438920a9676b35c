# SPDX-License-Identifier: Apache-2.0
"""A model that is on this computer but not in the library, as a value."""

import os
from dataclasses import dataclass
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.gguf.header import read_beginning, split_parts
from nemodesk.catalog.listing import plain_name, quant_of, status_of
from nemodesk.catalog.summaries import summary_of

SOURCES = {"lm-studio": "LM Studio", "ollama": "Ollama", "hf-cache": "the Hugging Face cache"}
"""Programs whose models are found, as people know them."""


@dataclass(frozen=True, kw_only=True)
class FoundModel:
    """A model file somewhere on this computer.

    Attributes:
        path: the file; of a split model, its first part.
        label: how its own program calls it: "llama3.2:3b", "OWNER/REPO:Q4_K_M", or the stem.
        name: plain words for people.
        source: "file", or one of SOURCES.
        size_bytes: of all parts.
        sha256: as its program's files are called by; empty if they are not.
        architecture: by the header; empty if the file is damaged.
        alias: what the library must call it, because the file's own name says nothing.
    """

    path: Path
    label: str
    name: str
    source: str
    size_bytes: int
    quant: str = ""
    sha256: str = ""
    architecture: str = ""
    alias: str = ""


def found_at(
    path: Path, *, source: str, label: str = "", alias: str = "", sha256: str = ""
) -> FoundModel | None:
    """Look at the beginning of a file; None if it is gone."""
    if status_of(path) is None:
        return None
    summary = summary_of(read_beginning(path))
    stem = alias.rpartition("/")[2].replace(":", "-") if alias else path.stem
    quant = quant_of(stem, summary)
    sizes = [status.st_size for part in split_parts(path) if (status := status_of(part))]
    return FoundModel(
        path=path,
        label=label or naming.bare_stem(path.stem),
        name=plain_name(stem, summary, quant),
        source=source,
        size_bytes=sum(sizes),
        quant=quant,
        sha256=sha256,
        architecture=summary.architecture,
        alias=alias,
    )


def labelled(repo_id: str, path: Path) -> str:
    """Return OWNER/REPO:QUANT, or the name of the file where that has no quant."""
    stem = naming.bare_stem(path.stem)
    quant = naming.quant_of(stem)
    return f"{repo_id}:{quant}" if quant else f"{repo_id}/{stem}"


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder by name; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except OSError:
        return []

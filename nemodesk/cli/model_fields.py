# SPDX-License-Identifier: Apache-2.0
"""What the commands about models say of one: the fields of --json, and words for people."""

from datetime import UTC, datetime
from typing import Any

from nemodesk.catalog.foreign.found import SOURCES, FoundModel
from nemodesk.catalog.library import ModelFile
from nemodesk.text import well_formed


def model_fields(model: ModelFile) -> dict[str, Any]:
    """Return the fields of the public contract; null where a file does not say it."""
    return {
        "id": model.id,
        "name": model.name,
        "path": well_formed(str(model.path)),
        "size_bytes": model.size_bytes,
        "architecture": model.architecture or None,
        "quant": model.quant or None,
        "context_length": model.context_length or None,
        "sha256": model.sha256 or None,
        "source": model.source,
        "verified_at": timestamp(model.verified_at),
    }


def found_fields(found: FoundModel) -> dict[str, Any]:
    """Return the fields of a model that another program has."""
    return {
        "label": found.label,
        "name": found.name,
        "path": well_formed(str(found.path)),
        "size_bytes": found.size_bytes,
        "architecture": found.architecture or None,
        "quant": found.quant or None,
        "sha256": found.sha256 or None,
        "source": found.source,
    }


def timestamp(seconds: float) -> str | None:
    """Return a time as ISO 8601 in UTC; null for never."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None


def source_in_words(source: str) -> str:
    """Return where a model came from, for people."""
    if source.startswith("hub:"):
        return source.removeprefix("hub:").partition("@")[0]
    own = {"starter": "came with NemoDesk", "file": "a file of yours"}
    return own.get(source) or SOURCES.get(source, source)

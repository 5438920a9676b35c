# SPDX-License-Identifier: Apache-2.0
"""What a backup says about the models of a computer. It reads no model."""

from collections.abc import Iterable

from nemodesk.catalog.model_file import ModelFile
from nemodesk.exchange.backup.manifest import ModelEntry


def model_entries(models: Iterable[ModelFile]) -> tuple[ModelEntry, ...]:
    """Return the models without their places, which mean nothing elsewhere."""
    return tuple(
        ModelEntry(
            id=model.id,
            name=model.name,
            source=model.source,
            quant=model.quant,
            sha256=model.sha256,
            size_bytes=model.size_bytes,
        )
        for model in models
    )

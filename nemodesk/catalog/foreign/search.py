# SPDX-License-Identifier: Apache-2.0
"""Says which models lie at a place, whatever program put them there."""

from collections.abc import Iterator
from pathlib import Path

from nemodesk.catalog.foreign import hugging_face, ollama
from nemodesk.catalog.foreign.found import FoundModel, found_at, labelled
from nemodesk.catalog.foreign.places import Places
from nemodesk.catalog.gguf.header import split_parts
from nemodesk.catalog.listing import model_paths


def models_elsewhere(places: Places) -> Iterator[FoundModel]:
    """Find what LM Studio, Ollama and the Hugging Face cache have."""
    for folder in places.lm_studio:
        for path in model_paths(folder):
            found = _in_lm_studio(path, folder)
            if found is not None and found.architecture:
                yield found
    for folder in places.ollama:
        yield from ollama.models_in(folder)
    for folder in places.hugging_face:
        yield from hugging_face.models_in(folder)


def models_below(folder: Path, places: Places) -> Iterator[FoundModel]:
    """Find all models below a folder, also damaged ones if the folder is nobody's."""
    stores = [place for place in (folder, folder / "models", folder / "hub") if _is_store(place)]
    for store in stores:
        yield from (ollama if ollama.is_store(store) else hugging_face).models_in(store)
    for path in model_paths(folder):
        if any(path.is_relative_to(store) for store in stores):
            continue
        found = model_at(path, places)
        if found is not None:
            yield found


def _is_store(folder: Path) -> bool:
    return ollama.is_store(folder) or hugging_face.is_store(folder)


def model_at(path: Path, places: Places) -> FoundModel | None:
    """Say what a file is; None if it is gone. Any part of a split model means the whole."""
    path = split_parts(path)[0]
    if ollama.sha256_by_name(path) and path.parent.name == "blobs":
        store = path.parent.parent
        named = (found for found in ollama.models_in(store) if found.path.name == path.name)
        return next(named, None) or found_at(path, source="ollama")
    repo = hugging_face.repo_of(path)
    if repo:
        return found_at(
            path,
            source="hf-cache",
            label=labelled(repo, path),
            sha256=hugging_face.sha256_by_name(path),
        )
    for folder in places.lm_studio:
        if path.is_relative_to(folder):
            return _in_lm_studio(path, folder)
    return found_at(path, source="file")


def _in_lm_studio(path: Path, folder: Path) -> FoundModel | None:
    repo = "/".join(path.relative_to(folder).parts[:-1])
    return found_at(path, source="lm-studio", label=labelled(repo, path) if repo else "")

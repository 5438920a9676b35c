# SPDX-License-Identifier: Apache-2.0
"""Finds the models of Ollama, which keeps content under its SHA-256 and names in manifests.

Layout (ollama's docs and server/manifest.go): manifests/HOST/NAMESPACE/NAME/TAG is a JSON list of
layers; the one of the type "…image.model" is a GGUF file blobs/sha256-HEX. Adapters, projectors,
templates and models in other formats are left out.
"""

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from nemodesk.catalog.foreign.found import FoundModel, found_at
from nemodesk.structs import decode

_MODEL_TYPE = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"^sha256[:-](?P<hex>[0-9a-f]{64})$")
_HOME_HOST, _HOME_NAMESPACE = "registry.ollama.ai", "library"
_USUAL_TAG = "latest"
_LARGEST_MANIFEST_BYTES = 1024 * 1024  # a guess; they have about one thousand

_log = logging.getLogger(__name__)


class _Layer(msgspec.Struct, frozen=True, rename="camel"):
    media_type: str
    digest: str
    size: int


class _Manifest(msgspec.Struct, frozen=True):
    layers: list[_Layer]


def is_store(folder: Path) -> bool:
    """Tell whether Ollama keeps its models in this folder."""
    return (folder / "manifests").is_dir() and (folder / "blobs").is_dir()


def models_in(store: Path) -> Iterator[FoundModel]:
    """Find the models that are there whole, by name. Broken manifests are left out."""
    for manifest in _manifests(store / "manifests"):
        layer = _model_layer(manifest)
        digest = _DIGEST.match(layer.digest) if layer else None
        if layer is None or digest is None:
            _log.debug("No model of its own in %s", manifest)
            continue
        blob = store / "blobs" / f"sha256-{digest['hex']}"
        try:
            is_whole = blob.stat().st_size == layer.size
        except OSError:
            is_whole = False
        if not is_whole:
            _log.info("%s names %s, which is not there whole", manifest, blob.name)
            continue
        label = _label(manifest.relative_to(store / "manifests").parts)
        found = found_at(
            blob, source="ollama", label=label, alias=label, sha256=digest["hex"].lower()
        )
        if found is not None and found.architecture:
            yield found


def sha256_by_name(path: Path) -> str:
    """Return the SHA-256 that a file of Ollama must have by its name; empty for other files."""
    digest = _DIGEST.match(path.name)
    return digest["hex"] if digest else ""


def _manifests(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and len(path.relative_to(folder).parts) >= 2:  # noqa: PLR2004 - NAME/TAG
                yield path


def _model_layer(manifest: Path) -> _Layer | None:
    """Return the layer with the model; None if there is none, or more than one."""
    try:
        with manifest.open("rb") as file:
            text = file.read(_LARGEST_MANIFEST_BYTES)
        layers = decode(text, _Manifest).layers
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.info("The manifest %s cannot be read: %s", manifest, error)
        return None
    models = [layer for layer in layers if layer.media_type == _MODEL_TYPE]
    return models[0] if len(models) == 1 else None


def _label(parts: tuple[str, ...]) -> str:
    """Return the name that people type after `ollama run`."""
    *places, name, tag = parts
    if places[:1] == [_HOME_HOST]:
        places = places[1:]
        if places[:1] == [_HOME_NAMESPACE]:
            places = places[1:]
    full = "/".join([*places, name])
    return full if tag == _USUAL_TAG else f"{full}:{tag}"

# SPDX-License-Identifier: Apache-2.0
"""Writes the folders of other programs, in the layouts that they have."""

import hashlib
import json
from pathlib import Path

from nemodesk.catalog.foreign.places import Places
from tests.catalog.model_files import write_llama

MODEL_TYPE = "application/vnd.ollama.image.model"


class Stores:
    """A home with LM Studio, Ollama and the Hugging Face cache."""

    def __init__(self, home: Path) -> None:
        self.lm_studio = home / ".lmstudio" / "models"
        self.ollama = home / ".ollama" / "models"
        self.hugging_face = home / ".cache" / "huggingface" / "hub"
        self._scratch = home / "scratch.gguf"

    def places(self) -> Places:
        """Return where they are."""
        return Places(
            lm_studio=(self.lm_studio,),
            ollama=(self.ollama,),
            hugging_face=(self.hugging_face,),
        )

    def add_to_lm_studio(self, name: str, *, repo: str = "pub/Some-1B-GGUF") -> Path:
        """Put a model there and return its file."""
        return write_llama(self.lm_studio / repo / name, texts={"general.name": name})

    def add_to_ollama(
        self, name: str, *, host: str = "registry.ollama.ai/library", text: str = ""
    ) -> Path:
        """Put NAME:TAG there and return its blob."""
        blob = self.add_blob(text or name)
        model, _, tag = name.partition(":")
        layers = [
            {"mediaType": MODEL_TYPE, "digest": _digest(blob), "size": blob.stat().st_size},
            {
                "mediaType": "application/vnd.ollama.image.template",
                "digest": f"sha256:{'0' * 64}",
                "size": 3,
            },
        ]
        self.write_manifest(f"{host}/{model}/{tag or 'latest'}", {"layers": layers})
        return blob

    def add_blob(self, text: str) -> Path:
        """Put content into Ollama's blobs and return its file."""
        path = write_llama(self._scratch, texts={"general.name": text})
        (self.ollama / "blobs").mkdir(parents=True, exist_ok=True)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return path.rename(self.ollama / "blobs" / f"sha256-{sha256}")

    def write_manifest(self, name: str, document: object) -> Path:
        """Write a manifest: JSON of a document, or bytes as they are."""
        path = self.ollama / "manifests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        path.write_bytes(content)
        return path

    def add_to_hugging_face(
        self,
        name: str,
        *,
        repo: str = "some/Fine-1B-GGUF",
        revision: str = "a" * 40,
        text: str = "",
    ) -> Path:
        """Put a file into the cache and return its name in the snapshot, a link to the blob."""
        folder = self.hugging_face / f"models--{repo.replace('/', '--')}"
        path = write_llama(self._scratch, texts={"general.name": text or name})
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / "blobs").mkdir(parents=True, exist_ok=True)
        path.rename(folder / "blobs" / sha256)
        link = folder / "snapshots" / revision / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path("../../blobs") / sha256)
        return link


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def everything_in(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digest(blob: Path) -> str:
    return blob.name.replace("-", ":", 1)

# SPDX-License-Identifier: Apache-2.0
"""Where other programs keep their models, on each operating system. It opens no model."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

_LARGEST_SETTINGS_BYTES = 4 * 1024 * 1024  # a guess


@dataclass(frozen=True, kw_only=True)
class Places:
    """The folders that are there, each once.

    Attributes:
        lm_studio: folders of OWNER/REPO/FILE.gguf.
        ollama: folders with manifests and blobs.
        hugging_face: folders of models--OWNER--REPO.
    """

    lm_studio: tuple[Path, ...] = ()
    ollama: tuple[Path, ...] = ()
    hugging_face: tuple[Path, ...] = ()


def find_places(
    *,
    home: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    root: Path = Path("/"),
) -> Places:
    """Return where models of other programs may lie.

    Args:
        home: the person's folder; None asks the system.
        root: where the folders of services lie; tests have one of their own.
    """
    home = home or Path.home()
    return Places(
        lm_studio=_there(_lm_studio(home)),
        ollama=_there(_ollama(home, environment, platform, root)),
        hugging_face=_there(_hugging_face(home, environment)),
    )


def _lm_studio(home: Path) -> Iterator[Path]:
    # Since 0.3.6 in ~/.lmstudio (or where the pointer says), before in ~/.cache/lm-studio;
    # the same on Windows and macOS.
    pointed = _first_line(home / ".lmstudio-home-pointer")
    homes = [Path(pointed)] if pointed else []
    for place in (*homes, home / ".lmstudio", home / ".cache" / "lm-studio"):
        chosen = _downloads_folder(place / "settings.json")
        if chosen:
            yield Path(chosen)
        yield place / "models"


def _ollama(
    home: Path, environment: Mapping[str, str], platform: str, root: Path
) -> Iterator[Path]:
    chosen = environment.get("OLLAMA_MODELS", "").strip().strip("\"'")
    if chosen:
        yield Path(chosen)
    yield home / ".ollama" / "models"
    if platform.startswith("linux"):
        # As a service it has a home of its own: the installer's, Arch's and NixOS's, snap's.
        yield root / "usr/share/ollama/.ollama/models"
        yield root / "var/lib/ollama/.ollama/models"
        yield root / "var/lib/ollama/models"
        yield root / "var/snap/ollama/common/models"


def _hugging_face(home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    # huggingface_hub/constants.py; the first that is set decides, as there.
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            yield _expanded(environment[name], home)
            return
    if environment.get("HF_HOME"):
        yield _expanded(environment["HF_HOME"], home) / "hub"
        return
    cache = environment.get("XDG_CACHE_HOME") or str(home / ".cache")
    yield _expanded(cache, home) / "huggingface" / "hub"


def _expanded(text: str, home: Path) -> Path:
    return home / text[2:] if text.startswith(("~/", "~\\")) else Path(text)


def _downloads_folder(settings: Path) -> str:
    """Return LM Studio's own choice of a folder; empty if there is none."""
    try:
        with settings.open(encoding="utf-8") as file:
            document: object = json.loads(file.read(_LARGEST_SETTINGS_BYTES))
    except (OSError, ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    folder = cast("dict[str, object]", document).get("downloadsFolder")
    return folder if isinstance(folder, str) else ""


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline(_LARGEST_SETTINGS_BYTES).strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _there(folders: Iterator[Path]) -> tuple[Path, ...]:
    """Return those that are folders, each once."""
    found: dict[Path, Path] = {}
    for folder in folders:
        try:
            if folder.is_absolute() and folder.is_dir():
                found.setdefault(folder.resolve(), folder)
        except (OSError, ValueError):
            continue  # a name that no folder can have, or a disk that does not answer
    return tuple(found.values())

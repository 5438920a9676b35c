# SPDX-License-Identifier: Apache-2.0
"""Says which of several models a person means, and what to say when it is none or many."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from nemodesk.catalog import naming
from nemodesk.catalog.listing import Entry, describe, model_paths, status_of
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.stock import Stock
from nemodesk.catalog.summaries import Summaries
from nemodesk.errors import NotFoundError

_REPO_AND_QUANT = re.compile(r"^(?P<repo>[\w.-]+(?:/[\w.-]+)?):(?P<quant>[\w.-]+)$")
_MOST_MATCHES = 3
_SUFFIX = ".gguf"


def choose(text: str, stock: Stock, find_cached: Callable[[str], Iterable[Path]]) -> ModelFile:
    """Return the model that a text means.

    Args:
        text: an id, a file or folder, OWNER/REPO:QUANT or REPO:QUANT.
        find_cached: returns what a cache has of OWNER/REPO; asked at last.

    Raises:
        NotFoundError: there is none, or there are several.
    """
    models = stock.models
    found = _named(models, text) or _in_repo(models, text)
    if found:
        return _only(found, text)
    path = _existing_path(text)
    if path is not None and path.is_file():
        return model_of(path, stock)
    if path is not None:
        # Not what lies deeper: "/" would be the whole disk.
        files = [file for file in model_paths(path, depth=1) if file.is_file()]
        return _only([model_of(file, stock) for file in files], text)
    if text.lower().endswith(_SUFFIX) and (found := _named(models, text[: -len(_SUFFIX)])):
        return _only(found, text)
    repo_id = _repo_id_of(text)
    cached = [model_of(file, stock) for file in find_cached(repo_id)] if repo_id else []
    if found := _in_repo(cached, text):
        return _only(found, text)
    for missing in _named(stock.gone, text):
        raise _gone(missing)
    raise not_found(text, models)


def model_of(path: Path, stock: Stock) -> ModelFile:
    """Return the listed model with this file, or one whose id is the path."""
    path = path.absolute()
    listed = stock.at(path)
    status = status_of(path)
    if listed is not None or status is None:
        return listed or ModelFile(id=str(path), path=path, size_bytes=0, name=path.stem)
    entry = Entry(path=path, record=None, status=status)
    return replace(describe([entry], Summaries(path.parent))[0], id=str(path))


def _named(models: Iterable[ModelFile], text: str) -> list[ModelFile]:
    """Return the models with this id, else those whose file is called so."""
    models = list(models)
    wanted = text.casefold()
    return (
        [model for model in models if model.id == text]
        or [model for model in models if model.id.casefold() == wanted]
        or [model for model in models if naming.bare_stem(model.path.stem).casefold() == wanted]
    )


def _in_repo(models: Iterable[ModelFile], text: str) -> list[ModelFile]:
    """Return the models that OWNER/REPO:QUANT or REPO:QUANT means."""
    match = _REPO_AND_QUANT.match(text)
    if match is None:
        return []
    here = [model for model in models if _is_in_repo(model, match["repo"].casefold())]
    quant = match["quant"].upper()
    exact = [model for model in here if _file_quant(model) == quant]
    return exact or [
        model
        for model in here
        if _file_quant(model).removeprefix("UD-") == quant.removeprefix("UD-")
    ]


def _repo_id_of(text: str) -> str:
    """Return the OWNER/REPO of OWNER/REPO:QUANT; empty for any other text."""
    match = _REPO_AND_QUANT.match(text)
    return match["repo"] if match and "/" in match["repo"] else ""


def _existing_path(text: str) -> Path | None:
    """Return the file or folder that the text names, if there is one."""
    try:
        path = Path(text).expanduser()
        return path if text and (path.is_file() or path.is_dir()) else None
    except (OSError, RuntimeError, ValueError):
        return None  # a name that no file can have, or the home of an unknown person


def _only(found: list[ModelFile], text: str) -> ModelFile:
    """Return the one model. Raises NotFoundError if there are several or none."""
    if not found:
        raise NotFoundError(f"There is no model file (.gguf) in the folder {text}.")
    if len(found) > 1:
        names = ", ".join(model.id for model in found)
        raise NotFoundError(f"“{text}” stands for several models. Choose one of them: {names}.")
    return found[0]


def not_found(text: str, models: Iterable[ModelFile]) -> NotFoundError:
    """Return the error for a text that means nothing, with the nearest names."""
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


def _gone(model: ModelFile) -> NotFoundError:
    """Return the error for a model whose file has vanished."""
    return NotFoundError(
        f"The file of {model.name} is gone: {model.path}. Connect its disk, or leave it out with "
        f"`nemodesk models remove {model.id}`."
    )


def _file_quant(model: ModelFile) -> str:
    # As the file or its folder is called; a header knows no "UD-".
    stem, folder = model.path.stem, model.path.parent.name
    return naming.quant_of(stem) or naming.quant_of(folder) or model.quant


def _is_in_repo(model: ModelFile, repo: str) -> bool:
    """Tell whether a file lies in REPO or OWNER/REPO, also in the Hugging Face cache's way."""
    kind, _, source = model.source.partition(":")
    source_repo = source.partition("@")[0].casefold()
    if kind == "hub" and f"/{source_repo}".endswith(f"/{repo}"):
        return True
    parts = [part.casefold() for part in model.path.parent.parts]
    owner, slash, name = repo.rpartition("/")
    for index, part in enumerate(parts):
        is_named = part == name and (not slash or (index > 0 and parts[index - 1] == owner))
        is_cached = part.startswith("models--") and (
            part == f"models--{owner}--{name}" if slash else part.endswith(f"--{name}")
        )
        if is_named or is_cached:
            return True
    return False

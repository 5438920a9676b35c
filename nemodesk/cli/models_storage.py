# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models verify`, `remove`, `restore`, `trash` and `move-folder`: models on the disk."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from nemodesk.catalog.library import Library, ModelFile, Receipt
from nemodesk.cli.kept_settings import open_settings
from nemodesk.cli.long_work import long_work
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.model_fields import timestamp
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import CancelledError, ModelFileError, NemodeskError, NotFoundError
from nemodesk.paths import find_paths, remember_models_folder
from nemodesk.sizes import in_words
from nemodesk.text import well_formed

_DAY_S = 24 * 3600.0


def verify(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="Left out: all.", show_default=False)
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Read models whole and compare them with what they must be.

    A model whose content nobody has said is checked for its structure and length only.
    """
    library = open_library()
    models = library.list() if model is None else [library.resolve(model)]
    results = [_verify(library, one, is_quiet=as_json) for one in models]
    if as_json:
        print_json([fields for fields, _ in results])
    errors = [error for _, error in results if error is not None]
    if errors:
        raise errors[0]


def remove(
    model: str,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put MODEL into the trash for some weeks; a file of another program only leaves the list."""
    library = open_library()
    found = _listed(library, model)
    if not yes and sys.stdin.isatty() and not typer.confirm(f"Remove {found.name}?", err=True):
        raise CancelledError("Nothing was removed.")
    receipt = library.remove(found.id)
    _tidy(library)
    if as_json:
        print_json(_receipt_fields(receipt))
    elif receipt.files:
        say(f"{found.name} is in the trash. `nemodesk models restore` brings it back.")
    else:
        say(f"{found.name} is left out of the list; its file stays in {found.path.parent}.")


def _tidy(library: Library) -> None:
    """Empty the trash of what has been there for as long as the person has chosen."""
    with open_settings() as settings:
        # Where the choice is not known now, nothing is thrown away that it may keep.
        if settings.is_known:
            library.tidy(kept_s=settings.value("trash.keep_days") * _DAY_S)


def restore(
    model: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help="Left out: the last removed.", show_default=False),
    ] = None,
) -> None:
    """Bring a removed model back."""
    library = open_library()
    wanted = model.casefold() if model is not None else None
    for receipt in library.trash():
        if wanted in (None, receipt.model_id.casefold(), receipt.name.casefold(), receipt.id):
            library.restore(receipt)
            say(f"{receipt.name} is back.")
            return
    what = f"no model “{model}”" if model is not None else "nothing"
    raise NotFoundError(f"There is {what} in the trash. `nemodesk models trash` lists what is.")


def trash(
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Delete it all for good.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the removed models, or delete them for good."""
    library = open_library()
    if empty:
        freed_bytes = library.empty_trash()
        if as_json:
            print_json({"freed_bytes": freed_bytes})
        else:
            say(f"The trash is empty: {in_words(freed_bytes)} are free again.")
        return
    _tidy(library)
    receipts = library.trash()
    if as_json:
        print_json([_receipt_fields(receipt) for receipt in receipts])
        return
    if not receipts:
        say("The trash is empty.")
        return
    table = Table("ID", "Name", "Size", "Removed", box=None, pad_edge=False)
    for receipt in receipts:
        removed = (timestamp(receipt.removed_at) or "")[:10]
        table.add_row(receipt.model_id, receipt.name, in_words(receipt.size_bytes), removed)
    console().print(table)
    say(f"It takes {in_words(library.trash_size_bytes())}; `--empty` deletes it for good.")


def move_folder(
    path: Annotated[Path, typer.Argument(help="An empty folder, or a new one.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Keep models in another folder, and move them there."""
    paths = find_paths()
    library = open_library()
    with long_work("Moving") as work:
        library.move_folder(
            path,
            remember=lambda folder: remember_models_folder(paths.data, folder),
            on_progress=work.on_progress,
            stop=work.stop,
        )
    new = find_paths().models
    if as_json:
        print_json({"models_folder": well_formed(str(new))})
    else:
        say(f"Your models are in {new} from now on.")


def _verify(
    library: Library, model: ModelFile, *, is_quiet: bool
) -> tuple[dict[str, Any], NemodeskError | None]:
    """Return what verifying one model has come to; what is wrong does not stop the others."""
    fields: dict[str, Any] = {"id": model.id, "path": well_formed(str(model.path))}
    sha256, problem = None, None
    try:
        with long_work(f"Reading {model.name}") as work:
            result = library.verify(model, on_progress=work.on_progress, stop=work.stop)
    except CancelledError:
        raise
    except ModelFileError as error:
        status, words, problem = "damaged", "not what it must be", error
    except NemodeskError as error:
        status, words, problem = "unreadable", "it cannot be read", error
    else:
        status = "ok" if result.is_compared else "unknown"
        words = "ok" if result.is_compared else "ok by its structure; nothing to compare it with"
        sha256 = result.sha256 or None
    if not is_quiet:
        console().print(f"{status:<10} {model.name}: {words}")
    sentence = problem.sentence if problem else None
    return fields | {"status": status, "sha256": sha256, "error": sentence}, problem


def _listed(library: Library, text: str) -> ModelFile:
    """Return the model that the text means, also one whose file is gone."""
    for model in library.gone():
        if model.id.casefold() == text.strip().casefold():
            return model
    return library.resolve(text)


def _receipt_fields(receipt: Receipt) -> dict[str, Any]:
    return {
        "id": receipt.model_id,
        "name": receipt.name,
        "receipt": receipt.id,
        "removed_at": timestamp(receipt.removed_at),
        "size_bytes": receipt.size_bytes,
        "files": list(receipt.files),
    }

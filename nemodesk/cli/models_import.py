# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models import` and `found`: models that are on this computer already."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nemodesk.catalog.foreign.found import FoundModel
from nemodesk.catalog.library import Imported, ImportWay
from nemodesk.cli.long_work import long_work
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.model_fields import found_fields, model_fields, source_in_words
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import NemodeskError, NotFoundError, UsageError
from nemodesk.sizes import in_words
from nemodesk.text import well_formed

_VERBS = {
    ImportWay.IN_PLACE: "Looking",
    ImportWay.COPY: "Copying",
    ImportWay.MOVE: "Moving",
}


def import_models(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A model file, or a folder with models.")
    ],
    *,
    copy: Annotated[bool, typer.Option("--copy", help="Copy it into the models folder.")] = False,
    move: Annotated[bool, typer.Option("--move", help="Move it into the models folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in a model file or a folder; files stay where they are, unless you say otherwise.

    A folder may be LM Studio's, Ollama's or the Hugging Face cache. A copy on the same disk takes
    no room: it is a second name for the same content.
    """
    if copy and move:
        raise UsageError("A model can be copied or moved, not both. Leave out --copy or --move.")
    way = ImportWay.COPY if copy else ImportWay.MOVE if move else ImportWay.IN_PLACE
    with long_work(_VERBS[way]) as work:
        result = open_library().import_models(
            path, way=way, on_progress=work.on_progress, stop=work.stop
        )
    if as_json:
        print_json(
            {
                "added": [model_fields(model) for model in result.added],
                "known": [model_fields(model) for model in result.known],
                "refused": [
                    {"path": well_formed(str(file)), "error": error.sentence}
                    for file, error in result.refused
                ],
            }
        )
    else:
        _show_import(result)
    if result.refused and not result.added and not result.known:
        raise result.refused[0][1]


def found(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]…", help="Left out: all.", show_default=False),
    ] = None,
    *,
    use: Annotated[
        bool, typer.Option("--use", help="Take them into the list, where they are.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the models of LM Studio, Ollama and the Hugging Face cache that are not used yet."""
    library = open_library()
    offered = _chosen(library.found_elsewhere(), names or [])
    if not use:
        _show_found(offered, as_json=as_json)
        return
    result = Imported()
    for model in offered:
        try:
            result += Imported(added=(library.adopt(model),))
        except NemodeskError as error:
            result += Imported(refused=((model.path, error),))
    if as_json:
        print_json([model_fields(model) for model in result.added])
    else:
        _show_import(result)
    if result.refused and not result.added:
        raise result.refused[0][1]


def _chosen(found: tuple[FoundModel, ...], names: list[str]) -> list[FoundModel]:
    """Return the named ones. Raises NotFoundError for a name that nothing has."""
    by_name = {model.label.casefold(): model for model in found}
    unknown = [name for name in names if name.casefold() not in by_name]
    if unknown:
        raise NotFoundError(
            f"No other program has a model “{unknown[0]}” that is not in the list already. Run "
            "`nemodesk models found` to see which there are."
        )
    return [by_name[name.casefold()] for name in names] if names else list(found)


def _show_found(found: list[FoundModel], *, as_json: bool) -> None:
    if as_json:
        print_json([found_fields(model) for model in found])
        return
    if not found:
        say("No other program here has a model that is not in the list already.")
        return
    table = Table("Name", "Model", "Size", "Of", box=None, pad_edge=False)
    for model in found:
        source = source_in_words(model.source)
        table.add_row(model.label, model.name, in_words(model.size_bytes), source)
    console().print(table)
    say("Take them into the list with `nemodesk models found --use`.")


def _show_import(result: Imported) -> None:
    for model in result.added:
        console().print(f"{model.name} is in the list as {model.id}.")
    for model in result.known:
        console().print(f"{model.name} was in the list before as {model.id}.")
    for path, error in result.refused:
        say(f"{well_formed(str(path))}: {error.sentence}")

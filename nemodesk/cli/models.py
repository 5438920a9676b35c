# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models`: what is on this computer, and all commands about it joined."""

import typer
from rich.table import Table

from nemodesk.catalog.gguf.header import GgufHeader, read_header
from nemodesk.catalog.library import ModelFile
from nemodesk.cli import (
    models_import,
    models_pull,
    models_refresh,
    models_search,
    models_storage,
)
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.model_fields import model_fields, source_in_words
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words
from nemodesk.text import well_formed

app = typer.Typer(help="The models on this computer.", no_args_is_help=True)
app.command("search")(models_search.search)
app.command("pull")(models_pull.pull)
app.command("refresh")(models_refresh.refresh)
app.command("import")(models_import.import_models)
app.command("found")(models_import.found)
app.command("verify")(models_storage.verify)
app.command("remove")(models_storage.remove)
app.command("restore")(models_storage.restore)
app.command("trash")(models_storage.trash)
app.command("move-folder")(models_storage.move_folder)


@app.command("list")
def list_models(*, as_json: JsonOption = False) -> None:
    """List the models on this computer."""
    library = open_library()
    models = library.list()
    paths = find_paths()
    if paths.are_models_away:
        say(f"Your models folder {paths.models} is not there. Connect its disk.")
    for model in library.gone():
        say(f"{model.name} is gone: there is no file {well_formed(str(model.path))} now.")
    if as_json:
        print_json([model_fields(model) for model in models])
        return
    if not models:
        say("There is no model on this computer yet.")
        return
    table = Table("ID", "Name", "Size", "From", box=None, pad_edge=False)
    for model in models:
        source = source_in_words(model.source)
        table.add_row(model.id, model.name, in_words(model.size_bytes), source)
    console().print(table)


@app.command("info")
def info(model: str, *, as_json: JsonOption = False) -> None:
    """Show what the file of MODEL says about itself."""
    found = open_library().resolve(model)
    header = read_header(found.path)
    fields = model_fields(found) | {
        "quant": found.quant or header.quantization,
        "parameter_count": header.parameter_count,
        "layer_count": header.block_count,
        "chat_template": header.chat_template,
        "metadata": dict(header.metadata),
    }
    if as_json:
        print_json(fields)
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for label, value in _lines(found, header):
        table.add_row(label, value)
    console().print(table)


def _lines(model: ModelFile, header: GgufHeader) -> list[tuple[str, str]]:
    return [
        ("Name", model.name),
        ("ID", model.id),
        ("File", well_formed(str(model.path))),
        ("From", source_in_words(model.source)),
        ("Size", in_words(model.size_bytes)),
        ("SHA-256", model.sha256 or "not known"),
        ("Architecture", header.architecture),
        ("Quantization", model.quant or header.quantization),
        ("Parameters", f"{header.parameter_count / 1e6:,.0f} million"),
        ("Layers", str(header.block_count)),
        ("Longest context", f"{header.context_length:,} tokens"),
        ("Chat template", "in the file" if header.chat_template else "none in the file"),
    ]

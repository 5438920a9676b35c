# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models`: what is on this computer. Downloading comes later."""

from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from nemodesk.catalog.gguf_header import GgufHeader, read_header
from nemodesk.catalog.library import ModelFile, find_starter
from nemodesk.cli import models_search
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import ModelFileError
from nemodesk.sizes import in_words
from nemodesk.text import well_formed

app = typer.Typer(help="The models on this computer.", no_args_is_help=True)
app.command("search")(models_search.search)


@app.command("list")
def list_models(*, as_json: JsonOption = False) -> None:
    """List the models on this computer."""
    models = open_library().list()
    if as_json:
        print_json([_fields(model, _header(model.path)) for model in models])
        return
    if not models:
        say("There is no model on this computer yet.")
        return
    table = Table("ID", "Name", "Size", box=None, pad_edge=False)
    for model in models:
        table.add_row(model.id, model.name, in_words(model.size_bytes))
    console().print(table)


@app.command("info")
def info(model: str, *, as_json: JsonOption = False) -> None:
    """Show what the file of MODEL says about itself."""
    found = open_library().resolve(model)
    header = read_header(found.path)
    fields = _fields(found, header) | {
        "name": found.name,
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
        ("Size", in_words(model.size_bytes)),
        ("Architecture", header.architecture),
        ("Quantization", header.quantization),
        ("Parameters", f"{header.parameter_count / 1e6:,.0f} million"),
        ("Layers", str(header.block_count)),
        ("Longest context", f"{header.context_length:,} tokens"),
        ("Chat template", "in the file" if header.chat_template else "none in the file"),
    ]


def _fields(model: ModelFile, header: GgufHeader | None) -> dict[str, Any]:
    """Return the fields of the public contract; null where a damaged file cannot say it."""
    starter = find_starter()
    return {
        "id": model.id,
        "path": well_formed(str(model.path)),
        "size_bytes": model.size_bytes,
        "architecture": header.architecture if header else None,
        "quant": header.quantization if header else None,
        "context_length": header.context_length if header else None,
        # Known once a download has been verified; hashing gigabytes for a list would take minutes.
        "sha256": None,
        "source": "starter" if starter and starter.path == model.path else "disk",
    }


def _header(path: Path) -> GgufHeader | None:
    try:
        return read_header(path)
    except ModelFileError:
        return None

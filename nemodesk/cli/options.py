# SPDX-License-Identifier: Apache-2.0
"""The options that several commands share, declared once."""

from pathlib import Path
from typing import Annotated

import typer

ModelArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODEL]",
        help="A library id, a path to a .gguf, REPO:QUANT, or `starter`. "
        "Left out: the best model on this computer.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
GpuLayersOption = Annotated[
    int, typer.Option("--gpu-layers", min=-1, help="Layers on the GPU; -1 means all.")
]
GpuLayersChoice = Annotated[
    int | None,
    typer.Option(
        "--gpu-layers",
        min=-1,
        help="Layers on the GPU; -1 means as many as fit. Left out: as in the settings.",
        show_default=False,
    ),
]
LoraOption = Annotated[
    list[Path] | None, typer.Option("--lora", help="An adapter to apply; may be repeated.")
]

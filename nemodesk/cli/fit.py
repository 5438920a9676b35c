# SPDX-License-Identifier: Apache-2.0
"""`nemodesk fit`: whether a model fits this computer, before it is loaded or even downloaded."""

from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.table import Table

from nemodesk.advice.experience import Experience, computer_key
from nemodesk.advice.forecast import Forecast, forecast
from nemodesk.advice.shapes import shape_of_header, shape_of_offer
from nemodesk.catalog.gguf.header import check_supported, read_header
from nemodesk.catalog.offers.offer import Offer
from nemodesk.catalog.offers.offered import load_catalog
from nemodesk.cli.computer import this_computer
from nemodesk.cli.kept_settings import hub_choices
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json
from nemodesk.errors import NotFoundError, UsageError
from nemodesk.hardware.fit import CacheType, ModelShape, check_cache_type
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words
from nemodesk.speeds import words_a_second

_CACHE_TYPES: dict[str, CacheType] = {"f16": "f16", "q8_0": "q8_0"}


def fit(
    model: Annotated[str, typer.Argument(help="A library id, a path, REPO:QUANT or `starter`.")],
    *,
    context: Annotated[int, typer.Option(min=0, help="In tokens; 0 is the default.")] = 0,
    kv: Annotated[str, typer.Option(help="How the chat is kept: f16 or q8_0.")] = "f16",
    as_json: JsonOption = False,
) -> None:
    """Say whether a model fits this computer, and how fast it will be."""
    cache_type = _CACHE_TYPES.get(kv.lower())
    if cache_type is None:
        raise UsageError(f"“{kv}” is no type of cache. Write --kv f16 or --kv q8_0.")
    shape = find_shape(model)
    check_cache_type(shape, cache_type)
    capacity = this_computer()
    expected = forecast(
        shape,
        capacity,
        context_tokens=context,
        cache_type=cache_type,
        budget=capacity.budget_now,
        speed_factor=Experience(find_paths().cache).factor(computer_key(capacity)),
    )
    if 0 < shape.trained_context_tokens < context:
        sentence = f"It was made for a context of up to {shape.trained_context_tokens:,} tokens."
        expected = replace(expected, fits="no", sentence=sentence)
    if as_json:
        print_json(_document(model, shape, expected))
    else:
        _show(model, expected)


def find_shape(text: str) -> ModelShape:
    """Return the shape of a model on this computer, of the catalog, or at the hub.

    Raises:
        NotFoundError: there is no such model or quant.
        ModelFileError: the file is damaged or of an unknown kind.
        NetworkError: the hub has to be asked and cannot be.
    """
    try:
        path = open_library().resolve(text).path
    except NotFoundError:
        repo_id, colon, quant_name = text.rpartition(":")
        if not colon or repo_id.count("/") != 1:
            raise
        return _shape_elsewhere(repo_id, quant_name)
    header = read_header(path)
    check_supported(header)
    return shape_of_header(header)


def _shape_elsewhere(repo_id: str, quant_name: str) -> ModelShape:
    known = load_catalog(find_paths().cache).offer(repo_id)
    quant = known.quant(quant_name) if known else None
    if known is not None and quant is not None:
        shape = shape_of_offer(known, quant)
        if shape is not None:
            return shape
    from nemodesk.hub.hub import Hub  # noqa: PLC0415 - half a second that most need not pay

    choices = hub_choices()
    hub = Hub(find_paths().cache, lambda: choices)
    offer = hub.offer(repo_id)
    quant = offer.quant(quant_name)
    if quant is None:
        raise _no_such_quant(offer, quant_name)
    header = hub.header(offer, quant)
    check_supported(header)
    return shape_of_header(header)


def _no_such_quant(offer: Offer, quant_name: str) -> NotFoundError:
    names = ", ".join(quant.name for quant in offer.quants)
    return NotFoundError(f"{offer.repo_id} has no “{quant_name}”. Choose one of these: {names}.")


def _document(model: str, shape: ModelShape, expected: Forecast) -> dict[str, Any]:
    return {
        "model": model,
        "fits": expected.fits,
        "verdict": expected.verdict,
        "memory_bytes": expected.memory_bytes,
        "vram_bytes": expected.vram_bytes,
        "weights_bytes": shape.weights_bytes,
        "kv_bytes": expected.kv_bytes,
        "state_bytes": expected.state_bytes,
        "compute_bytes": expected.compute_bytes,
        "context": expected.context_tokens,
        "max_context": expected.max_context,
        "gpu_layers": expected.gpu_layers,
        "cpu_expert_layers": expected.cpu_expert_layers,
        "tokens_per_s": expected.tokens_per_s,
        "prompt_tokens_per_s": expected.prompt_tokens_per_s,
        "sentence": expected.sentence,
    }


def _show(model: str, expected: Forecast) -> None:
    table = Table(show_header=False, box=None, pad_edge=False, title=model, title_justify="left")
    table.add_row("Fits", expected.fits)
    table.add_row("Memory", in_words(expected.memory_bytes))
    if expected.vram_bytes:
        table.add_row("Graphics card", in_words(expected.vram_bytes))
    table.add_row("Context", f"{expected.context_tokens:,} tokens")
    table.add_row("Longest context", f"{expected.max_context:,} tokens")
    if expected.fits != "no":
        table.add_row("Writes", words_a_second(expected.tokens_per_s))
    console().print(table)
    console().print(expected.sentence)

# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models search`: GGUF models at the hub. It downloads nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from nemodesk.catalog.gguf.architectures import is_supported
from nemodesk.catalog.offers.offer import Offer
from nemodesk.cli.badges import BADGES, judge_for_this_computer
from nemodesk.cli.kept_settings import hub_choices
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.hub.hub import Hub
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words

_MOST_RESULTS = 100

Judge = Callable[[Offer], Mapping[str, Any]]
"""Returns more fields for the row of an offer, such as how well it fits this computer."""


def search(
    text: Annotated[str, typer.Argument(help="Words of the model's name.", show_default=False)],
    *,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=_MOST_RESULTS, help="The most models to show.")
    ] = 20,
    as_json: JsonOption = False,
) -> None:
    """Search the hub for models in the GGUF format."""
    choices = hub_choices()
    hub = Hub(find_paths().cache, lambda: choices)
    offers = hub.details(hub.search(text, limit=limit))
    rows = rows_of(offers, judge_for_this_computer() if offers else lambda _: {})
    if as_json:
        print_json(rows)
    elif rows:
        show_rows(rows)
    else:
        host = hub.surroundings.host
        say(f"{host} has no GGUF model with these words in its name. Try fewer or other words.")


def rows_of(offers: Sequence[Offer], judge: Judge = lambda _: {}) -> list[dict[str, Any]]:
    """Return the fields of each offer; null is what the hub did not say."""
    return [
        {
            "id": offer.repo_id,
            "name": offer.name,
            "architecture": offer.architecture or None,
            "parameter_count": offer.parameter_count or None,
            "context_length": offer.context_length or None,
            "quants": [
                {"name": quant.name, "size_bytes": quant.size_bytes, "quality": quant.quality}
                for quant in offer.quants
            ],
            "downloads": offer.downloads,
            "licence": offer.licence or None,
            "licence_url": offer.licence_url,
            "gated": offer.gated,
            "supported": is_supported(offer.architecture) if offer.architecture else None,
            **judge(offer),
        }
        for offer in offers
    ]


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each row."""
    table = Table("ID", "Name", "Size", "Downloads", "Licence", "", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row["id"],
            row["name"],
            _sizes([quant["size_bytes"] for quant in row["quants"]]),
            f"{row['downloads']:,}",
            row["licence"] or "",
            _remark(row),
        )
    console().print(table)


def _sizes(sizes_bytes: Sequence[int]) -> str:
    if not sizes_bytes:
        return "?"
    smallest, largest = in_words(min(sizes_bytes)), in_words(max(sizes_bytes))
    return smallest if smallest == largest else f"{smallest} to {largest}"


def _remark(row: Mapping[str, Any]) -> str:
    if row["supported"] is False:
        return f"cannot be run by this version ({row['architecture']})"
    badge = BADGES.get(row.get("verdict") or "", "")
    gate = "licence to be accepted at the hub" if row["gated"] else ""
    return ", ".join(filter(None, (badge, gate)))

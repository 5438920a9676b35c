# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models refresh`: ask the hub what NemoDesk's own list of models should say."""

from nemodesk.catalog.offers.offered import load_catalog
from nemodesk.cli.kept_settings import hub_choices
from nemodesk.cli.models_search import rows_of, show_rows
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import print_json
from nemodesk.hub.hub import Hub
from nemodesk.paths import find_paths


def refresh(*, as_json: JsonOption = False) -> None:
    """Ask the hub for new Nemotrons and the exact sizes of all, and remember them."""
    cache_folder = find_paths().cache
    choices = hub_choices()
    catalog = Hub(cache_folder, lambda: choices).refresh(load_catalog(cache_folder))
    rows = rows_of(catalog.offers)
    if as_json:
        print_json(rows)
    else:
        show_rows(rows)

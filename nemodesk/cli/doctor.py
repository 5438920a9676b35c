# SPDX-License-Identifier: Apache-2.0
"""`nemodesk doctor`: what is wrong or slow on this computer, and the one step that mends it.

It gathers the facts; what they mean is decided in `diagnosis.py`. It changes nothing, and contacts
the hub only when that is asked for.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from nemodesk.catalog.offers.offered import load_catalog
from nemodesk.cli import diagnosis
from nemodesk.cli.diagnosis import Check, ModelsFolder
from nemodesk.cli.kept_settings import hub_choices
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import print_json
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import Device
from nemodesk.errors import NemodeskError
from nemodesk.hardware.bandwidth import memory_bandwidth
from nemodesk.hardware.probe import probe_machine
from nemodesk.hub.hub import Hub
from nemodesk.paths import Paths, find_paths
from nemodesk.settings.keyring_store import KeyringStore, KeyringTroubleError

_WIDTH = 8


def doctor(
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Also ask whether the model hub can be reached.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong or slow here, each with the one step that mends it."""
    checks = examine(find_paths())
    if online:
        checks.append(_check_hub(find_paths().cache))
    if as_json:
        print_json({"checks": checks})
        return
    for check in checks:
        typer.echo(f"{check.status:<{_WIDTH}}{check.summary}")
        if check.fix:
            typer.echo(f"{'':{_WIDTH}}→ {check.fix}")


def examine(paths: Paths) -> list[Check]:
    """Look at this computer. Takes some seconds the first time."""
    engine, devices = _ask_engine()
    machine = probe_machine(devices)
    catalog = load_catalog(paths.cache)
    speed = memory_bandwidth(paths.cache, machine.processor, machine.memory)
    return [
        engine,
        # Without an engine every card would seem to be unusable.
        *(diagnosis.check_cards(machine.gpus) if devices else ()),
        diagnosis.check_processor(machine.processor),
        diagnosis.check_memory(machine, catalog),
        diagnosis.check_memory_speed(machine, speed),
        *diagnosis.check_folder(
            look_at(paths.models, is_chosen=paths.models != paths.data / "models"), catalog
        ),
        _check_keyring(),
    ]


def look_at(folder: Path, *, is_chosen: bool = False) -> ModelsFolder:
    """Return whether models can be kept in a folder, and how much room there is.

    Args:
        is_chosen: whether the person has chosen it: then it must be there already, for its disk
            may be away.
    """
    existing = next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
    refusal = ""
    try:
        # What rights say is not always what happens; the file has no name, and is gone at once.
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        refusal = error.strerror or type(error).__name__
    if folder.exists() and not folder.is_dir():
        refusal = "it is a file"
    elif is_chosen and not folder.exists():
        refusal = "it is not there; its disk may not be connected"
    try:
        free_bytes = shutil.disk_usage(existing).free
    except OSError:
        free_bytes = 0
    return ModelsFolder(path=str(folder), free_bytes=free_bytes, refusal=refusal)


def _ask_engine() -> tuple[Check, tuple[Device, ...]]:
    try:
        devices = asyncio.run(EngineClient.list_devices())
    except NemodeskError as error:
        fix = "Install NemoDesk again; if that does not help, report it with `nemodesk self-test`."
        return Check(id="engine", status="wrong", summary=error.sentence, fix=fix), ()
    names = ", ".join(device.description for device in devices)
    return Check(id="engine", status="ok", summary=f"The engine starts and can use {names}."), (
        devices
    )


def _check_keyring() -> Check:
    try:
        return diagnosis.check_keyring(KeyringStore("").look(), None)
    except KeyringTroubleError as error:
        return diagnosis.check_keyring("", error.trouble)


def _check_hub(cache_folder: Path) -> Check:
    choices = hub_choices()
    hub = Hub(cache_folder, lambda: choices)
    try:
        hub.search("Nemotron", limit=1)
        summary = f"The model hub answers: {hub.surroundings.host}."
    except NemodeskError as error:
        # An error's sentence says what happened, and then what to do.
        what, _, step = error.sentence.partition(". ")
        fix = step or "Ask again in a few minutes: nemodesk doctor --online."
        return Check(id="hub", status="wrong", summary=f"{what.rstrip('.')}.", fix=fix)
    return Check(id="hub", status="ok", summary=summary)

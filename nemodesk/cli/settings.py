# SPDX-License-Identifier: Apache-2.0
"""`nemodesk settings`: read and change what the person has chosen. A secret is never shown."""

import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from nemodesk.cli.kept_settings import open_settings, say_if_unread
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import StorageError, UsageError
from nemodesk.paths import Place, find_paths
from nemodesk.settings.declared import DECLARED, SECRETS, SECRETS_BY_HAND
from nemodesk.settings.setting import Setting
from nemodesk.settings.settings import Settings
from nemodesk.settings.whereabouts import Whereabouts

app = typer.Typer(help="What you have chosen for NemoDesk.", no_args_is_help=True)

_KEYS_SHOWN = 3
_STORE_S = 15.0

KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="As in `nemodesk settings list`.", show_default=False)
]


@app.command("list")
def list_settings(*, as_json: JsonOption = False) -> None:
    """Show all settings with their values; of secrets, whether they are set."""
    with open_settings() as settings:
        say_if_unread(settings)
        shown = [setting for setting in DECLARED.values() if not setting.is_hidden]
        if as_json:
            fields = [_fields(setting, settings) for setting in shown]
            print_json([*fields, *(_secret_fields(name, settings) for name in SECRETS)])
            return
        table = Table("Setting", "Value", "What it does", box=None, pad_edge=False)
        for setting in shown:
            value = _in_words(settings.value(setting.key))
            mark = "" if settings.is_set(setting.key) else " (default)"
            table.add_row(setting.key, f"{value}{mark}", setting.sentence)
        for name, sentence in SECRETS.items():
            table.add_row(name, _secret_in_words(name, settings), sentence)
    console().print(table)


@app.command("get")
def get(key: KeyArgument, *, as_json: JsonOption = False) -> None:
    """Print one value; of a secret, whether it is set."""
    _check_key(key)
    with open_settings() as settings:
        say_if_unread(settings)
        if key in SECRETS:
            fields, text = _secret_fields(key, settings), _secret_in_words(key, settings)
        else:
            fields = _fields(DECLARED[key], settings)
            text = _in_words(fields["value"])
    if as_json:
        print_json(fields)
        return
    typer.echo(text)
    if name := fields.get("overridden_by"):
        say(f"The variable {name} is set and wins over it.")


@app.command("set")
def set_value(
    key: KeyArgument,
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="[VALUE]",
            help="Left out for a secret: it is asked for, or read from stdin.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Let a value count from now on. The window takes it over as soon as it is used again."""
    _check_key(key)
    if key in SECRETS:
        _set_secret(key, value)
        return
    if value is None:
        raise UsageError(f"{key} takes {DECLARED[key].range_in_words}. Write it after the key.")
    parsed = DECLARED[key].parse(value)
    with open_settings(say) as settings:
        settings.set(key, parsed)


@app.command("reset")
def reset(
    key: Annotated[
        str | None,
        typer.Argument(metavar="[KEY]", help="Left out: all but secrets.", show_default=False),
    ] = None,
) -> None:
    """Let the default count again; a secret is removed."""
    if key is not None:
        _check_key(key)
    if key is not None and key in SECRETS:
        _set_secret(key, None, is_removal=True)
        return
    with open_settings(say) as settings:
        settings.reset(key)


@app.command("where")
def where(*, as_json: JsonOption = False) -> None:
    """Say where settings are kept, and why they are not in a keyring if they are not."""
    with open_settings() as settings:
        place = settings.where()
    if place is None:
        raise StorageError("The settings are in use by another program. Try again.")
    if as_json:
        print_json(_place_fields(place))
        return
    typer.echo(place.sentence)
    typer.echo(f"Everything else is in {find_paths().data}.")


def _check_key(key: str) -> None:
    if key in DECLARED or key in SECRETS:
        return
    near = get_close_matches(key, [*DECLARED, *SECRETS], n=_KEYS_SHOWN, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`nemodesk settings list` shows all."
    raise UsageError(f"There is no setting “{key}”. {hint}")


def _ask_for_secret(name: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(name, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _set_secret(name: str, value: str | None, *, is_removal: bool = False) -> None:
    """Keep a secret, which is asked for if it is not given, or take it away.

    Raises:
        UsageError: it is empty, or not for people to set.
        StorageError: there is no keyring to keep it in.
    """
    if name not in SECRETS_BY_HAND:
        raise UsageError(
            f"NemoDesk keeps {name} itself. Change it in the window, in Privacy and security."
        )
    if value is None and not is_removal:
        value = _ask_for_secret(name)
    if value is not None and not value.strip():
        raise UsageError(f"{name} is empty, so nothing was kept. `settings reset` removes it.")
    with open_settings() as settings:
        settings.set_secret(name, value.strip() if value is not None else None)
        settings.flush(_STORE_S)
        place = settings.where()
    if place is None or not place.is_keyring:
        reason = place.reason if place else "The keyring does not answer."
        raise StorageError(f"{reason} Nothing was changed, for a secret is kept nowhere else.")


def _fields(setting: Setting[Any], settings: Settings) -> Mapping[str, Any]:
    return {
        "key": setting.key,
        "value": settings.value(setting.key),
        "default": setting.default,
        "is_set": settings.is_set(setting.key),
        "overridden_by": _winner(setting),
        "kind": setting.kind,
        "takes": setting.range_in_words,
        "takes_effect": setting.takes_effect,
        "page": setting.page,
        "sentence": setting.sentence,
    }


def _secret_fields(name: str, settings: Settings) -> Mapping[str, Any]:
    return {
        "key": name,
        "kind": "secret",
        "is_set": settings.secret(name) is not None,
        "sentence": SECRETS[name],
    }


def _place_fields(place: Whereabouts) -> Mapping[str, Any]:
    paths = find_paths()
    return {
        "place": "keyring" if place.is_keyring else "file",
        "backend": place.backend,
        "trouble": place.trouble,
        "reason": place.reason,
        "file": None if place.is_keyring else str(place.file),
        "data": str(paths.data),
        "is_portable": paths.place is Place.PORTABLE,
    }


def _winner(setting: Setting[Any]) -> str:
    """Return the variable that wins over a setting; empty if none is set."""
    return next((name for name in setting.environment if os.environ.get(name)), "")


def _in_words(value: object) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case dict():
            return msgspec.json.encode(value).decode()
        case _:
            return str(value)


def _secret_in_words(name: str, settings: Settings) -> str:
    return "set" if settings.secret(name) is not None else "not set"

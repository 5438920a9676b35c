# SPDX-License-Identifier: Apache-2.0
"""`nemodesk vault`: encrypt the chats, make them plain, and the ways to their key."""

import os
from typing import Annotated, Any

import typer

from nemodesk.cli.chat_file import RECOVERY_KEY_VARIABLE, new_password, open_vault, unlock
from nemodesk.cli.long_work import long_work
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import print_json, say
from nemodesk.errors import UsageError
from nemodesk.paths import find_paths
from nemodesk.vault.key import new_key, recovery_key
from nemodesk.vault.vault import Vault

app = typer.Typer(help="Encrypt your chats with a key of your own.", no_args_is_help=True)

_FORGOTTEN = (
    "No keyring keeps the key here, so each start asks for the recovery key. "
    "`nemodesk vault password` lets a password open the chats instead."
)


@app.command("status")
def status(*, as_json: JsonOption = False) -> None:
    """Say whether the chats are encrypted and what opens them."""
    with open_vault() as vault:
        fields = _fields(vault)
    if as_json:
        print_json(fields)
        return
    sentences = {
        "": "Your chats are not encrypted. `nemodesk vault on` does that.",
        "keyring": "Your chats are encrypted; their key is in this computer's keyring.",
        "password": "Your chats are encrypted; the password opens them.",
        "recovery_key": "Your chats are encrypted; only the recovery key opens them now.",
    }
    typer.echo(sentences[fields["opened_by"]])


@app.command("on")
def turn_on(
    *,
    with_password: Annotated[
        bool,
        typer.Option("--password", help="Let a password open them; the keyring alone does not."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Encrypt all chats and print the recovery key: write it down.

    With --password it is asked for, or taken from NEMODESK_PASSWORD.
    """
    with open_vault() as vault:
        if vault.is_on:
            raise UsageError("Your chats are already encrypted.")
        password = new_password() if with_password else ""
        key = new_key()
        # Before anything is encrypted: a program that is killed takes it along.
        say("Write this recovery key down and keep it elsewhere:")
        typer.echo(recovery_key(key), err=as_json)
        with long_work("Encrypting") as work:
            is_kept = vault.turn_on(
                key, password=password, on_progress=work.on_progress, stop=work.stop
            )
        fields = _fields(vault)
    if as_json:
        print_json({**fields, "recovery_key": recovery_key(key), "is_key_kept": is_kept})
    else:
        say("Your chats are encrypted.")
    if not is_kept:
        say(_FORGOTTEN)


@app.command("off")
def turn_off() -> None:
    """Make all chats plain again."""
    with open_vault() as vault:
        unlock(vault)
        with long_work("Decrypting") as work:
            vault.turn_off(on_progress=work.on_progress, stop=work.stop)
    say("Your chats are not encrypted any more.")


@app.command("recovery-key")
def show_recovery_key(*, as_json: JsonOption = False) -> None:
    """Print the recovery key again."""
    with open_vault() as vault:
        _check_is_on(vault)
        unlock(vault)
        text = vault.recovery_key()
    if as_json:
        print_json({"recovery_key": text})
    else:
        typer.echo(text)


@app.command("unlock")
def put_key_back() -> None:
    """Put the key of encrypted chats into the keyring again, from the recovery key."""
    with open_vault() as vault:
        _check_is_on(vault)
        if vault.is_open and not os.environ.get(RECOVERY_KEY_VARIABLE):
            say("The key is in the keyring already.")
            return
        if vault.is_open:
            vault.recover(os.environ[RECOVERY_KEY_VARIABLE])
        unlock(vault)
        is_kept = vault.has_password or vault.keep_key()
    say("Your chats are open." if is_kept else _FORGOTTEN)


@app.command("password")
def set_password(
    *,
    remove: Annotated[
        bool, typer.Option("--remove", help="Let the keyring open them again.")
    ] = False,
) -> None:
    """Let a password open encrypted chats, or another one than before."""
    with open_vault() as vault:
        _check_is_on(vault)
        unlock(vault)
        is_kept = vault.set_password("" if remove else new_password())
    opener = "The keyring" if remove else "The password"
    say(f"{opener} opens your chats now." if is_kept else _FORGOTTEN)


def _check_is_on(vault: Vault) -> None:
    if not vault.is_on:
        raise UsageError("Your chats are not encrypted. `nemodesk vault on` does that.")


def _fields(vault: Vault) -> dict[str, Any]:
    opened_by = ""
    if vault.is_on:
        opened_by = "keyring" if vault.is_open else "recovery_key"
        if vault.has_password:
            opened_by = "password"
    return {
        "state": "on" if vault.is_on else "off",
        "opened_by": opened_by,
        "path": str(find_paths().database),
    }

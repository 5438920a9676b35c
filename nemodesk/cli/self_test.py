# SPDX-License-Identifier: Apache-2.0
"""`nemodesk self-test`: whether everything that NemoDesk stands on works on this computer.

It runs in a bundle too. Nothing of the person's chats or settings is touched.
"""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import typer

from nemodesk.catalog.library import find_starter
from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.children.process import own_program
from nemodesk.cli.exit_codes import BUG
from nemodesk.cli.session import ChatSession, Manner
from nemodesk.cli.terminal import AnswerStream
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import EngineSettings, Sampling
from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.settings.keyring_store import KeyringStore, KeyringTroubleError, Trouble
from nemodesk.settings.whereabouts import reason_for

_KEYRING_TIMEOUT_S = 20.0
_WINDOW_TIMEOUT_S = 120.0
_KEYRING_HOME = "self-test"
_LONGEST_SHOWN = 60


class CheckFailedError(Exception):
    """A check does not hold; its text says why."""


Check = Callable[[], str]


def self_test() -> None:
    """Check engine, starter model, keyring, database and window; exit 0 when all hold."""
    results = [run_check(name, check) for name, check in CHECKS.items()]
    if not all(results):
        raise typer.Exit(BUG)


def run_check(name: str, check: Check) -> bool:
    """Do one check and print its line. Returns whether it holds."""
    try:
        text = check()
    except (CheckFailedError, NemodeskError, OSError) as error:
        typer.echo(f"FAILED  {name}: {error}")
        return False
    typer.echo(f"ok      {name}: {text}")
    return True


def _check_engine() -> str:
    devices = asyncio.run(EngineClient.list_devices())
    return "starts and can compute on " + ", ".join(device.description for device in devices)


def _check_answer() -> str:
    starter = find_starter()
    if starter is None:
        raise NotFoundError("The starter model is not installed.")
    manner = Manner(sampling=Sampling(temperature=0.0), max_tokens=24)
    with ChatSession(starter, EngineSettings(context_tokens=512), manner) as session:
        outcome = session.ask("What is 2+2?", AnswerStream(out=None, aside=None))
    answer = " ".join(outcome.content.split())
    if not answer:
        raise CheckFailedError("the starter model said nothing")
    return f"“{answer[:_LONGEST_SHOWN]}”"


def _check_keyring() -> str:
    """Keep a word in the keyring and take it away."""
    keyring = KeyringStore(_KEYRING_HOME, limit_s=_KEYRING_TIMEOUT_S)
    try:
        keyring.write_secrets({"word": "grün"})
        is_right = keyring.read_secrets(["word"]) == {"word": "grün"}
        keyring.write_secrets({"word": None})
    except KeyringTroubleError as error:
        if error.trouble in {Trouble.ABSENT, Trouble.SWITCHED_OFF}:
            return "this computer has none; settings are kept in a file"
        raise CheckFailedError(f"{reason_for(error.trouble)} Unlock it and try again.") from error
    if not is_right:
        raise CheckFailedError("what was stored comes back as something else")
    return f"works ({keyring.name})"


def _check_database() -> str:
    with tempfile.TemporaryDirectory(prefix="nemodesk-self-test-") as folder:
        store = ChatStore(Path(folder) / "chats.sqlite3")
        try:
            chat = store.create_chat()
            store.add_message(chat.id, parent_id=None, role=Role.USER, content="Grüße")
            if [message.content for message in store.path(chat.id)] != ["Grüße"]:
                raise CheckFailedError("what was stored comes back as something else")
        finally:
            store.close()
    return "stores and reads a chat"


def _check_window() -> str:
    """Open the window off-screen in a process of its own, so that this one stays without Qt."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own program
            [*own_program(), "--check-window"],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            check=False,
            timeout=_WINDOW_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise CheckFailedError("the window does not open within two minutes") from error
    if ended.returncode != 0:
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CheckFailedError(lines[-1] if lines else f"it ended with {ended.returncode}")
    return "opens and paints off-screen"


CHECKS: dict[str, Check] = {
    "engine": _check_engine,
    "answer": _check_answer,
    "keyring": _check_keyring,
    "database": _check_database,
    "window": _check_window,
}

# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chats`: list, search, export and delete what the window has kept."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nemodesk.chats.message import Chat
from nemodesk.cli.chat_export import ExportFormat, chat_fields, export_chats
from nemodesk.cli.chat_file import open_chats
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import StorageError

app = typer.Typer(help="The chats that the window keeps.", no_args_is_help=True)


@app.command("list")
def list_chats(*, as_json: JsonOption = False) -> None:
    """List all chats, the last used first."""
    with open_chats() as store:
        _show(store.list_chats(), as_json=as_json, none="There are no chats yet.")


@app.command("search")
def search_chats(text: str, *, as_json: JsonOption = False) -> None:
    """List the chats whose title or messages contain TEXT."""
    with open_chats() as store:
        _show(store.search_chats(text), as_json=as_json, none=f"No chat contains {text}.")


@app.command("export")
def export(
    chat_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Left out: all.", show_default=False)
    ] = None,
    *,
    export_format: Annotated[
        ExportFormat, typer.Option("--format", help="md to read, json to keep, jsonl to train.")
    ] = ExportFormat.MARKDOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file instead of stdout.")
    ] = None,
) -> None:
    """Write one chat, or all of them, to stdout or a file."""
    with open_chats() as store:
        chats = store.list_chats() if chat_id is None else [store.chat(chat_id)]
        text = export_chats([(chat, store.path(chat.id)) for chat in chats], export_format)
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{output} cannot be written ({error.strerror}). Choose another place."
        ) from error


@app.command("delete")
def delete(chat_id: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Put a chat into the trash."""
    with open_chats() as store:
        store.delete_chat(chat_id)
    say(f"Chat {chat_id} is in the trash.")


def _show(chats: Sequence[Chat], *, as_json: bool, none: str) -> None:
    if as_json:
        print_json([chat_fields(chat) for chat in chats])
        return
    if not chats:
        say(none)
        return
    table = Table("ID", "Last used", "Title", box=None, pad_edge=False)
    for chat in chats:
        last_used = datetime.fromtimestamp(chat.updated_at).astimezone()
        table.add_row(str(chat.id), f"{last_used:%Y-%m-%d %H:%M}", chat.title)
    console().print(table)

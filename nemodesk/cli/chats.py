# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chats`: list, search, export, import and delete what the window has kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from nemodesk.chats.message import Chat
from nemodesk.cli.chat_fields import chat_fields
from nemodesk.cli.chat_file import open_chats
from nemodesk.cli.chats_transfer import export, import_
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say

app = typer.Typer(help="The chats that the window keeps.", no_args_is_help=True)
app.command("export")(export)
app.command("import")(import_)


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

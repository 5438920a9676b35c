# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chats`: list, search, sort, export and import what the window has kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from nemodesk.chats.message import Chat
from nemodesk.chats.search import SearchHit
from nemodesk.cli.chat_fields import best_place, chat_fields, found_fields
from nemodesk.cli.chat_file import open_chats
from nemodesk.cli.chats_transfer import export, import_
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import UsageError
from nemodesk.text import without_controls

app = typer.Typer(help="The chats that the window keeps.", no_args_is_help=True)
app.command("export")(export)
app.command("import")(import_)


ChatNumber = Annotated[int, typer.Argument(metavar="ID")]


@app.command("list")
def list_chats(
    *,
    archived: Annotated[
        bool, typer.Option("--archived", help="Those in the archive instead.")
    ] = False,
    trash: Annotated[bool, typer.Option("--trash", help="Those in the trash instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List all chats, the last used first."""
    if archived and trash:
        raise UsageError("A chat is in the archive or in the trash: choose one of them.")
    with open_chats() as store:
        chats = store.list_trash() if trash else store.list_chats(archived=archived)
    if as_json:
        print_json([chat_fields(chat) for chat in chats])
    elif chats:
        _show(chats)
    elif trash:
        say("The trash is empty.")
    else:
        say("The archive is empty." if archived else "There are no chats yet.")


@app.command("search")
def search_chats(text: str, *, as_json: JsonOption = False) -> None:
    """List the chats whose title or messages contain all words of TEXT.

    "Words between quotation marks" have to follow each other.
    """
    found: dict[int, list[SearchHit]] = {}
    with open_chats() as store:
        for hit in store.search(text):
            found.setdefault(hit.chat.id, []).append(hit)
    if as_json:
        print_json([found_fields(hits) for hits in found.values()])
    elif found:
        places = [best_place(hits) for hits in found.values()]
        _show([place.chat for place in places], [_marked(place) for place in places])
    else:
        say(f"No chat contains {text}.")


@app.command("rename")
def rename(chat_id: ChatNumber, title: str) -> None:
    """Give a chat another title."""
    with open_chats() as store:
        store.rename_chat(chat_id, title)


@app.command("pin")
def pin(
    chat_id: ChatNumber,
    *,
    off: Annotated[bool, typer.Option("--off", help="Let go of it.")] = False,
) -> None:
    """Pin a chat to the top of the list."""
    with open_chats() as store:
        store.pin_chat(chat_id, is_pinned=not off)


@app.command("archive")
def archive(
    chat_id: ChatNumber,
    *,
    off: Annotated[bool, typer.Option("--off", help="Take it out again.")] = False,
) -> None:
    """Put a chat into the archive."""
    with open_chats() as store:
        store.archive_chat(chat_id, is_archived=not off)


@app.command("delete")
def delete(
    chat_id: ChatNumber,
    *,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Erase it at once, in the trash or not.")
    ] = False,
) -> None:
    """Put a chat into the trash."""
    with open_chats() as store:
        if for_good:
            store.erase_chat(chat_id)
        else:
            store.delete_chat(chat_id)
    say(f"Chat {chat_id} is erased." if for_good else f"Chat {chat_id} is in the trash.")


@app.command("restore")
def restore(chat_id: ChatNumber) -> None:
    """Take a chat out of the trash."""
    with open_chats() as store:
        store.restore_chat(chat_id)
    say(f"Chat {chat_id} is back.")


def _show(chats: Sequence[Chat], places: Sequence[Text] | None = None) -> None:
    table = Table("ID", "Last used", "Title", box=None, pad_edge=False)
    if places is not None:
        table.add_column("Found")
    for place, chat in enumerate(chats):
        last_used = datetime.fromtimestamp(chat.updated_at).astimezone()
        found = [] if places is None else [places[place]]
        table.add_row(str(chat.id), f"{last_used:%Y-%m-%d %H:%M}", chat.title, *found)
    console().print(table)


def _marked(place: SearchHit) -> Text:
    """Return what was found with the words in bold."""
    text = Text()
    end = 0
    for start, stop in place.marks:
        text.append(without_controls(place.snippet[end:start]))
        text.append(without_controls(place.snippet[start:stop]), style="bold")
        end = stop
    return text.append(without_controls(place.snippet[end:]))

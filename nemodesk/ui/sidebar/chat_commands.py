# SPDX-License-Identifier: Apache-2.0
"""What can be done with chats and folders of the list. It does nothing but wish."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from nemodesk.chats.message import Chat, Folder
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.wishes import ChatWishes
from nemodesk.ui.widgets.commands import Command


def chat_commands(
    chats: Sequence[Chat],
    listing: Listing,
    wishes: ChatWishes,
    *,
    rename: Callable[[], object] | None,
) -> tuple[Command, ...]:
    """Return what can be done with chats: one, or all that are selected.

    Args:
        rename: lets the person type another title for the one chat; None where it cannot be.
    """
    translate = QCoreApplication.translate
    ids = tuple(chat.id for chat in chats)
    commands: list[Command] = []
    if rename is not None and len(chats) == 1:
        commands.append(Command(translate("ChatCommands", "Rename"), rename, "edit", "F2"))
    if not any(chat.is_temporary for chat in chats):
        commands += _places(chats, listing, wishes)
    export = translate("ChatCommands", "Export…")
    commands.append(Command(export, lambda: wishes.exported.emit(tuple(chats)), "download"))
    commands.append(
        Command(
            translate("ChatCommands", "Delete"), lambda: wishes.deleted.emit(ids), "trash", "Del"
        )
    )
    return tuple(commands)


def folder_commands(
    folder: Folder, wishes: ChatWishes, *, rename: Callable[[], object]
) -> tuple[Command, ...]:
    """Return what can be done with a folder."""
    translate = QCoreApplication.translate
    return (
        Command(translate("ChatCommands", "Rename"), rename, "edit", "F2"),
        Command(
            translate("ChatCommands", "Delete the folder, keep its chats"),
            lambda: wishes.folder_deleted.emit(folder.id),
            "trash",
            "Del",
        ),
    )


def _places(chats: Sequence[Chat], listing: Listing, wishes: ChatWishes) -> list[Command]:
    translate = QCoreApplication.translate
    ids = tuple(chat.id for chat in chats)
    is_pinned = all(chat.is_pinned for chat in chats)
    is_archived = all(chat.archived_at is not None for chat in chats)
    if is_archived:
        text = translate("ChatCommands", "Move back to the chats")
        return [Command(text, lambda: wishes.archived.emit(ids, False), "restore")]
    pin, unpin = translate("ChatCommands", "Pin"), translate("ChatCommands", "Unpin")
    return [
        Command(
            unpin if is_pinned else pin,
            lambda: wishes.pinned.emit(ids, not is_pinned),
            "unpin" if is_pinned else "pin",
        ),
        Command(
            translate("ChatCommands", "Move to folder"),
            lambda: None,
            "folder",
            inner=tuple(_folders(chats, listing, wishes)),
        ),
        Command(
            translate("ChatCommands", "Archive"),
            lambda: wishes.archived.emit(ids, True),
            "archive",
        ),
    ]


def _folders(chats: Sequence[Chat], listing: Listing, wishes: ChatWishes) -> list[Command]:
    translate = QCoreApplication.translate
    ids = tuple(chat.id for chat in chats)
    present = {chat.folder_id for chat in chats}
    commands = [
        Command(
            folder.name,
            lambda folder=folder: wishes.moved.emit(ids, folder.id),
            "folder",
            is_enabled=present != {folder.id},
        )
        for folder in listing.folders
    ]
    new = translate("ChatCommands", "New folder…")
    commands.append(Command(new, lambda: wishes.moved_to_new_folder.emit(ids), "plus"))
    if present != {None}:
        out = translate("ChatCommands", "Out of the folder")
        commands.append(Command(out, lambda: wishes.moved.emit(ids, None), "close"))
    return commands

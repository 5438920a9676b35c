# SPDX-License-Identifier: Apache-2.0
"""What the person wants done with chats and folders. It does nothing of it."""

from PySide6.QtCore import QObject, Signal


class ChatWishes(QObject):
    """Where the list, its menu and the buttons of the sidebar tell what they are used for.

    Chats come as a tuple of their ids: several can be chosen at once.

    Signals:
        place_opened(int, int): open this chat at this message.
        renamed(int, str): give this chat another title.
        pinned(object, bool): keep these chats at the top, or no longer.
        moved(object, object): put these chats into the folder with this id; None: into none.
        moved_to_new_folder(object): put these chats into a folder that is yet to be named.
        archived(object, bool): put these chats into the archive, or take them out of it.
        exported(object): bring these chats out into a file; they come as chats, not as ids.
        deleted(object): put these chats into the trash.
        restored(object): take these chats out of the trash.
        erased(object): delete these chats for good; the person was asked.
        trash_emptied(): delete everything in the trash for good; the person was asked.
        folder_renamed(int, str): give this folder another name.
        folder_deleted(int): delete this folder; its chats stay.
    """

    place_opened = Signal(int, int)
    renamed = Signal(int, str)
    pinned = Signal(object, bool)
    moved = Signal(object, object)
    moved_to_new_folder = Signal(object)
    archived = Signal(object, bool)
    exported = Signal(object)
    deleted = Signal(object)
    restored = Signal(object)
    erased = Signal(object)
    trash_emptied = Signal()
    folder_renamed = Signal(int, str)
    folder_deleted = Signal(int)

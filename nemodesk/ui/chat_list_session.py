# SPDX-License-Identifier: Apache-2.0
"""Joins the sidebar to the stored chats: lists, finds, names, sorts, deletes and brings back.

It draws nothing and answers nothing; what happens in the open chat is `chat_session.py`'s.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Chat, Folder
from nemodesk.chats.store import ChatStore
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.sidebar.listing import Listing, View
from nemodesk.ui.window import MainWindow

Undo = Callable[[], Awaitable[None]]


class ChatListSession(QObject):
    """The list of chats as one window shows it.

    Args:
        trash_days: returns how many days a deleted chat stays; 0: until the trash is emptied.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        chats: ChatSession,
        trash_days: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._room = window.chat
        self._bridge = bridge
        self._archive = archive
        self._chats = chats
        self._trash_days = trash_days
        self._view: View = "chats"
        self._search = ""
        self._asked = 0
        self._undos: list[Undo] = []
        self._connect()

    async def open(self) -> None:
        """Show what the last session left."""
        await self._archive(ChatStore.mark_interrupted)
        await self.refresh()

    async def refresh(self) -> None:
        """Show the chats as they are stored now."""
        self._asked += 1
        asked = self._asked
        listing = await self._listing()
        if asked == self._asked:
            # What was asked for later is shown instead, whichever was ready first.
            self._room.show_listing(listing)

    def _connect(self) -> None:
        sidebar, does = self._room.sidebar, self._bridge.does
        wishes = sidebar.wishes
        sidebar.search_changed.connect(does(self._find))
        sidebar.view_requested.connect(does(self._turn_to))
        for begun in (self._window.new_chat_requested, sidebar.temporary_chat_requested):
            begun.connect(sidebar.leave_view)
        wishes.renamed.connect(does(self._rename))
        wishes.pinned.connect(does(self._pin))
        wishes.moved.connect(does(self._move))
        wishes.moved_to_new_folder.connect(does(self._move_to_new_folder))
        wishes.archived.connect(does(self._put_into_archive))
        wishes.deleted.connect(does(self._delete))
        wishes.restored.connect(does(self._restore))
        wishes.erased.connect(does(self._erase))
        wishes.trash_emptied.connect(does(self._empty_trash))
        wishes.folder_renamed.connect(does(self._rename_folder))
        wishes.folder_deleted.connect(does(self._delete_folder))
        self._room.undo_bar.undo_requested.connect(does(self._undo))
        self._chats.chats_changed.connect(does(self.refresh))

    # What is listed

    async def _find(self, text: str) -> None:
        self._search = text
        await self.refresh()

    async def _turn_to(self, view: str) -> None:
        self._view = cast("View", view)
        await self.refresh()

    async def _listing(self) -> Listing:
        listing = Listing(view=self._view, trash_days=self._trash_days())
        if self._view == "trash":
            listing = replace(listing, chats=tuple(await self._archive(ChatStore.list_trash)))
        elif self._view == "archive":
            chats = await self._archive(ChatStore.list_chats, archived=True)
            listing = replace(listing, chats=tuple(chats))
        elif self._search:
            hits = await self._archive(ChatStore.search, self._search)
            if self._chats.has_temporary:
                hits = await self._archive.in_memory(ChatStore.search, self._search) + hits
            # What is found can be moved to a folder, too.
            folders = tuple(await self._archive(ChatStore.folders))
            listing = replace(listing, search=self._search, hits=tuple(hits), folders=folders)
        else:
            chats = await self._archive(ChatStore.list_chats)
            if self._chats.has_temporary:
                chats = await self._archive.in_memory(ChatStore.list_chats) + chats
            folders = tuple(await self._archive(ChatStore.folders))
            listing = replace(listing, chats=tuple(chats), folders=folders)
        return replace(listing, current_chat_id=self._chats.chat_id)

    # What the person wishes

    async def _rename(self, chat_id: int, title: str) -> None:
        await self._archive(ChatStore.rename_chat, chat_id, title)
        await self.refresh()

    async def _pin(self, chat_ids: Sequence[int], is_pinned: bool) -> None:  # noqa: FBT001 - a slot
        for chat_id in chat_ids:
            await self._archive(ChatStore.pin_chat, chat_id, is_pinned=is_pinned)
        await self.refresh()

    async def _move(self, chat_ids: Sequence[int], folder_id: int | None) -> None:
        for chat_id in chat_ids:
            # Where it was dropped it shall be seen, not still at the top.
            await self._archive(ChatStore.pin_chat, chat_id, is_pinned=False)
            await self._archive(ChatStore.move_to_folder, chat_id, folder_id)
        await self.refresh()

    async def _move_to_new_folder(self, chat_ids: Sequence[int]) -> None:
        folder = await self._archive(ChatStore.add_folder, self.tr("New folder"))
        await self._move(chat_ids, folder.id)
        self._room.sidebar.chats.rename_folder(folder.id)

    async def _put_into_archive(self, chat_ids: Sequence[int], is_archived: bool) -> None:  # noqa: FBT001 - a slot
        chats = [await self._archive(ChatStore.chat, chat_id) for chat_id in chat_ids]
        for chat_id in chat_ids:
            await self._archive(ChatStore.archive_chat, chat_id, is_archived=is_archived)
        if is_archived and self._chats.chat_id in chat_ids:
            self._chats.begin_chat()
        await self.refresh()

        async def take_back() -> None:
            await self._put_into_archive(chat_ids, not is_archived)

        if is_archived:
            one = self.tr("“%1” is in the archive.")
            self._offer_undo(chats, one, self.tr("The chats are in the archive (%1)."), take_back)

    async def _delete(self, chat_ids: Sequence[int]) -> None:
        chats = [await self._archive(ChatStore.chat, chat_id) for chat_id in chat_ids]
        for chat_id in chat_ids:
            await self._archive(ChatStore.delete_chat, chat_id)
            self._chats.leave_chat(chat_id)
        await self.refresh()

        async def take_back() -> None:
            await self._restore(chat_ids)
            if len(chat_ids) == 1:
                self._chats.open_chat(chat_ids[0])

        one, several = self.tr("“%1” was deleted."), self.tr("The chats were deleted (%1).")
        self._offer_undo(chats, one, several, take_back)

    async def _restore(self, chat_ids: Sequence[int]) -> None:
        for chat_id in chat_ids:
            await self._archive(ChatStore.restore_chat, chat_id)
        await self.refresh()

    async def _erase(self, chat_ids: Sequence[int]) -> None:
        for chat_id in chat_ids:
            await self._archive(ChatStore.erase_chat, chat_id)
        self._forget_undo()
        await self.refresh()

    async def _empty_trash(self) -> None:
        await self._archive(ChatStore.purge)
        self._forget_undo()
        await self.refresh()

    async def _rename_folder(self, folder_id: int, name: str) -> None:
        await self._archive(ChatStore.rename_folder, folder_id, name)
        await self.refresh()

    async def _delete_folder(self, folder_id: int) -> None:
        folders = await self._archive(ChatStore.folders)
        folder = next((one for one in folders if one.id == folder_id), None)
        if folder is None:
            return
        inside = [
            chat.id
            for is_archived in (False, True)
            for chat in await self._archive(ChatStore.list_chats, archived=is_archived)
            if chat.folder_id == folder_id
        ]
        await self._archive(ChatStore.delete_folder, folder_id)
        await self.refresh()
        sentence = self.tr("The folder “%1” was deleted. Its chats are still here.")

        async def take_back() -> None:
            await self._bring_back_folder(folder, inside)

        self._offer(sentence.replace("%1", folder.name), take_back)

    async def _bring_back_folder(self, folder: Folder, chat_ids: Sequence[int]) -> None:
        again = await self._archive(ChatStore.add_folder, folder.name)
        for chat_id in chat_ids:
            await self._archive(ChatStore.move_to_folder, chat_id, again.id)
        await self.refresh()

    # Undo

    def _offer_undo(self, chats: Sequence[Chat], one: str, several: str, undo: Undo) -> None:
        if len(chats) == 1:
            self._offer(one.replace("%1", chats[0].title or self.tr("New chat")), undo)
        else:
            self._offer(several.replace("%1", str(len(chats))), undo)

    def _offer(self, sentence: str, undo: Undo) -> None:
        self._undos.append(undo)
        self._room.offer_undo(sentence, len(self._undos) - 1)

    def _forget_undo(self) -> None:
        """Offer nothing that cannot be had any more."""
        self._room.undo_bar.hide()

    async def _undo(self, number: int) -> None:
        await self._undos[number]()

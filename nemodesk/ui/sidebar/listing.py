# SPDX-License-Identifier: Apache-2.0
"""What the sidebar shows, as one value. It loads nothing."""

from dataclasses import dataclass
from typing import Literal

from nemodesk.chats.message import Chat, Folder
from nemodesk.chats.search import SearchHit

View = Literal["chats", "archive", "trash"]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The chats of one view, or what a search has found.

    Attributes:
        chats: newest activity first.
        folders: in their order; also those that are empty.
        search: what is searched for; empty: nothing is.
        hits: what the search has found, the best first.
        current_chat_id: the chat that is open; None for one that is not stored yet.
        trash_days: how long a deleted chat stays in the trash; 0: until it is emptied.
    """

    view: View = "chats"
    chats: tuple[Chat, ...] = ()
    folders: tuple[Folder, ...] = ()
    search: str = ""
    hits: tuple[SearchHit, ...] = ()
    current_chat_id: int | None = None
    trash_days: int = 0

    @property
    def current_chat(self) -> Chat | None:
        """The chat that is open, if it is among those that are shown."""
        shown = (hit.chat for hit in self.hits) if self.search else iter(self.chats)
        return next((chat for chat in shown if chat.id == self.current_chat_id), None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to list."""
        return not (self.hits if self.search else self.chats or self.folders)

# SPDX-License-Identifier: Apache-2.0
"""Gives the chats of a store to what writes them, one at a time. It writes nothing itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from nemodesk.chats.imported import ImportedChat
from nemodesk.chats.message import Attachment, Chat, Folder, Message


class Chats(Protocol):
    """What is needed of a store to bring chats out and in; see ChatStore."""

    def list_chats(self, *, archived: bool = False) -> list[Chat]: ...  # noqa: D102
    def folders(self) -> list[Folder]: ...  # noqa: D102
    def whole(self, chat_id: int) -> list[Message]: ...  # noqa: D102
    def draft_attachments(self, chat_id: int) -> tuple[Attachment, ...]: ...  # noqa: D102
    def attachment_content(self, attachment_id: int) -> bytes | None: ...  # noqa: D102
    def import_chat(self, imported: ImportedChat) -> Chat: ...  # noqa: D102
    def delete_chat(self, chat_id: int) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class ChatSource:
    """One chat on its way out. Its messages are read when they are asked for.

    Attributes:
        folder: name of the folder that it is in; empty: in none.
    """

    store: Chats
    chat: Chat
    folder: str = ""

    @property
    def title(self) -> str:
        """The title as one line; never empty."""
        return " ".join(self.chat.title.split()) or f"Chat {self.chat.id}"

    def path(self) -> list[Message]:
        """Return the messages that are shown."""
        leaf_id = self.chat.leaf_id
        by_id = {message.id: message for message in self.tree}
        shown: list[Message] = []
        while leaf_id is not None and (message := by_id.pop(leaf_id, None)):
            shown.append(message)
            leaf_id = message.parent_id
        return shown[::-1]

    @cached_property
    def tree(self) -> list[Message]:
        """All messages, each after its parent, versions in their order."""
        below: dict[int | None, list[Message]] = {}
        for message in self.store.whole(self.chat.id):
            below.setdefault(message.parent_id, []).append(message)
        ordered: list[Message] = []
        waiting = below.get(None, [])[::-1]
        while waiting:
            message = waiting.pop()
            ordered.append(message)
            waiting += below.get(message.id, [])[::-1]
        return ordered

    def content(self, attachment: Attachment) -> bytes | None:
        """Return the bytes of a file; None if only its text is kept."""
        return self.store.attachment_content(attachment.id) if attachment.has_content else None


def all_chats(store: Chats) -> list[Chat]:
    """Return the chats of the list and of the archive, the oldest first; none of the trash."""
    chats = [*store.list_chats(), *store.list_chats(archived=True)]
    return sorted(chats, key=lambda chat: chat.id)


def sources(store: Chats, chats: Iterable[Chat]) -> Iterator[ChatSource]:
    """Return the chats with the names of their folders."""
    folders = {folder.id: folder.name for folder in store.folders()}
    for chat in chats:
        folder = folders.get(chat.folder_id, "") if chat.folder_id is not None else ""
        yield ChatSource(store, chat, folder)

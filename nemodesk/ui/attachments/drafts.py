# SPDX-License-Identifier: Apache-2.0
"""The files that go with messages which are not sent yet, chat by chat. Values and their order.

It reads no file and stores nothing.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from nemodesk.chats.message import Attachment, NewAttachment
from nemodesk.conversation.files import Files
from nemodesk.ui.rows import AttachmentRow


@dataclass(frozen=True, kw_only=True)
class DraftFile:
    """A file on its way into a message.

    Attributes:
        row: what its chip shows.
        file: what the model will get of it; None while it is read, and where that failed.
        path: where it can be read again; empty for what was pasted.
    """

    row: AttachmentRow
    file: Attachment | NewAttachment | None = None
    path: str = ""

    @property
    def is_stored(self) -> bool:
        """Whether the store has it with the chat's draft."""
        return isinstance(self.file, Attachment)


NEW_CHAT = 0
NEW_TEMPORARY_CHAT = -1
"""In place of the ids, which begin at 1, of chats that are not stored yet."""


class Drafts:
    """The files of all chats that were open."""

    def __init__(self) -> None:
        self._files: dict[int, list[DraftFile]] = {}
        self._keys = itertools.count(1)

    def next_key(self) -> int:
        """Return a number for a new file."""
        return next(self._keys)

    def of(self, chat_id: int) -> Sequence[DraftFile]:
        """Return the files of a chat, in their order."""
        return tuple(self._files.get(chat_id, ()))

    def find(self, key: int) -> tuple[int, DraftFile] | None:
        """Return a file and the chat that it belongs to; None where it was removed."""
        for chat_id, files in self._files.items():
            for file in files:
                if file.row.key == key:
                    return chat_id, file
        return None

    def put(self, chat_id: int, file: DraftFile) -> None:
        """Add a file to a chat, or take its place."""
        files = self._files.setdefault(chat_id, [])
        for number, other in enumerate(files):
            if other.row.key == file.row.key:
                files[number] = file
                return
        files.append(file)

    def change(self, key: int, change: Callable[[AttachmentRow], AttachmentRow]) -> None:
        """Let the chip of a file show something else; one that was removed stays so."""
        found = self.find(key)
        if found is not None:
            chat_id, file = found
            self.put(chat_id, replace(file, row=change(file.row)))

    def remove(self, key: int) -> None:
        """Take a file away."""
        for files in self._files.values():
            files[:] = [file for file in files if file.row.key != key]

    def take_stored(
        self, chat_id: int, attachments: Iterable[tuple[Attachment, DraftFile]]
    ) -> None:
        """Put what the store has of a chat before what is not stored yet."""
        kept = [file for file in self._files.get(chat_id, ()) if not file.is_stored]
        known = {
            file.file.id: file for file in self.of(chat_id) if isinstance(file.file, Attachment)
        }
        stored = [known.get(attachment.id, made) for attachment, made in attachments]
        self._files[chat_id] = [*stored, *kept]

    def give_id(self, new_chat: int, chat_id: int) -> Sequence[DraftFile]:
        """Let the files of the chat that was new belong to its id from now on, and return them."""
        files = self._files.pop(new_chat, [])
        self._files.setdefault(chat_id, []).extend(files)
        return tuple(files)

    def ready(self, chat_id: int) -> Files:
        """Return the files of a chat that have been read."""
        ready = [file.file for file in self.of(chat_id) if file.file is not None]
        return Files(
            drafted=tuple(file for file in ready if isinstance(file, Attachment)),
            new=tuple(file for file in ready if isinstance(file, NewAttachment)),
        )

    def send(self, chat_id: int) -> Files:
        """Return what is ready; that, and what could not be read, is gone then."""
        files = self.ready(chat_id)
        left = [file for file in self.of(chat_id) if file.row.state == "reading"]
        self._files[chat_id] = left
        return files

# SPDX-License-Identifier: Apache-2.0
"""Shows attached files, and keeps them as files of the person's. It attaches none."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Attachment, NewAttachment
from nemodesk.chats.store import ChatStore
from nemodesk.documents.document import PICTURES
from nemodesk.documents.pages import PAGE_BREAK
from nemodesk.errors import StorageError
from nemodesk.ui.attachments.pictures import decode
from nemodesk.ui.attachments.preview import picture_room, show_preview
from nemodesk.ui.attachments.wording import describe
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.widgets.file_dialog import choose_place
from nemodesk.ui.window import MainWindow
from nemodesk.whole_file import replace_file

AnyAttachment = Attachment | NewAttachment


class AttachmentViewer(QObject):
    """Opens the preview of a file."""

    def __init__(self, window: MainWindow, *, bridge: Bridge, archive: ChatArchive) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._archive = archive

    def show(self, row: AttachmentRow, file: AnyAttachment) -> None:
        """Show a file of a draft."""
        self._bridge.start(self._show(row, file))

    def show_sent(self, file: Attachment) -> None:
        """Show a file of a message."""
        row = describe(file.id, file.name, file.media_type, file.text, file.size_bytes)
        self.show(row, file)

    async def content_of(self, file: AnyAttachment) -> bytes | None:
        """Return the bytes of a file; None where only its text is kept."""
        if isinstance(file, NewAttachment):
            return file.content
        if not file.has_content:
            return None
        return await self._archive(ChatStore.attachment_content, file.id)

    async def _show(self, row: AttachmentRow, file: AnyAttachment) -> None:
        picture = None
        if file.media_type in PICTURES:
            content = await self.content_of(file) or b""
            picture = await asyncio.to_thread(decode, content, picture_room())
        theme = self._window.chat.composer.attachments.theme
        sheet = show_preview(self._window, row, file.text, picture, theme)
        sheet.save_requested.connect(lambda: self._choose_place(file))

    def _choose_place(self, file: AnyAttachment) -> None:
        name = Path(file.name).name
        if not Path(name).suffix:
            name += ".txt"
        save = self._bridge.does(self._save)
        choose_place(self._window, self.tr("Save as"), name, lambda path: save(file, path))

    async def _save(self, file: AnyAttachment, path: str) -> None:
        content = await self.content_of(file)
        if content is None:
            content = file.text.replace(PAGE_BREAK, "\n\n").encode()
        await asyncio.to_thread(_write, Path(path), content)


def _write(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content)
    except OSError as error:
        raise StorageError(
            f"{path.name} could not be saved. Choose another folder, or make room on the disk.",
            detail=repr(error),
        ) from error

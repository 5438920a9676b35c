# SPDX-License-Identifier: Apache-2.0
"""Joins the composer's files to the reader of documents and to the chats' drafts.

A file belongs to the chat in which it was attached, also while it is read. It draws nothing and
knows no format.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Attachment, Message, NewAttachment
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.files import Files
from nemodesk.documents.cleaning import clean, clean_name
from nemodesk.documents.document import PICTURES, PLAIN, Document, DocumentError
from nemodesk.documents.reader import DocumentReader
from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.ui.attachments.drafts import NEW_CHAT, NEW_TEMPORARY_CHAT, DraftFile, Drafts
from nemodesk.ui.attachments.pictures import decode, encode
from nemodesk.ui.attachments.viewing import AttachmentViewer
from nemodesk.ui.attachments.wording import describe, reading
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.sentences import say
from nemodesk.ui.widgets.file_dialog import choose_documents
from nemodesk.ui.window import MainWindow

_AT_ONCE = 2
"""Files that are read at the same time: each takes a processor, and the answer needs some too."""

_THUMBNAIL_PX = 96

_log = logging.getLogger(__name__)


class AttachmentSession(QObject):
    """The files that go with the message that is being written.

    Signals:
        changed(tuple): what would go with the message now.
    """

    changed = Signal(object)

    def __init__(
        self, window: MainWindow, *, bridge: Bridge, archive: ChatArchive, reader: DocumentReader
    ) -> None:
        super().__init__(window)
        self._window = window
        self._composer = window.chat.composer
        self._bridge = bridge
        self._archive = archive
        self._reader = reader
        self._viewer = AttachmentViewer(window, bridge=bridge, archive=archive)
        self._drafts = Drafts()
        self._begins_temporary: Callable[[], bool] = lambda: False
        self._chat_id = NEW_CHAT
        # The chat that is new gets its id with the message that was sent.
        self._awaits_id = False
        self._readings: dict[int, asyncio.Task[None] | None] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._connect()

    def _connect(self) -> None:
        composer, bar = self._composer, self._composer.attachments
        composer.attach_requested.connect(lambda: choose_documents(self._window, self.attach))
        composer.message.files_pasted.connect(self._attach_all)
        composer.message.picture_pasted.connect(self._bridge.does(self._paste_picture))
        composer.message.long_text_pasted.connect(self._paste_text)
        self._window.chat.drop.file_dropped.connect(self.attach)
        self._window.chat.transcript.attachment_opened.connect(self._viewer.show_sent)
        self._window.chat_selected.connect(self._expect_no_id)
        self._window.new_chat_requested.connect(self._expect_no_id)
        bar.opened.connect(self._open)
        bar.removed.connect(self._remove)
        bar.retried.connect(self._retry)
        bar.unpacked.connect(self._unpack)

    def follow(self, chats: ChatSession) -> None:
        """Show the files of whichever chat is open."""
        self._begins_temporary = lambda: chats.begins_temporary
        chats.path_shown.connect(self._on_path)
        chats.files_refused.connect(self._give_back)

    # What is sent.

    def take(self) -> Files:
        """Return the files of the message that is sent now; they are no draft any more."""
        files = self._drafts.send(self._chat_id)
        self._awaits_id = self._chat_id <= NEW_CHAT
        self._show()
        return files

    def _give_back(self, chat_id: int | None, files: Files) -> None:
        """Take back the files of a message that could not be sent."""
        if self._awaits_id:
            self._on_path(chat_id, ())
            self._awaits_id = False
        if files.drafted and chat_id is not None:
            self._bridge.start(self._load(chat_id))
        for file in files.new:
            self._begin(self._chat_id if chat_id is None else chat_id, file)

    def _on_path(self, chat_id: int | None, _messages: Sequence[Message]) -> None:
        """Show the files of another chat, or give those of a new chat to the id that it has now."""
        new_chat = NEW_TEMPORARY_CHAT if self._begins_temporary() else NEW_CHAT
        before, awaits_id = self._chat_id, self._awaits_id
        place = new_chat if chat_id is None else chat_id
        if place == before:
            return
        self._chat_id, self._awaits_id = place, False
        if awaits_id and place > NEW_CHAT:
            for file in self._drafts.give_id(before, place):
                if isinstance(file.file, NewAttachment):
                    self._bridge.start(self._store(file.row.key, file.file))
        elif place > NEW_CHAT:
            self._bridge.start(self._load(place))
        self._show()

    def _expect_no_id(self) -> None:
        self._awaits_id = False

    async def _load(self, chat_id: int) -> None:
        """Show what the store has with the draft of a chat."""
        try:
            attachments = await self._archive(ChatStore.draft_attachments, chat_id)
        except NotFoundError:
            return  # the chat was deleted meanwhile
        made = [(each, self._stored(self._drafts.next_key(), each)) for each in attachments]
        self._drafts.take_stored(chat_id, made)
        self._show()
        for file in self._drafts.of(chat_id):
            if isinstance(file.file, Attachment) and file.row.picture is None:
                await self._show_thumbnail(file.row.key, file.file)

    # How files come.

    def attach(self, path: str) -> None:
        """Read a file and let it go with the message."""
        row = reading(self._drafts.next_key(), clean_name(Path(path).name))
        self._drafts.put(self._chat_id, DraftFile(row=row, path=path))
        self._show()
        self._bridge.start(self._read(row.key, path))

    def attach_text(self, name: str, text: str) -> None:
        """Let a text of this name go with the message."""
        new = NewAttachment(name=self._free_name(name, ""), media_type=PLAIN, text=clean(text))
        self._begin(self._chat_id, new)

    def _attach_all(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.attach(path)

    def _paste_text(self, text: str) -> None:
        self.attach_text(self.tr("Pasted text"), text)

    async def _paste_picture(self, picture: QImage) -> None:
        chat_id = self._chat_id
        content = await asyncio.to_thread(encode, picture)
        if content:
            name = self._free_name(self.tr("Pasted picture"), ".png")
            self._begin(chat_id, NewAttachment(name=name, media_type="image/png", content=content))

    def _free_name(self, name: str, ending: str) -> str:
        """Return a name that no other file of the message has."""
        taken = {file.row.name for file in self._drafts.of(self._chat_id)}
        names = (f"{name} {number}{ending}" for number in range(2, len(taken) + 3))
        return next(each for each in (f"{name}{ending}", *names) if each not in taken)

    def _begin(self, chat_id: int, file: NewAttachment) -> None:
        """Let something that is read already go with the message."""
        row = reading(self._drafts.next_key(), file.name)
        self._drafts.put(chat_id, DraftFile(row=row))
        self._show()
        self._bridge.start(self._store(row.key, file))

    async def _read(self, key: int, path: str) -> None:
        """Read a file, and say how far it is."""
        self._readings[key] = asyncio.current_task()

        def tell(page: int, count: int) -> None:
            # A hundred steps can be seen; each of them lays the chips out anew.
            if page * 100 // count != (page - 1) * 100 // count:
                self._change(key, lambda row: reading(key, row.name, page, count))

        try:
            async with self._slots:
                document = await self._reader.read(Path(path), tell)
            await self._store(key, _attachment_of(document))
        except DocumentError as error:
            _log.info("a file was not attached: %s (%s)", error.problem, error.detail)
            self._fail(key, error)
        finally:
            self._readings.pop(key, None)

    async def _store(self, key: int, new: NewAttachment) -> None:
        """Keep what was read with the draft of its chat; a chat that is new keeps it in memory."""
        found = self._drafts.find(key)
        if found is None:
            return
        chat_id, file = found
        made: Attachment | NewAttachment = new
        if chat_id > NEW_CHAT:
            try:
                made = await self._archive(ChatStore.add_draft_attachment, chat_id, new)
            except NemodeskError as error:
                self._fail(key, error)
                return
        if self._drafts.find(key) is None:
            # It was removed or sent meanwhile.
            if isinstance(made, Attachment):
                await self._archive(ChatStore.remove_draft_attachment, made.id)
            return
        kept = self._stored(key, made)
        self._drafts.put(chat_id, replace(kept, path=file.path))
        self._show()
        await self._show_thumbnail(key, made)

    def _stored(self, key: int, file: Attachment | NewAttachment) -> DraftFile:
        text, kind = file.text, file.media_type
        content = file.content if isinstance(file, NewAttachment) else None
        size_bytes = file.size_bytes or len(content or b"")
        row = describe(key, file.name, kind, text, size_bytes)
        is_pasted = kind == PLAIN and file.name.startswith(self.tr("Pasted text"))
        return DraftFile(row=replace(row, can_become_text=is_pasted), file=file)

    async def _show_thumbnail(self, key: int, file: Attachment | NewAttachment) -> None:
        if file.media_type not in PICTURES:
            return
        content = await self._viewer.content_of(file)
        side = QSize(_THUMBNAIL_PX, _THUMBNAIL_PX)
        picture = await asyncio.to_thread(decode, content or b"", side)
        self._change(key, lambda row: replace(row, picture=picture))

    def _fail(self, key: int, error: NemodeskError) -> None:
        found = self._drafts.find(key)
        if found is None:
            return
        can_retry = bool(found[1].path)
        self._change(
            key,
            lambda row: AttachmentRow(
                key=key,
                name=row.name,
                state="failed",
                sentence=say(error.sentence),
                can_retry=can_retry,
            ),
        )

    # What the person wishes.

    def _open(self, key: int) -> None:
        found = self._drafts.find(key)
        if found is not None and found[1].file is not None:
            self._viewer.show(found[1].row, found[1].file)

    def _remove(self, key: int) -> None:
        found = self._drafts.find(key)
        if found is None:
            return
        task = self._readings.get(key)
        if task is not None:
            task.cancel()
        self._drafts.remove(key)
        self._show()
        file = found[1].file
        if isinstance(file, Attachment):
            self._bridge.start(self._forget(file.id))
        self._composer.focus_message()

    async def _forget(self, attachment_id: int) -> None:
        try:
            await self._archive(ChatStore.remove_draft_attachment, attachment_id)
        except NotFoundError:
            return  # its chat was deleted, or another window was faster

    def _retry(self, key: int) -> None:
        found = self._drafts.find(key)
        if found is not None and found[1].path:
            self._change(key, lambda row: reading(key, row.name))
            self._bridge.start(self._read(key, found[1].path))

    def _unpack(self, key: int) -> None:
        """Put a pasted text into the message after all."""
        found = self._drafts.find(key)
        if found is not None and found[1].file is not None:
            self._composer.message.insertPlainText(found[1].file.text)
            self._remove(key)

    # What is shown.

    def _change(self, key: int, change: Callable[[AttachmentRow], AttachmentRow]) -> None:
        self._drafts.change(key, change)
        self._show()

    def _show(self) -> None:
        self._composer.attachments.show_rows([file.row for file in self._drafts.of(self._chat_id)])
        self.changed.emit(tuple(self._drafts.ready(self._chat_id)))


def _attachment_of(document: Document) -> NewAttachment:
    return NewAttachment(
        name=document.name,
        media_type=document.media_type,
        text=document.text,
        content=document.content,
        size_bytes=document.size_bytes,
    )

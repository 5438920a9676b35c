# SPDX-License-Identifier: Apache-2.0
"""The sessions of a chat with files, over a real store, a real reader and scripted engines."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication

from nemodesk.catalog.foreign.places import Places
from nemodesk.catalog.library import Library
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Attachment, NewAttachment
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.documents.reader import DocumentReader
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.values import EngineSettings
from nemodesk.errors import NemodeskError
from nemodesk.ui.attachment_session import AttachmentSession
from nemodesk.ui.attachments.chip import AttachmentChip
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.window import MainWindow
from tests.documents import samples
from tests.fakes.engines import ScriptedEngines
from tests.ui.answers import make_answers

_DEADLINE_S = 30.0


def _with_a_context(_path: Path, settings: EngineSettings) -> EngineSettings:
    return settings if settings.context_tokens else EngineSettings(context_tokens=8192)


class Desk:
    """The sessions of a chat as `app.py` joins them, over scripted engines."""

    def __init__(self, window: MainWindow, home: Path) -> None:
        self.window = window
        self.composer = window.chat.composer
        self.bar = window.chat.composer.attachments
        self.bridge = Bridge()
        self.failures: list[NemodeskError] = []
        self.broken: list[Exception] = []
        self.bridge.failed.connect(self.failures.append)
        self.bridge.broken.connect(self.broken.append)
        self.archive = ChatArchive(home / "chats.sqlite3")
        self.pool = EnginePool(start=ScriptedEngines("answers").start, prepare=_with_a_context)
        self.models = ModelSession(
            window,
            bridge=self.bridge,
            library=Library(home / "models", places=Places),
            pool=self.pool,
            last_used=self._last_used,
        )
        self.attachments = AttachmentSession(
            window, bridge=self.bridge, archive=self.archive, reader=DocumentReader()
        )
        self.answers = make_answers(self.bridge, self.archive, self.models)
        self.chats = ChatSession(
            window,
            bridge=self.bridge,
            archive=self.archive,
            conversation=Conversation(self.archive, self.pool),
            models=self.models,
            answers=self.answers,
            take_files=self.attachments.take,
        )
        self.attachments.follow(self.chats)
        self._ready: tuple[NewAttachment | Attachment, ...] = ()
        self.attachments.changed.connect(self._on_changed)

    def _on_changed(self, files: tuple[NewAttachment | Attachment, ...]) -> None:
        self._ready = files

    async def _last_used(self) -> list[str]:
        return []

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Let Qt and asyncio go on until something is so."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while not condition():
            assert not self.broken, self.broken
            assert time.monotonic() < deadline_s, f"no {what}"
            QApplication.processEvents()
            await asyncio.sleep(0.01)

    async def until_ready(self, *names: str) -> None:
        """Wait until these files and no others go with the message."""
        await self.until(lambda: [row.name for row in self.ready()] == [*names], f"{names}")

    def ready(self) -> list[NewAttachment | Attachment]:
        """Return what would be sent."""
        return [*self._ready]

    def chip(self) -> AttachmentChip:
        """Return the only chip of the composer."""
        (chip,) = self.bar.findChildren(AttachmentChip)
        return chip

    async def send(self, text: str) -> None:
        """Send a message and wait for the end of its answer."""
        ended: list[object] = []
        self.chats.turn_ended.connect(ended.append)
        self.composer.message.setPlainText(text)
        self.composer.send_button.click()
        await self.until(lambda: ended, "answer")
        self.chats.turn_ended.disconnect(ended.append)

    async def new_chat(self) -> int:
        """Open a chat that is stored already and has no messages."""
        chat = await self.archive(ChatStore.create_chat)
        await self.open(chat.id)
        return chat.id

    async def open(self, chat_id: int) -> None:
        """Open a chat and wait until it is shown."""
        self.window.chat_selected.emit(chat_id)
        await self.until(lambda: self.window.chat.chat_id == chat_id, "chat")

    async def drafted(self, chat_id: int) -> list[str]:
        """Return what the store has with the draft of a chat."""
        return [each.name for each in await self.archive(ChatStore.draft_attachments, chat_id)]

    async def until_drafted(self, chat_id: int, *names: str) -> None:
        """Wait until the store has these files with the draft."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while await self.drafted(chat_id) != [*names]:
            assert time.monotonic() < deadline_s, await self.drafted(chat_id)
            QApplication.processEvents()


@pytest_asyncio.fixture
async def desk(window: MainWindow, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a window with nothing but the starter."""
    made = Desk(window, tmp_path / "home")
    await made.models.open()
    yield made
    await made.bridge.finish(10.0)
    await made.pool.close()
    await made.archive.close()
    made.answers.settings.close(10)
    assert not made.broken
    assert not made.failures


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return the path of a PDF of two pages."""
    path = tmp_path / "report.pdf"
    path.write_bytes(samples.pdf(["First page", "Second page"]))
    return path

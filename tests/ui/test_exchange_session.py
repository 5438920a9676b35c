# SPDX-License-Identifier: Apache-2.0
"""The page Backup and transfer joined to real chats, real settings and real files."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from nemodesk.catalog.foreign.places import Places
from nemodesk.catalog.library import Library
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.errors import NemodeskError
from nemodesk.paths import Paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.exchange_session import ExchangeSession
from nemodesk.ui.exchange_words import file_name
from nemodesk.ui.settings.transfer_page import TransferPage
from nemodesk.ui.settings.transfer_sheets import PassphraseSheet, RestoreSheet
from nemodesk.ui.window import MainWindow

_DEADLINE_S = 30.0
_PASSPHRASE = "correct horse"  # noqa: S105 - made up


class _Desk:
    """The session with everything that it needs."""

    def __init__(self, window: MainWindow, home: Path) -> None:
        paths = Paths(data=home, models=home / "models", cache=home, logs=home)
        paths.create()
        self.window = window
        self.home = home
        self.bridge = Bridge()
        self.failures: list[NemodeskError] = []
        self.bridge.failed.connect(self.failures.append)
        self.archive = ChatArchive(paths.database)
        self.settings = Settings(paths)
        self.is_encrypted = False
        self.refreshed = 0
        self.session = ExchangeSession(
            window,
            bridge=self.bridge,
            archive=self.archive,
            settings=self.settings,
            library=Library(paths.models, places=Places),
            refresh_chats=self._refresh,
            backups=home / "backups",
            is_encrypted=lambda: self.is_encrypted,
        )
        window.show_room("settings")
        assert window.settings.room is not None
        self.page: TransferPage = window.settings.room.transfer

    async def _refresh(self) -> None:
        self.refreshed += 1

    async def until(
        self, is_so: Callable[[], object], what: str, *, may_fail: bool = False
    ) -> None:
        """Wait for something, with the event loop running."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while not is_so():
            QApplication.processEvents()
            assert may_fail or not self.failures, self.failures
            assert time.monotonic() < deadline_s, f"no {what}"
            await asyncio.sleep(0.01)

    async def add_chat(self, words: str) -> int:
        """Begin a chat with these words."""
        chat = await self.archive(ChatStore.create_chat)
        await self.archive(
            ChatStore.add_message, chat.id, parent_id=None, role=Role.USER, content=words
        )
        return chat.id

    def choose(self, dialog_name: str, path: Path) -> None:
        """Choose a file in the dialog that is open."""
        dialog = self.window.findChild(QFileDialog, dialog_name)
        assert dialog is not None
        dialog.fileSelected.emit(str(path))
        dialog.reject()

    def sheet(self, kind: type[QWidget]) -> QWidget | None:
        """Return the sheet of this kind that is open."""
        return next((sheet for sheet in self.window.findChildren(kind) if sheet.isVisible()), None)


@pytest_asyncio.fixture
async def desk(window: MainWindow, tmp_path: Path) -> AsyncIterator[_Desk]:
    """Open the page, with two chats."""
    made = _Desk(window, tmp_path / "home")
    await made.settings.open()
    window.show()
    index = made.window.settings.room._names.index("transfer")
    made.window.settings.room._show_page(index)
    for words in ("Wann säen?", "Hallo"):
        await made.add_chat(words)
    yield made
    await made.bridge.finish(10)
    await made.archive.close()
    made.settings.close(30)


async def test_all_chats_are_exported(desk: _Desk, tmp_path: Path) -> None:
    """In the format that was chosen, with its ending."""
    desk.page.formats._group.button(2).click()
    desk.page.export_button.click()
    desk.choose("save_dialog", tmp_path / "all")
    await desk.until(lambda: desk.page.exporting.report, "report")
    document = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [chat["title"] for chat in document["chats"]] == ["Wann säen?", "Hallo"]


async def test_one_chat_is_exported(desk: _Desk, tmp_path: Path) -> None:
    """The ending of the name is the format."""
    chat = await desk.archive(ChatStore.chat, 1)
    desk.session.export_chats([chat])
    desk.choose("save_dialog", tmp_path / "one.md")
    await desk.until((tmp_path / "one.md").exists, "file")
    assert "Hallo" not in (tmp_path / "one.md").read_text(encoding="utf-8")


async def test_chats_are_imported(desk: _Desk, tmp_path: Path) -> None:
    """The report says how many, and what was left out; the list is read again."""
    path = tmp_path / "chats.json"
    path.write_text('[{"messages": [{"role": "user", "content": "Hi"}]}, {"a": 1}]')
    desk.page.file_button.click()
    desk.choose("file_dialog", path)
    await desk.until(lambda: desk.page.importing.report, "report")
    assert desk.page.importing.report == "Imported chats: 1. Left out: 1."
    assert "chats.json, chat 2" in desk.page.importing._details.text()
    assert desk.refreshed
    assert len(await desk.archive(ChatStore.list_chats)) == 3


@pytest.mark.logs("Nothing was imported")
async def test_a_file_without_chats_is_an_error(desk: _Desk, tmp_path: Path) -> None:
    """The buttons are there again."""
    path = tmp_path / "picture.json"
    path.write_bytes(b"\x89PNG")
    desk.page.file_button.click()
    desk.choose("file_dialog", path)
    await desk.until(lambda: desk.failures, "error", may_fail=True)
    await desk.until(desk.page.file_button.isVisible, "buttons", may_fail=True)
    assert not desk.page.importing.report


async def test_a_sealed_backup_goes_round(desk: _Desk, tmp_path: Path) -> None:
    """A wrong passphrase is asked for again; what is in it is shown before it is restored."""
    path = tmp_path / "all.nemodesk"
    desk.page.backup_confirmed.emit(_PASSPHRASE, False)
    desk.choose("save_dialog", tmp_path / "all")
    await desk.until(lambda: desk.page.backup.report, "backup")
    await desk.archive(ChatStore.erase_chat, 1)
    await desk.add_chat("Alien")
    desk.page.restore_button.click()
    desk.choose("file_dialog", path)
    for passphrase in ("wrong horse", _PASSPHRASE):
        await desk.until(lambda: desk.sheet(PassphraseSheet), "question")
        sheet = desk.sheet(PassphraseSheet)
        assert isinstance(sheet, PassphraseSheet)
        sheet.field.edit.setText(passphrase)
        sheet.accept_button.click()
        await desk.until(lambda asked=sheet: not asked.isVisible(), "end of the question")
    await desk.until(lambda: desk.sheet(RestoreSheet), "offer")
    sheet = desk.sheet(RestoreSheet)
    assert isinstance(sheet, RestoreSheet)
    sheet.ways._group.button(1).click()
    desk.is_encrypted = True  # A sealed backup is as protected as what is here.
    sheet.accept_button.click()
    await desk.until(lambda: desk.page.backup.report.startswith("Imported"), "restoration")
    titles = [chat.title for chat in await desk.archive(ChatStore.list_chats)]
    assert sorted(titles) == ["Hallo", "Wann säen?"]
    assert [chat.title for chat in await desk.archive(ChatStore.list_trash)] == ["Alien"]
    (before,) = (desk.home / "backups").iterdir()
    assert b"Alien" not in before.read_bytes()


async def test_encrypted_chats_are_not_copied_into_the_open(desk: _Desk, tmp_path: Path) -> None:
    """With a backup that is not sealed, what is here goes into the trash and nowhere else."""
    path = tmp_path / "all.nemodesk"
    desk.page.backup_confirmed.emit("", False)
    desk.choose("save_dialog", path)
    await desk.until(lambda: desk.page.backup.report, "backup")
    desk.is_encrypted = True
    desk.page.restore_button.click()
    desk.choose("file_dialog", path)
    await desk.until(lambda: desk.sheet(RestoreSheet), "offer")
    sheet = desk.sheet(RestoreSheet)
    assert isinstance(sheet, RestoreSheet)
    assert "backed up first" not in sheet._row.replacing
    sheet.ways._group.button(1).click()
    sheet.accept_button.click()
    await desk.until(lambda: desk.page.backup.report.startswith("Imported"), "restoration")
    assert not (desk.home / "backups").exists()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plan: a/b?", "Plan a b"),
        ("..", "Chats"),
        ("  ", "Chats"),
        ("x" * 200, "x" * 80),
    ],
)
def test_titles_become_names_of_files(title: str, name: str) -> None:
    """No folder, no hidden file, no name that a system forbids."""
    assert file_name(title, "Chats") == name

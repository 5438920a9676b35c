# SPDX-License-Identifier: Apache-2.0
"""The window follows the settings, whoever sets them and whenever they come."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt

from nemodesk.catalog.foreign.places import Places
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.store import ChatStore
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.settings_session import SettingsSession
from nemodesk.ui.theme import ThemeFollower
from nemodesk.ui.trash_session import TrashSession
from nemodesk.ui.window import MainWindow
from tests.catalog.model_files import write_llama
from tests.ui.desk import Desk

_TIMEOUT_S = 20.0


@pytest_asyncio.fixture
async def desk(window: MainWindow, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a window with one model of one's own."""
    write_llama(tmp_path / "home" / "models" / "owner" / "Mine" / "Mine-1B.gguf")
    made = Desk(window, tmp_path / "home", places=Places())
    await made.open()
    yield made
    await made.close()
    assert not made.broken


def _session(desk: Desk, *, is_theme_given: bool = False) -> tuple[SettingsSession, ThemeFollower]:
    follower = ThemeFollower("light")
    follower.theme_changed.connect(desk.window.set_theme)
    session = SettingsSession(
        desk.window,
        settings=desk.settings,
        follower=follower,
        queue=desk.queue,
        is_theme_given=is_theme_given,
    )
    return session, follower


async def test_a_theme_that_is_chosen_is_kept_and_worn(desk: Desk) -> None:
    """The choice on the page is stored, and what another program sets is followed."""
    session, follower = _session(desk)
    desk.window.theme_selected.emit("dark")
    assert desk.settings.value("appearance.theme") == "dark"
    assert follower.theme.name == "dark"
    assert await asyncio.to_thread(desk.settings.flush, _TIMEOUT_S)
    other = Settings(find_paths())
    other.open_now(_TIMEOUT_S)
    other.set("appearance.theme", "high_contrast")
    assert other.close(_TIMEOUT_S)
    session._on_state_changed(Qt.ApplicationState.ApplicationActive)
    await desk.until(lambda: follower.theme.name == "high_contrast", "other theme")


async def test_a_theme_for_one_start_wins(desk: Desk) -> None:
    """What is stored does not replace it, but the person's new choice does."""
    _, follower = _session(desk, is_theme_given=True)
    desk.settings.set("appearance.theme", "dark")
    assert follower.theme.name == "light"
    desk.window.theme_selected.emit("high_contrast")
    assert follower.theme.name == "high_contrast"
    assert desk.settings.value("appearance.theme") == "high_contrast"


async def test_the_speed_limit_is_kept_and_shown(desk: Desk) -> None:
    """The limit that is chosen in the room Downloads holds in the next start too."""
    _session(desk)
    desk.window.downloads.limit_chosen.emit(5_000_000)
    assert desk.settings.value("downloads.rate_bytes_per_s") == 5_000_000
    assert desk.queue._limit == 5_000_000
    desk.settings.set("downloads.rate_bytes_per_s", 0)
    assert desk.queue._limit is None
    desk.settings.set("downloads.rate_bytes_per_s", 1_000_000)
    desk.window.show_room("downloads")
    assert desk.window.downloads.room is not None
    assert "1.0 MB" in desk.window.downloads.room.speed_limit.text()


async def test_offline_lets_downloads_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start and when it is chosen; nothing goes on until the person resumes it."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    session, _ = _session(desk)
    offer = shipped_catalog().offers[0]
    download = desk.queue.add(offer, offer.quants[0])
    session.rest_if_offline()
    assert [one.state for one in desk.queue.downloads] == ["waiting"]
    desk.settings.set("privacy.offline", value=True)
    assert [one.state for one in desk.queue.downloads] == ["paused"]
    desk.queue.resume(download.id)
    session.rest_if_offline()
    assert [one.state for one in desk.queue.downloads] == ["paused"]


async def test_trouble_is_said_in_place(desk: Desk) -> None:
    """Also what was said before the window was there to hear it."""
    desk.settings._say_once("The keyring is locked.")
    _session(desk)
    await desk.until(desk.window._notice.isVisible, "notice")


async def test_the_trash_keeps_as_long_as_was_chosen(desk: Desk) -> None:
    """Models and chats go when the time is shortened, and not before."""
    session, _ = _session(desk)
    archive = ChatArchive(desk.home / "chats.sqlite3")
    chat = await archive(ChatStore.create_chat)
    await archive(ChatStore.delete_chat, chat.id)
    (model,) = [model for model in desk.library.list() if "Mine" in model.name]
    desk.library.remove(model.id)
    trash = TrashSession(
        session, bridge=desk.bridge, settings=desk.settings, library=desk.library, archive=archive
    )
    await trash.open()
    assert len(desk.library.trash()) == 1
    assert len(await archive(ChatStore.list_trash)) == 1
    _age(desk.home / "models" / ".trash")
    desk.settings.set("trash.keep_days", 1)
    await desk.until(lambda: not desk.library.trash(), "empty trash")
    await desk.bridge.finish(_TIMEOUT_S)
    # The chat was removed just now.
    assert len(await archive(ChatStore.list_trash)) == 1
    await archive.close()


def _age(trash: Path) -> None:
    """Let it have been removed two days ago."""
    (receipt,) = trash.glob("*/receipt.json")
    content = json.loads(receipt.read_text())
    content["removed_at"] -= 2 * 24 * 3600
    receipt.write_text(json.dumps(content))

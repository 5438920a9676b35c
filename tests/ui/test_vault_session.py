# SPDX-License-Identifier: Apache-2.0
"""The page Privacy and security and the lock, joined to real chats, a real vault, real settings.

There is no system keyring; a fake one keeps the vault's key.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from nemodesk.chats.store import ChatStore
from nemodesk.paths import find_paths
from nemodesk.ui.lock_session import DOOR_NAME
from nemodesk.ui.settings.vault_sheets import EncryptSheet, KeySheet
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.window import MainWindow
from nemodesk.vault.key import new_key, recovery_key
from nemodesk.vault.password import verifier
from tests.fakes.keeper import FakeKeeper
from tests.ui.safe import Safe
from tests.vault.conftest import CHEAP, fill, plain_words

_PASSWORD = "four quiet words"  # noqa: S105


@pytest.fixture
def keeper() -> FakeKeeper:
    """Give an empty keyring."""
    return FakeKeeper()


@pytest.fixture
def home() -> Path:
    """Give a data folder with three chats."""
    paths = find_paths()
    paths.create()
    store = ChatStore(paths.database)
    fill(store)
    store.close()
    return paths.data


@pytest_asyncio.fixture
async def safe(
    window: MainWindow, theme: Theme, keeper: FakeKeeper, home: Path
) -> AsyncIterator[Safe]:
    """Start with three chats and without encryption."""
    assert _found(home, "chats.sqlite3")
    made = Safe(window, theme, keeper)
    await made.settings.open()
    yield made
    await made.close()
    assert not made.broken


def _found(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


def _sheet(safe: Safe, kind: type) -> object:
    overlays = safe.window.findChildren(Overlay)
    [overlay] = [overlay for overlay in overlays if overlay.isVisible()]
    [sheet] = overlay.findChildren(kind)
    return sheet


async def _encrypt(safe: Safe, *, password: str) -> str:
    page = await safe.page()
    page.encryption.on_button.click()
    sheet = _sheet(safe, EncryptSheet)
    assert isinstance(sheet, EncryptSheet)
    for number, edit in sheet.answers.items():
        edit.setText(sheet._groups[number].lower())
    sheet.password.edit.setText(password)
    sheet.accept_button.click()
    await safe.until(lambda: page.encryption._state.text() == "Your chats are encrypted", "vault")
    return "-".join(sheet._groups)


async def test_encrypting_from_the_page(safe: Safe, home: Path) -> None:
    """The page encrypts, says so, and makes the chats plain again; they are there all along."""
    await safe.lock.enter()
    assert await safe.number_of_chats() == 3
    text = await _encrypt(safe, password=_PASSWORD)
    assert safe.stopped
    assert plain_words(home) == []
    assert await safe.number_of_chats() == 3
    page = await safe.page()
    page.encryption.key_button.click()
    assert isinstance(_sheet(safe, KeySheet), KeySheet)
    assert safe.vault.recovery_key() == text
    for overlay in safe.window.findChildren(Overlay):
        overlay.close_card()
    page.encryption.ask_to_decrypt().yes_button.click()
    await safe.until(lambda: not safe.vault.is_on, "plain chats")
    assert await safe.number_of_chats() == 3
    assert plain_words(home)


async def test_the_key_is_written_down_first(safe: Safe, home: Path) -> None:
    """Nothing is encrypted before two groups were typed rightly and a password is long enough."""
    await safe.lock.enter()
    page = await safe.page()
    page.encryption.on_button.click()
    sheet = _sheet(safe, EncryptSheet)
    assert isinstance(sheet, EncryptSheet)
    sheet.accept_button.click()
    assert "is not right" in sheet._problem.text()
    for number, edit in sheet.answers.items():
        edit.setText(sheet._groups[number])
    sheet.password.edit.setText("short")
    sheet.accept_button.click()
    assert "8 letters" in sheet._problem.text()
    sheet.password.edit.setText("")
    sheet.accept_button.click()
    assert "8 letters" in sheet._problem.text(), "without a keyring a password is needed"
    sheet.cancel_button.click()
    assert not safe.vault.is_on
    assert plain_words(home)


async def test_a_saved_recovery_key_is_right(safe: Safe, tmp_path: Path) -> None:
    """Save… writes the key into the file that the person chose."""
    page = await safe.page()
    page.encryption.on_button.click()
    sheet = _sheet(safe, EncryptSheet)
    assert isinstance(sheet, EncryptSheet)
    sheet.key.save_button.click()
    [dialog] = safe.window.findChildren(QFileDialog)
    place = tmp_path / "key.txt"
    dialog.fileSelected.emit(str(place))
    await safe.until(place.exists, "file")
    assert "-".join(sheet._groups) in place.read_text()
    dialog.close()


async def test_a_password_opens_the_window(
    safe: Safe, window: MainWindow, theme: Theme, keeper: FakeKeeper
) -> None:
    """At the next start the window is locked; a wrong password is told from the right one."""
    await safe.lock.enter()
    text = await _encrypt(safe, password=_PASSWORD)
    await safe.close()
    later = Safe(window, theme, keeper)
    entering = asyncio.ensure_future(later.lock.enter())
    await later.until(lambda: later.lock.is_locked, "lock")
    page = later.lock_page()
    page.password.edit.setText("four quiet ducks")
    page.unlock_button.click()
    await later.until(page._problem.text, "sentence")
    assert page._problem.text() == "This password is not the right one."
    assert not entering.done()
    page.password.edit.setText(_PASSWORD)
    page.unlock_button.click()
    await entering
    assert await later.number_of_chats() == 3
    later.lock.lock()
    page = later.lock_page()
    page.other_button.click()
    page.recovery.edit.setText(recovery_key(new_key()))
    page.unlock_button.click()
    await later.until(page._problem.text, "sentence")
    assert "of other chats" in page._problem.text()
    page.recovery.edit.setText(text)
    page.unlock_button.click()
    await later.until(lambda: not later.lock.is_locked, "open window")
    await later.close()


async def test_a_lost_keyring_asks_for_the_recovery_key(
    safe: Safe, window: MainWindow, theme: Theme, keeper: FakeKeeper, home: Path
) -> None:
    """Without the keyring's key the start asks for the recovery key, and keeps the key again."""
    key = new_key()
    safe.vault.turn_on(key)
    await safe.close()
    keeper.secrets.clear()
    later = Safe(window, theme, keeper)
    entering = asyncio.ensure_future(later.lock.enter())
    await later.until(lambda: later.lock.is_locked, "lock")
    page = later.lock_page()
    assert page.recovery.isVisible()
    page.other_button.click()
    await later.until(page._problem.text, "sentence")
    assert page._problem.text() == "The keyring does not give the key."
    page.recovery.edit.setText(recovery_key(key))
    page.unlock_button.click()
    await entering
    assert await later.number_of_chats() == 3
    assert keeper.secrets
    assert plain_words(home) == []
    await later.close()


async def test_a_keyring_that_is_unlocked_opens_the_chats(
    safe: Safe, window: MainWindow, theme: Theme, keeper: FakeKeeper
) -> None:
    """Once the keyring gives the key, asking it again is enough."""
    safe.vault.turn_on(new_key())
    await safe.close()
    kept = dict(keeper.secrets)
    keeper.secrets.clear()
    later = Safe(window, theme, keeper)
    entering = asyncio.ensure_future(later.lock.enter())
    await later.until(lambda: later.lock.is_locked, "lock")
    keeper.secrets.update(kept)
    later.lock_page().other_button.click()
    await entering
    assert await later.number_of_chats() == 3
    await later.close()


async def test_whoever_lost_all_keys_begins_anew(
    safe: Safe, window: MainWindow, theme: Theme, keeper: FakeKeeper, home: Path
) -> None:
    """The encrypted chats are put aside, and the window opens with none."""
    safe.vault.turn_on(new_key())
    await safe.close()
    keeper.secrets.clear()
    later = Safe(window, theme, keeper)
    entering = asyncio.ensure_future(later.lock.enter())
    await later.until(lambda: later.lock.is_locked, "lock")
    later.lock_page().ask_to_begin_anew().yes_button.click()
    await entering
    assert await later.number_of_chats() == 0
    assert _found(home, "chats.locked-*")
    await later.close()


async def test_a_door_without_encryption(safe: Safe) -> None:
    """A password without the vault locks the window, and is checked against what was kept."""
    await safe.lock.enter()
    safe.settings.set_secret(DOOR_NAME, verifier(_PASSWORD, CHEAP))
    safe.lock.person_is_known()
    safe.settings.set("lock.enabled", value=True)
    safe.lock.lock()
    page = safe.lock_page()
    assert "door only" in page._hint.text()
    for number in range(3):
        page.password.edit.setText(f"wrong {number}")
        page.unlock_button.click()
        await safe.until(lambda: not page._is_busy, "answer")
    assert not page.unlock_button.isEnabled(), "guessing has to wait"
    for _ in range(3):
        page._on_second()
    await asyncio.to_thread(safe.settings.flush, 5.0)
    await safe.until(lambda: not safe.lock._attempts.wait_s, "another try")
    page.password.edit.setText(_PASSWORD)
    page.unlock_button.click()
    await safe.until(lambda: not safe.lock.is_locked, "open window")


async def test_a_keyring_that_answers_late_still_locks(safe: Safe) -> None:
    """What says that there is a lock counts also when it comes after the window."""
    await safe.lock.enter()
    safe.settings.set_secret(DOOR_NAME, verifier(_PASSWORD, CHEAP))
    safe.settings.set("lock.enabled", value=True)
    await safe.until(lambda: safe.lock.is_locked, "lock")


async def test_it_locks_by_itself(safe: Safe) -> None:
    """After some time without use the window locks; use puts it off; sleep counts as well."""
    await safe.lock.enter()
    await _encrypt(safe, password=_PASSWORD)
    page = await safe.page()
    page.password.minutes._group.button(1).click()
    await safe.until(safe.lock._idle.isActive, "clock")
    assert safe.settings.value("lock.after_minutes") == 5
    assert safe.lock._idle.interval() == 300_000
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(5, 5),
        QPointF(5, 5),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    safe.now_s += 200
    QApplication.sendEvent(safe.window.windowHandle(), move)
    assert not safe.lock.is_locked
    safe.now_s += 301  # the computer slept: no clock of Qt went on
    QApplication.sendEvent(safe.window.windowHandle(), move)
    assert safe.lock.is_locked


async def test_without_a_password_nothing_locks(safe: Safe) -> None:
    """A lock that nobody could open does not close."""
    await safe.lock.enter()
    safe.lock.lock()
    assert not safe.lock.is_locked


async def test_offline_is_a_setting(safe: Safe) -> None:
    """The switch changes the setting, and shows what another process has set."""
    page = await safe.page()
    page.offline.click()
    assert safe.settings.value("privacy.offline") is True
    safe.settings.set("privacy.offline", value=False)
    await safe.until(lambda: not page.offline.isChecked(), "switch")


async def test_the_environment_wins_over_the_switch(
    safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a variable decides, the switch rests and says which one."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    page = await safe.page()
    await safe.until(lambda: not page.offline.isEnabled(), "resting switch")
    assert "HF_HUB_OFFLINE" in page._offline_field._note.text()


async def test_the_page_says_what_is_kept(safe: Safe, home: Path) -> None:
    """Chats, logs and settings are listed with their places."""
    home.joinpath("logs", "nemodesk.log").write_text("x" * 500)
    page = await safe.page()
    await safe.until(lambda: len(page._files._lines) > 2, "lines")
    named = " ".join(line.accessibleName() for line in page._files._lines)
    assert str(home / "chats.sqlite3") in named
    assert "500 bytes" in named
    assert "settings.json" in named


async def test_erasing_everything(safe: Safe, home: Path) -> None:
    """After the word is typed no chat, copy, setting or secret is left, and the window closes."""
    await safe.lock.enter()
    assert await safe.number_of_chats() == 3
    home.joinpath("chats.schema-1.sqlite3").write_bytes(home.joinpath("chats.sqlite3").read_bytes())
    safe.settings.set("chat.show_speed", value=False)
    safe.settings.set_secret("hf_token", "secret")
    page = await safe.page()
    sheet = page.ask_to_erase()
    sheet.accept_button.click()
    assert sheet._problem.text()
    assert plain_words(home)
    sheet.word.setText("erase")
    sheet.accept_button.click()
    await safe.until(lambda: not safe.window.isVisible(), "closed window")
    assert not _found(home, "*chats*")
    assert plain_words(home) == []
    assert safe.settings.secret("hf_token") is None
    assert not safe.settings.is_set("chat.show_speed")

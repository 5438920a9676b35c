# SPDX-License-Identifier: Apache-2.0
"""The pages of the room Settings joined to real settings; no keyring."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.preferences_session import PreferencesSession
from nemodesk.ui.settings.settings_room import SettingsRoom
from nemodesk.ui.widgets.choice import ChoiceButton
from nemodesk.ui.widgets.number_edit import NumberEdit
from nemodesk.ui.widgets.switch import Switch
from nemodesk.ui.window import MainWindow


class _NoWork(Bridge):
    """Starts nothing: the pages need no look at the computer here."""

    def start(self, work: object) -> None:
        """Give the work up."""
        work.close()  # pyright: ignore[reportAttributeAccessIssue]


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Keep settings in the folder of the test."""
    made = Settings(find_paths())
    assert made.open_now(10)
    yield made
    assert made.close(10)


@pytest.fixture
def room(window: MainWindow, settings: Settings) -> SettingsRoom:
    """Return the room Settings, entered."""
    PreferencesSession(window, bridge=_NoWork(window), settings=settings)
    window.show_room("settings")
    assert window.settings.room is not None
    return window.settings.room


def test_what_is_chosen_on_a_page_is_kept(room: SettingsRoom, settings: Settings) -> None:
    """It counts at once, and its way back takes it back."""
    field = room.performance.cards[0].fields["engine.threads"]
    assert isinstance(field.control, NumberEdit)
    field.control.setText("2")
    field.control.flush()
    assert settings.value("engine.threads") == 2
    field.reset_button.click()
    assert not settings.is_set("engine.threads")
    assert field.control.text() == ""


def test_what_is_set_elsewhere_is_shown(
    qtbot: QtBot, room: SettingsRoom, settings: Settings
) -> None:
    """The command line and other windows set in threads of their own."""
    field = room.general.cards[0].fields["appearance.language"]
    setting = threading.Thread(target=settings.set, args=("appearance.language", "fr"))
    setting.start()
    setting.join()
    button = field.control
    assert isinstance(button, ChoiceButton)
    qtbot.waitUntil(lambda: button.text() == "Français")
    assert field._note.text() == "Counts when NemoDesk is started the next time."


def test_a_key_is_kept_as_a_secret(room: SettingsRoom, settings: Settings) -> None:
    """Without a keyring it is kept until the window closes, and the page says so."""
    card = room.connections.key
    card.key_set.emit("hf_secret")
    assert settings.secret("hf_token") == "hf_secret"
    assert card.replace_button.isVisibleTo(card)
    assert "forgotten when NemoDesk is closed" in card._note.text()
    card.key_removed.emit()
    assert settings.secret("hf_token") is None
    assert card.set_button.isVisibleTo(card)


def test_general_says_where_settings_are(room: SettingsRoom, settings: Settings) -> None:
    """Without a keyring it names the file, and what that means for keys."""
    where = settings.where()
    assert where is not None
    sentence = room.general._whereabouts.text()
    assert str(where.file) in sentence
    assert "keys are forgotten" in sentence


def test_a_variable_that_wins_is_named(
    window: MainWindow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page names the variable, and the address that is contacted because of it."""
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example.org/")
    PreferencesSession(window, bridge=_NoWork(window), settings=settings)
    window.show_room("settings")
    assert window.settings.room is not None
    page = window.settings.room.connections
    assert "HF_ENDPOINT" in page.cards[1].fields["hub.endpoint"]._note.text()
    assert "hub.example.org" in page._addresses.text()


def test_habits_are_followed(
    qtbot: QtBot, window: MainWindow, room: SettingsRoom, settings: Settings
) -> None:
    """The send key and the speed of answers are as the page says, at once."""
    window.show_speed("about 12 words a second")
    speed = window.chat._speed
    assert not speed.isVisibleTo(window.chat)
    switch = room.general.cards[1].fields["chat.show_speed"].control
    assert isinstance(switch, Switch)
    switch.setChecked(True)
    assert speed.isVisibleTo(window.chat)
    settings.set("chat.send_with", "ctrl_enter")
    window.show_room("chat")
    message = window.chat.composer.message
    message.setPlainText("Hello")
    with qtbot.assertNotEmitted(window.message_sent):
        qtbot.keyClick(message, Qt.Key.Key_Return)
    assert "\n" in message.toPlainText()
    with qtbot.waitSignal(window.message_sent):
        qtbot.keyClick(message, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

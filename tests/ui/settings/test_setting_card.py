# SPDX-License-Identifier: Apache-2.0
"""Controls of declared settings: what they show, what they tell, and the key that nobody sees."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nemodesk.settings.declared import DECLARED
from nemodesk.ui.settings.key_card import KeyCard
from nemodesk.ui.settings.setting_card import SettingCard, SettingRow
from nemodesk.ui.settings.setting_words import LANGUAGES, words_of
from nemodesk.ui.settings.settings_room import SettingsRoom
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.choice import ChoiceButton
from nemodesk.ui.widgets.number_edit import NumberEdit
from nemodesk.ui.widgets.switch import Switch

KEYS = (
    "appearance.language",
    "chat.send_with",
    "chat.show_speed",
    "downloads.rate_bytes_per_s",
    "engine.threads",
    "hub.endpoint",
)


@pytest.fixture
def card(qtbot: QtBot, theme: Theme) -> SettingCard:
    """Return a card with a control of each kind."""
    made = SettingCard("card", KEYS, theme)
    qtbot.addWidget(made)
    made.resize(theme.spacing(150), theme.spacing(250))
    made.show()
    qtbot.waitExposed(made)
    for key in KEYS:
        made.show_setting(key, SettingRow(value=DECLARED[key].default))
    return made


def control(card: SettingCard, key: str) -> QWidget:
    """Return the control of a setting."""
    return card.fields[key].control


def press(widget: QWidget) -> None:
    """Press a control as a screen reader does."""
    action = QAccessible.queryAccessibleInterface(widget).actionInterface()
    action.doAction(action.actionNames()[0])


def test_a_switch_is_switched(qtbot: QtBot, card: SettingCard) -> None:
    """A press, also a screen reader's, wishes for the other value; showing one is no wish."""
    switch = control(card, "chat.show_speed")
    assert isinstance(switch, Switch)
    with qtbot.waitSignal(card.setting_chosen) as chosen:
        press(switch)
    assert chosen.args == ["chat.show_speed", True]
    with qtbot.assertNotEmitted(card.setting_chosen):
        card.show_setting("chat.show_speed", SettingRow(value=False))
    assert not switch.isChecked()


def test_one_of_few_is_chosen(qtbot: QtBot, card: SettingCard) -> None:
    """Chips stand for the words that are declared."""
    chip = card.findChild(QWidget, "chat_send_with_ctrl_enter")
    assert chip is not None
    with qtbot.waitSignal(card.setting_chosen) as chosen:
        press(chip)
    assert chosen.args == ["chat.send_with", "ctrl_enter"]


def test_one_of_many_is_chosen(qtbot: QtBot, card: SettingCard) -> None:
    """Languages are in a list, each by its own name."""
    button = control(card, "appearance.language")
    assert isinstance(button, ChoiceButton)
    assert button.text() == "Follow the system"
    choice = button.open_list().findChild(QWidget, "appearance_language_ja")
    assert choice is not None
    assert choice.accessibleName() == "日本語"
    with qtbot.waitSignal(card.setting_chosen) as chosen:
        qtbot.keyClick(choice, Qt.Key.Key_Space)
    assert chosen.args == ["appearance.language", "ja"]


def test_an_automatic_number_is_empty(qtbot: QtBot, card: SettingCard) -> None:
    """A number is chosen; an emptied field is automatic again."""
    edit = control(card, "engine.threads")
    assert isinstance(edit, NumberEdit)
    assert (edit.text(), edit.placeholderText()) == ("", "Automatic")
    with qtbot.waitSignal(card.setting_chosen) as chosen:
        edit.setText("3")
        edit.flush()
    assert chosen.args == ["engine.threads", 3]
    with qtbot.waitSignal(card.setting_reset) as reset:
        edit.setText("")
        edit.flush()
    assert reset.args == ["engine.threads"]


def test_nonsense_is_said(qtbot: QtBot, card: SettingCard) -> None:
    """The field says what it takes, and nothing is chosen."""
    edit, line = control(card, "engine.threads"), control(card, "hub.endpoint")
    assert isinstance(edit, NumberEdit)
    assert isinstance(line, QLineEdit)
    with qtbot.assertNotEmitted(card.setting_chosen):
        edit.setText("2000")
        edit.flush()
        line.setText("my hub")
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert card.fields["engine.threads"].problem == "Write a whole number between 0 and 1,024."
    assert "https://, http://" in card.fields["hub.endpoint"].problem
    with qtbot.waitSignal(card.setting_chosen) as chosen:
        line.setText("https://hub.example.org")
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert chosen.args == ["hub.endpoint", "https://hub.example.org"]
    assert card.fields["hub.endpoint"].problem == ""


def test_speeds_are_in_megabytes(qtbot: QtBot, card: SettingCard) -> None:
    """A person writes 2.5 and means 2.5 MB a second."""
    edit = control(card, "downloads.rate_bytes_per_s")
    assert isinstance(edit, NumberEdit)
    with qtbot.waitSignal(card.setting_chosen) as chosen:
        edit.setText("2.5")
        edit.flush()
    assert chosen.args == ["downloads.rate_bytes_per_s", 2_500_000]
    card.show_setting("downloads.rate_bytes_per_s", SettingRow(value=500_000, is_set=True))
    assert edit.text() == "0.5"


def test_a_chosen_value_can_be_taken_back(qtbot: QtBot, card: SettingCard) -> None:
    """The way back is there only where something was chosen; a note says what wins."""
    field = card.fields["hub.endpoint"]
    assert not field.reset_button.isVisible()
    row = SettingRow(value="https://x.org", is_set=True, note="HF_ENDPOINT wins over it.")
    card.show_setting("hub.endpoint", row)
    assert field._note.text() == (
        "HF_ENDPOINT wins over it. Counts from the next question to the hub."
    )
    with qtbot.waitSignal(card.setting_reset) as reset:
        field.reset_button.click()
    assert reset.args == ["hub.endpoint"]


def test_every_setting_with_a_page_of_ours_has_words(qtbot: QtBot, theme: Theme) -> None:
    """What is declared for a page stands on it, with a word for each choice."""
    room = SettingsRoom(theme)
    qtbot.addWidget(room)
    shown = {key for card in room._cards() for key in card.fields}
    pages = {"General", "Models and storage", "Performance", "Connections"}
    declared = {
        key
        for key, setting in DECLARED.items()
        if setting.page in pages and not setting.is_hidden and key != "appearance.theme"
    }
    assert shown - {"privacy.offline"} == declared
    for key in shown:
        assert set(words_of(key).choices) == set(DECLARED[key].choices)
    assert set(LANGUAGES) == set(DECLARED["appearance.language"].choices) - {"system"}


@pytest.fixture
def key_card(qtbot: QtBot, theme: Theme) -> KeyCard:
    """Return the card with the key for the hub."""
    made = KeyCard(theme)
    qtbot.addWidget(made)
    made.resize(theme.spacing(200), theme.spacing(150))
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_key_is_taken_and_not_shown(qtbot: QtBot, key_card: KeyCard) -> None:
    """The field hides it, screen readers do not read it, and it is gone when it is told."""
    sheet = key_card.ask_for_key()
    sheet.field.setText("hf_secret")
    interface = QAccessible.queryAccessibleInterface(sheet.field)
    assert "secret" not in interface.text(QAccessible.Text.Value)
    assert "secret" not in sheet.field.displayText()
    with qtbot.waitSignal(key_card.key_set) as told:
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
    assert told.args == ["hf_secret"]
    assert sheet.field.text() == ""


@pytest.mark.parametrize("key", ["two words", "käse", "a\tb"])
def test_what_is_no_key_is_refused(qtbot: QtBot, key_card: KeyCard, key: str) -> None:
    """It would become a header of a request."""
    sheet = key_card.ask_for_key()
    sheet.field.setText(key)
    with qtbot.assertNotEmitted(key_card.key_set):
        sheet.save_button.click()
    assert sheet._problem.isVisible()


def test_a_key_is_removed_after_a_question(qtbot: QtBot, key_card: KeyCard) -> None:
    """Add gives way to Replace and Remove where there is a key."""
    key_card.show_state(is_set=True, note="It is in the keyring.")
    assert not key_card.set_button.isVisible()
    assert key_card.replace_button.isVisible()
    with qtbot.waitSignal(key_card.key_removed):
        key_card.ask_to_remove().yes_button.click()

# SPDX-License-Identifier: Apache-2.0
"""The page Backup and transfer: what it asks, what it wishes for, and where the keyboard is."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nemodesk.ui.rows import RestoreRow, WorkRow
from nemodesk.ui.settings.transfer_page import TransferPage
from nemodesk.ui.theme import Theme

ROW = RestoreRow("Made today.", ("Chats: 2.",), "Everything becomes as it was.")
PASSPHRASE = "correct horse"  # noqa: S105 - made up


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> TransferPage:
    """Return the page."""
    made = TransferPage(theme)
    qtbot.addWidget(made)
    made.resize(theme.spacing(200), theme.spacing(160))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def test_a_backup_may_do_without_a_passphrase(qtbot: QtBot, page: TransferPage) -> None:
    """Then there is nothing to repeat and no key to keep."""
    sheet = page.ask_for_backup()
    assert not sheet.second.isEnabled()
    assert not sheet.keys.isEnabled()
    with qtbot.waitSignal(page.backup_confirmed) as wished:
        sheet.accept_button.click()
    assert wished.args == ["", False]


def test_a_passphrase_is_typed_twice(qtbot: QtBot, page: TransferPage) -> None:
    """What is wrong is said in place, and nothing is wished for before."""
    sheet = page.ask_for_backup()
    sheet.first.edit.setText("short")
    with qtbot.assertNotEmitted(page.backup_confirmed):
        sheet.accept_button.click()
        assert "8 characters" in sheet._problem.text()
        sheet.first.edit.setText(PASSPHRASE)
        sheet.second.edit.setText("another one")
        sheet.accept_button.click()
        assert "not the same" in sheet._problem.text()
    sheet.second.edit.setText(PASSPHRASE)
    sheet.keys.setChecked(True)
    with qtbot.waitSignal(page.backup_confirmed) as wished:
        sheet.accept_button.click()
    assert wished.args == [PASSPHRASE, True]


def test_keys_go_with_the_passphrase(page: TransferPage) -> None:
    """Without one they are not kept, also if the switch was on before."""
    sheet = page.ask_for_backup()
    sheet.first.edit.setText(PASSPHRASE)
    sheet.keys.setChecked(True)
    sheet.first.clear()
    assert not sheet.keys.isChecked()


def test_what_is_in_a_backup_is_shown_before(qtbot: QtBot, page: TransferPage) -> None:
    """Chats that are here are kept, unless the person says otherwise."""
    sheet = page.offer_restoring(ROW)
    assert sheet.cancel_button.hasFocus()
    with qtbot.waitSignal(page.restore_confirmed) as wished:
        sheet.accept_button.click()
    assert wished.args == ["merge"]
    sheet = page.offer_restoring(ROW)
    sheet.ways._group.button(1).click()
    assert sheet._note.text() == ROW.replacing
    with qtbot.waitSignal(page.restore_confirmed) as wished:
        sheet.accept_button.click()
    assert wished.args == ["replace"]


def test_a_passphrase_is_asked_for_again(qtbot: QtBot, page: TransferPage) -> None:
    """With what was wrong with the last one; an empty one is no answer."""
    sheet = page.ask_for_passphrase("This passphrase does not open the backup.")
    assert sheet._problem.isVisible()
    with qtbot.assertNotEmitted(page.passphrase_entered):
        sheet.accept_button.click()
    sheet.field.edit.setText(PASSPHRASE)
    with qtbot.waitSignal(page.passphrase_entered) as wished:
        sheet.accept_button.click()
    assert wished.args == [PASSPHRASE]


def test_formats_and_places_are_wished_for(qtbot: QtBot, page: TransferPage) -> None:
    """A web page is the first choice; files and folders have a button each."""
    with qtbot.waitSignal(page.export_requested) as wished:
        page.export_button.click()
    assert wished.args == ["html"]
    page.formats._group.button(2).click()
    with qtbot.waitSignal(page.export_requested) as wished:
        page.export_button.click()
    assert wished.args == ["json"]
    for button, is_folder in ((page.file_button, False), (page.folder_button, True)):
        with qtbot.waitSignal(page.import_requested) as wished:
            button.click()
        assert wished.args == [is_folder]


def test_work_can_be_cancelled(qtbot: QtBot, page: TransferPage) -> None:
    """Its bar takes the place of the buttons, and the keyboard goes along."""
    card = page.importing
    page.file_button.setFocus(Qt.FocusReason.TabFocusReason)
    card.show_work(WorkRow("Chats are being imported", "1 of 2", 500))
    assert not page.file_button.isVisible()
    assert card.bar.value() == 500
    assert card.cancel_button.hasFocus()
    with qtbot.waitSignal(card.cancel_requested):
        card.cancel_button.click()
    card.show_work(None)
    assert page.file_button.hasFocus()
    card.show_report("Imported chats: 2.", ["a.json: It is damaged."])
    assert card.report == "Imported chats: 2."

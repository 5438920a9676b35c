# SPDX-License-Identifier: Apache-2.0
"""A locked window: nothing of the chats is in it, in no way that can be asked for."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Chat, Message, MessageStatus, Role
from nemodesk.ui.lock.curtain import Curtain
from nemodesk.ui.lock.lock_page import LockPage, LockRow
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.window import MainWindow

_SENTENCE = "The tulips bloom behind the old lighthouse"
_ROW = LockRow(title="Locked", sentence="Type it.", has_password=True, has_recovery=True)


def _all_names(thing: QAccessibleInterface) -> list[str]:
    texts = [thing.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value)]
    written = thing.textInterface()
    if written is not None:
        texts.append(written.text(0, written.characterCount()))
    for number in range(thing.childCount()):
        child = thing.child(number)
        if child is not None:
            texts += _all_names(child)
    return texts


@pytest.fixture
def page(theme: Theme, qtbot: QtBot) -> LockPage:
    """Give a page that asks for a password, and could ask for a recovery key."""
    page = LockPage(_ROW, theme)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def full_window(window: MainWindow, make_chat: Callable[..., Chat]) -> MainWindow:
    """Give a window with a chat open, one of another title listed, and a card over it."""
    chat = make_chat(1, _SENTENCE)
    message = Message(
        id=1,
        chat_id=1,
        parent_id=None,
        role=Role.USER,
        content=_SENTENCE,
        created_at=0.0,
        status=MessageStatus.COMPLETE,
    )
    window.chat.show_listing(Listing(chats=(chat,), current_chat_id=1))
    answer = replace(
        message,
        id=2,
        parent_id=1,
        role=Role.ASSISTANT,
        content="Because",
        status=MessageStatus.WRITING,
    )
    window.chat.show_chat(chat, [message, answer])
    return window


def test_a_locked_window_tells_nothing(full_window: MainWindow, theme: Theme) -> None:
    """Neither title, widgets nor the accessible tree hold a word of the chats; then all is back."""
    window, curtain = full_window, Curtain(full_window)
    Overlay(window, QLabel(_SENTENCE), theme)

    def told() -> str:
        interface = QAccessible.queryAccessibleInterface(window)
        return " ".join([window.windowTitle(), *_all_names(interface)])

    assert _SENTENCE in told()
    before = window.centralWidget()
    curtain.draw(LockPage(_ROW, theme))
    assert curtain.is_drawn
    assert _SENTENCE not in told()
    assert "Password" in told()
    assert not window.findChildren(Overlay)
    curtain.open()
    assert window.centralWidget() is before
    assert before.isVisible()
    assert _SENTENCE in told()


def test_keys_do_nothing_while_locked(full_window: MainWindow, theme: Theme, qtbot: QtBot) -> None:
    """No key of the window works behind the page, and all of them do again afterwards."""
    window, curtain = full_window, Curtain(full_window)
    keys = [key for key in window.findChildren(QShortcut) if key.isEnabled()]
    curtain.draw(LockPage(_ROW, theme))
    assert keys
    assert not any(key.isEnabled() for key in keys)
    assert not window.acceptDrops()
    window.set_writing(True)
    with qtbot.assertNotEmitted(window.stop_requested):
        qtbot.keyClick(window.centralWidget(), Qt.Key.Key_Escape)
    curtain.open()
    assert all(key.isEnabled() for key in keys)
    assert window.acceptDrops()


def test_text_that_arrives_meanwhile_is_kept(
    full_window: MainWindow, theme: Theme, qtbot: QtBot
) -> None:
    """An answer that goes on behind the page is whole when the window opens."""
    window, curtain = full_window, Curtain(full_window)
    curtain.draw(LockPage(_ROW, theme))
    window.transcript.append_text(2, " and more", "")
    curtain.open()

    def has_more() -> bool:
        interface = QAccessible.queryAccessibleInterface(window.transcript)
        return "Because and more" in " ".join(_all_names(interface))

    qtbot.waitUntil(has_more)


def test_another_page_takes_the_place_of_the_first(full_window: MainWindow, theme: Theme) -> None:
    """Drawing again shows the new page, and the rooms still come back."""
    curtain = Curtain(full_window)
    rooms = full_window.centralWidget()
    curtain.draw(LockPage(_ROW, theme))
    second = LockPage(_ROW, theme)
    curtain.draw(second)
    assert full_window.centralWidget() is second
    curtain.open()
    assert full_window.centralWidget() is rooms


def test_a_password_is_given_once(page: LockPage, qtbot: QtBot) -> None:
    """Return gives what was typed, and nothing more until it is known whether it was right."""
    page.password.edit.setText("four quiet words")
    with qtbot.waitSignal(page.password_given) as given:
        qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)
    assert given.args == ["four quiet words"]
    with qtbot.assertNotEmitted(page.password_given):
        qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)
    page.show_problem("Not right.")
    with qtbot.waitSignal(page.password_given):
        page.unlock_button.click()


def test_nothing_is_given_while_one_has_to_wait(page: LockPage, qtbot: QtBot) -> None:
    """After several wrong ones the button rests and the page says for how long."""
    page.password.edit.setText("wrong")
    page.show_problem("Not right.", 30.0)
    assert not page.unlock_button.isEnabled()
    assert "Try again in 30 s." in page._problem.text()
    with qtbot.assertNotEmitted(page.password_given):
        qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)
    for _ in range(30):
        page._on_second()
    assert page.unlock_button.isEnabled()


def test_what_is_typed_is_hidden_until_wished(page: LockPage) -> None:
    """A password shows as dots; Show turns that round, and says so."""
    assert page.password.edit.echoMode() is QLineEdit.EchoMode.Password
    page.password.show_button.click()
    assert page.password.edit.echoMode() is QLineEdit.EchoMode.Normal
    assert page.password.show_button.accessibleName() == "Hide"


def test_the_recovery_key_is_the_other_way(page: LockPage, qtbot: QtBot) -> None:
    """The page turns to the recovery key and back."""
    page.other_button.click()
    assert page.recovery.isVisible()
    assert not page.password.isVisible()
    page.recovery.edit.setText("ABCD")
    with qtbot.waitSignal(page.recovery_key_given) as given:
        page.unlock_button.click()
    assert given.args == ["ABCD"]
    page.show_problem("")
    page.other_button.click()
    assert page.password.isVisible()


def test_beginning_anew_is_asked_first(theme: Theme, window: MainWindow, qtbot: QtBot) -> None:
    """Chats are put aside only after a question that says what it means."""
    row = LockRow(
        title="Locked", sentence="", has_password=False, has_recovery=True, can_begin_anew=True
    )
    page = LockPage(row, theme)
    Curtain(window).draw(page)
    assert page.anew_button.isVisible()
    question = page.ask_to_begin_anew()
    with qtbot.assertNotEmitted(page.new_beginning_requested):
        question.no_button.click()
    with qtbot.waitSignal(page.new_beginning_requested):
        page.ask_to_begin_anew().yes_button.click()

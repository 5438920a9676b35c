# SPDX-License-Identifier: Apache-2.0
"""The first page: skeleton, sentence, three ways on; and where the window shows it."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nemodesk.ui.first_run.welcome_page import WelcomePage
from nemodesk.ui.rows import WelcomeRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.window import MainWindow

ROW = WelcomeRow(
    computer="Your computer: Intel i7, 16 GB, no graphics card.",
    name="Nemotron 3 Nano 4B, 8-bit",
    figures="4.2 GB to download, needs 5.0 GB of memory, about 12 words a second.",
    badge="great",
)


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> WelcomePage:
    """Return the page while the computer is being measured."""
    made = WelcomePage(theme)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_page_is_there_before_the_answer(qtbot: QtBot, page: WelcomePage) -> None:
    """While the computer is measured there are grey lines, and the other two ways on."""
    qtbot.waitUntil(lambda: page._skeleton.is_drawn)
    assert not page.download_button.isEnabled()
    with qtbot.waitSignal(page.starter_requested):
        page.starter_button.click()
    with qtbot.waitSignal(page.choice_requested):
        page.choose_button.click()


def test_the_answer_takes_the_place_of_the_lines(qtbot: QtBot, page: WelcomePage) -> None:
    """What is best for the computer stands on the card, and one button fetches it."""
    page.show_row(ROW)
    assert not page._skeleton.isVisible()
    assert page._computer.text() == ROW.computer
    assert page._figures.text() == ROW.figures
    assert page._badge.text() == "Runs great"
    with qtbot.waitSignal(page.download_requested):
        page.download_button.click()


def test_a_computer_too_small_says_so(page: WelcomePage) -> None:
    """Where no model fits, there is nothing to download and a sentence instead."""
    page.show_row(WelcomeRow(computer="Your computer: 2 GB.", sentence="No model fits."))
    assert not page.download_button.isEnabled()
    assert page._sentence.text() == "No model fits."


def test_without_a_starter_it_is_not_offered(page: WelcomePage) -> None:
    """Use the starter model is there only if the model is."""
    page.show_starter(is_there=False)
    assert not page.starter_button.isVisible()


def test_the_window_shows_it_where_a_chat_is_empty(qtbot: QtBot, window: MainWindow) -> None:
    """The page takes the place of the beginnings; a message can be written all the same."""
    page = window.begin_first_run()
    assert page.isVisible()
    assert not window.chat.welcome.isVisible()
    message = window.chat.composer.message
    qtbot.keyClicks(message, "Hello")
    with qtbot.waitSignal(window.message_sent):
        qtbot.keyClick(message, Qt.Key.Key_Return)
    assert not page.isVisible()
    window.chat.show_new_chat("")
    assert page.isVisible()
    window.end_first_run()
    assert window.chat.welcome.isVisible()
    assert window.begin_first_run() is page


def test_settings_lead_back_to_it(qtbot: QtBot, window: MainWindow) -> None:
    """The page General has a button that wishes for the first page."""
    window.show_room("settings")
    assert window.settings.room is not None
    with qtbot.waitSignal(window.welcome_requested):
        window.settings.room.general._welcome_button.click()
    assert window.chat.isVisible()

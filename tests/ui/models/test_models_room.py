# SPDX-License-Identifier: Apache-2.0
"""The room Models: cards, filter, use and removal."""

import pytest
from pytestqt.qtbot import QtBot

from nemodesk.ui.models.models_room import ModelsRoom
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button

from ..conftest import MODELS  # noqa: TID252 - fixtures' values


@pytest.fixture
def room(qtbot: QtBot, theme: Theme) -> ModelsRoom:
    """Return the room with two models of which the first is in use."""
    made = ModelsRoom(theme)
    qtbot.addWidget(made)
    made.show_models(MODELS, "starter")
    made.show()
    qtbot.waitExposed(made)
    return made


def test_use_wishes_for_the_model(qtbot: QtBot, room: ModelsRoom) -> None:
    """Use on a card wishes for its model."""
    with qtbot.waitSignal(room.model_selected) as wished:
        room._cards[1].use_button.click()
    assert wished.args == ["nano"]


def test_removal_asks_once_more(qtbot: QtBot, room: ModelsRoom) -> None:
    """Remove asks in place; only the second button wishes for it."""
    card = room._cards[1]
    with qtbot.assertNotEmitted(room.removal_requested):
        card.remove_button.click()
    assert card._keep_button.isVisible()
    confirm = card.findChild(Button, "confirm_nano")
    assert confirm is not None
    with qtbot.waitSignal(room.removal_requested) as wished:
        confirm.click()
    assert wished.args == ["nano"]


def test_what_came_with_the_app_cannot_be_removed(room: ModelsRoom) -> None:
    """The starter has no Remove."""
    assert not room._cards[0].remove_button.isVisible()
    assert room._cards[1].remove_button.isVisible()


def test_details_open_and_close(room: ModelsRoom) -> None:
    """Details shows where the file is, and hides it again."""
    card = room._cards[1]
    card.details_button.click()
    assert card._details is not None
    assert card._details.isVisible()
    card.details_button.click()
    assert not card._details.isVisible()


def test_the_filter_finds_words_in_any_order(room: ModelsRoom) -> None:
    """Typing hides the models that do not match, and says when none does."""
    room.search_field.setText("4b NEMOTRON")
    assert [card.isVisible() for card in room._cards] == [False, True]
    room.search_field.setText("zebra")
    assert room._none_found.isVisible()


def test_no_models_say_what_to_do(qtbot: QtBot, room: ModelsRoom) -> None:
    """Without models the room says how to add one, and the button does it."""
    room.show_models((), "")
    assert room._none.isVisible()
    assert not room.search_field.isVisible()
    with qtbot.waitSignal(room.file_requested):
        room._open_button.click()

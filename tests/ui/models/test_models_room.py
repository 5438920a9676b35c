# SPDX-License-Identifier: Apache-2.0
"""The room Models: cards, filters, the hub, use, download and removal."""

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from nemodesk.ui.models.models_room import ModelsRoom
from nemodesk.ui.rows import CardRow, HubRow, QuantRow
from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.widgets.buttons import Button

from ..conftest import CARDS  # noqa: TID252 - fixtures' values

NANO, BIG, TINY, STARTER = CARDS


@pytest.fixture
def room(qtbot: QtBot, theme: Theme) -> ModelsRoom:
    """Return the room with two offers and two models of which the last is in use."""
    made = ModelsRoom(theme)
    qtbot.addWidget(made)
    made.show_cards(CARDS)
    made.resize(theme.spacing(250), theme.spacing(190))
    made.show()
    qtbot.waitExposed(made)
    return made


def _shown(room: ModelsRoom) -> list[str]:
    return [card.row.name for card in room.own.cards if card.isVisible()]


def test_use_wishes_for_the_model(qtbot: QtBot, room: ModelsRoom) -> None:
    """Use on a card wishes for its model."""
    with qtbot.waitSignal(room.model_selected) as wished:
        room.own.cards[2].use_button.click()
    assert wished.args == ["tiny"]


def test_download_wishes_for_the_best_choice(qtbot: QtBot, room: ModelsRoom) -> None:
    """Download on a card fetches what suits this computer."""
    card = room.own.cards[0]
    assert not card.use_button.isVisible()
    with qtbot.waitSignal(room.download_requested) as wished:
        card.download_button.click()
    assert wished.args == [NANO.id, "Q8_0"]


def test_a_card_says_what_matters(room: ModelsRoom) -> None:
    """The badge says in words whether the model runs, the recommended one says why."""
    texts = {label.text() for label in room.own.cards[0].findChildren(QLabel)}
    assert {"Runs great", "Recommended", NANO.reason, NANO.figures} <= texts
    assert "Runs great" in room.own.cards[0].accessibleDescription()
    assert room.own.cards[1]._badge.text() == "Too big for this computer"


def test_removal_asks_once_more(qtbot: QtBot, room: ModelsRoom) -> None:
    """Remove asks in place; only the second Remove wishes for it, and there is one at a time."""
    card = room.own.cards[2]
    with qtbot.assertNotEmitted(room.removal_requested):
        card.remove_button.click()
    assert card._keep_button.isVisible()
    assert not card.remove_button.isVisible()
    confirm = card.findChild(Button, "confirm_tiny")
    assert confirm is not None
    with qtbot.waitSignal(room.removal_requested) as wished:
        confirm.click()
    assert wished.args == ["tiny"]


def test_keep_takes_the_question_away(room: ModelsRoom) -> None:
    """Keep leaves the model and brings Remove back."""
    card = room.own.cards[2]
    card.remove_button.click()
    card._keep_button.click()
    assert card.remove_button.isVisible()
    assert not card._keep_button.isVisible()


def test_what_came_with_the_app_cannot_be_removed(room: ModelsRoom) -> None:
    """The starter has no Remove."""
    assert not room.own.cards[3].remove_button.isVisible()
    assert room.own.cards[2].remove_button.isVisible()


def test_details_show_every_choice(qtbot: QtBot, room: ModelsRoom) -> None:
    """Details lists the choices with a Download of their own, and hides them again."""
    card = room.own.cards[0]
    card.details_button.click()
    assert card._details is not None
    assert list(card._details._lines) == ["Q4_K_M", "Q8_0"]
    with qtbot.waitSignal(room.download_requested) as wished:
        card._details._lines["Q4_K_M"].download_button.click()
    assert wished.args == [NANO.id, "Q4_K_M"]
    card.details_button.click()
    assert not card._details.isVisible()


def test_details_that_are_not_known_are_asked_for(qtbot: QtBot, room: ModelsRoom) -> None:
    """Opening the details of a search result wishes for them and waits with grey lines."""
    room.show_cards([CardRow(id="a/b", name="B", quants=None)])
    card = room.own.cards[0]
    with qtbot.waitSignal(room.details_requested) as wished:
        card.details_button.click()
    assert wished.args == ["a/b"]
    room.show_cards([replace(card.row, is_busy=True)])
    assert card._details is not None
    assert card._details._skeleton.isVisible()
    qtbot.waitUntil(lambda: card._details is not None and card._details._skeleton.is_drawn)
    room.show_cards([replace(card.row, is_busy=False, quants=(QuantRow(name="Q8_0"),))])
    assert not card._details._skeleton.isVisible()
    assert "Q8_0" in card._details._lines


def test_a_choice_on_this_computer_can_be_used_and_removed(qtbot: QtBot, room: ModelsRoom) -> None:
    """In the details, what is here has Use and Remove instead of Download; Remove asks."""
    quant = QuantRow(name="Q8_0", model_id="nano-q8", is_removable=True)
    room.show_cards([replace(NANO, quants=(quant,))])
    card = room.own.cards[0]
    card.details_button.click()
    assert card._details is not None
    line = card._details._lines["Q8_0"]
    assert not line.download_button.isVisible()
    with qtbot.waitSignal(room.model_selected) as wished:
        line.use_button.click()
    assert wished.args == ["nano-q8"]
    line.remove_button.click()
    confirm = card.findChild(Button, f"confirm_{NANO.id}")
    assert confirm is not None
    with qtbot.waitSignal(room.removal_requested) as removed:
        confirm.click()
    assert removed.args == ["nano-q8"]


def test_the_search_finds_words_in_any_order(room: ModelsRoom) -> None:
    """Typing hides the models that do not match, and says when none does."""
    room.search_field.setText("4b NEMOTRON")
    assert _shown(room) == ["Nemotron 3 Nano 4B"]
    room.search_field.setText("zebra")
    assert room._none.isVisible()


def test_filters_leave_out_what_is_too_big_or_not_here(room: ModelsRoom) -> None:
    """Fits this computer hides what is too big, On this computer what is not here."""
    room._filters.button(1).click()
    assert _shown(room) == [NANO.name, TINY.name, STARTER.name]
    room._filters.button(2).click()
    assert _shown(room) == [TINY.name, STARTER.name]
    room._filters.button(0).click()
    assert len(_shown(room)) == 4


def test_the_hub_is_asked_only_when_wished(qtbot: QtBot, room: ModelsRoom) -> None:
    """Typing asks nobody; Return or the button does, with what was typed."""
    with qtbot.assertNotEmitted(room.hub_search_requested):
        qtbot.keyClicks(room.search_field, "llama")
    assert room.hub.search_button.isVisible()
    assert room.hub.search_button.accessibleName() == "Search Hugging Face for “llama”"
    with qtbot.waitSignal(room.hub_search_requested) as wished:
        room.hub.search_button.click()
    assert wished.args == ["llama"]
    with qtbot.waitSignal(room.hub_search_requested):
        qtbot.keyClick(room.search_field, Qt.Key.Key_Return)
    room.search_field.clear()
    assert not room.hub.search_button.isVisible()


def test_the_hub_may_find_nothing_or_fail(qtbot: QtBot, room: ModelsRoom) -> None:
    """An empty answer says so; a failure says why and offers to try again."""
    room.show_hub(HubRow(state="searching", text="x"))
    qtbot.waitUntil(lambda: room.hub._skeleton.is_drawn)
    room.show_hub(HubRow(state="found", text="x"))
    assert room.hub._sentence.isVisible()
    assert not room.hub._skeleton.isVisible()
    room.show_hub(HubRow(state="failed", text="x", sentence="There is no connection."))
    assert room.hub._failure.text() == "There is no connection."
    with qtbot.waitSignal(room.hub_search_requested) as wished:
        room.hub.retry_button.click()
    assert wished.args == ["x"]


def test_what_the_hub_has_can_be_downloaded(qtbot: QtBot, room: ModelsRoom) -> None:
    """Results of the hub are cards of the same list; what cannot run says so and has no button."""
    rows = (
        CardRow(id="o/good", name="Good", can_download=True, quants=None),
        CardRow(id="o/odd", name="Odd", warning="NemoDesk does not know this kind of model yet."),
    )
    room.show_hub(HubRow(state="found", text="o", cards=rows))
    good, odd = room.hub.cards.cards
    assert good.parent() is room._page.content
    with qtbot.waitSignal(room.download_requested) as wished:
        good.download_button.click()
    assert wished.args == ["o/good", ""]
    assert odd._warning.isVisible()
    assert not odd.download_button.isVisible()


def test_a_gated_model_leads_to_its_page(qtbot: QtBot, room: ModelsRoom) -> None:
    """Where a licence must be accepted first, a button shows the page."""
    row = CardRow(id="o/g", name="G", warning="Accept its licence first.", link="https://hf.co/o/g")
    room.show_cards([row])
    with qtbot.waitSignal(room.link_requested) as wished:
        room.own.cards[0]._link.click()
    assert wished.args == ["https://hf.co/o/g"]


def test_progress_keeps_the_keyboard_where_it_is(room: ModelsRoom) -> None:
    """A download that goes on changes the bar, and neither the card nor the focus."""
    card = room.own.cards[0]
    card.details_button.setFocus(Qt.FocusReason.TabFocusReason)
    room.show_cards([replace(NANO, progress=420, progress_text="42 %"), *CARDS[1:]])
    assert room.own.cards[0] is card
    assert card._progress.value() == 420
    assert not card.download_button.isVisible()
    assert room.focusWidget() is card.details_button


def test_a_thousand_models_come_in_pages(qtbot: QtBot, room: ModelsRoom) -> None:
    """A thousand models do not hold the window up; the rest comes when asked for."""
    rows = [CardRow(id=f"m{n}", name=f"Model {n}", model_id=f"m{n}") for n in range(1000)]
    began_s = time.perf_counter()
    with qtbot.waitSignal(room.own.completed):
        room.show_cards(rows)
    assert time.perf_counter() - began_s < 1.0
    assert len(room.own.cards) == 24
    room.own.more_button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(room.own.completed):
        room.own.more_button.click()
        assert room.focusWidget() is room.own.cards[24].details_button
    assert len(room.own.cards) == 48
    room.search_field.setText("model 999")
    assert _shown(room) == ["Model 999"]


def test_many_cards_are_made_between_other_events(qtbot: QtBot, room: ModelsRoom) -> None:
    """The first cards are there at once; the others leave the window time for other things."""
    rows = tuple(CardRow(id=f"hub/{n}", name=f"Found {n}") for n in range(20))
    numbers: list[int] = []
    count = QTimer(room)
    count.timeout.connect(lambda: numbers.append(len(room.hub.cards.cards)))
    with qtbot.waitSignal(room.hub.cards.completed):
        room.show_hub(HubRow(state="found", text="o", cards=rows))
        numbers.append(len(room.hub.cards.cards))
        count.start(0)
    numbers.append(len(room.hub.cards.cards))
    assert 0 < numbers[0] <= 4
    assert max(after - before for before, after in pairwise(numbers)) <= 2
    assert [card.row.name for card in room.hub.cards.cards] == [row.name for row in rows]


def test_arrow_keys_go_from_card_to_card(qtbot: QtBot, room: ModelsRoom) -> None:
    """Down leads to the same button of the next card, Up back."""
    cards = room.own.cards
    cards[0].details_button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(cards[0].details_button, Qt.Key.Key_Down)
    assert room.focusWidget() is cards[1].details_button
    qtbot.keyClick(cards[1].details_button, Qt.Key.Key_Up)
    assert room.focusWidget() is cards[0].details_button


def test_models_of_other_programs_are_offered(qtbot: QtBot, room: ModelsRoom) -> None:
    """What other programs have is offered in a sentence, and can be declined."""
    assert not room.found_bar.isVisible()
    room.show_found("3 models of Ollama are already on this computer.")
    assert room.found_bar.isVisible()
    with qtbot.waitSignal(room.found_accepted):
        room.found_bar.use_button.click()
    with qtbot.waitSignal(room.found_declined):
        room.found_bar.later_button.click()
    room.show_found("")
    assert not room.found_bar.isVisible()


def test_a_removal_can_be_undone(qtbot: QtBot, room: ModelsRoom) -> None:
    """After a removal Undo wishes for the model back."""
    room.offer_undo("Tiny was removed.", 7)
    assert room.undo_bar.isVisible()
    with qtbot.waitSignal(room.undo_requested) as wished:
        room.undo_bar._undo.click()
    assert wished.args == [7]


def test_no_models_say_what_to_do(qtbot: QtBot, room: ModelsRoom) -> None:
    """Without models the room says how to add one, and the button does it."""
    room.show_cards(())
    assert room._none.isVisible()
    assert room._none._title.text() == "No models yet"
    with qtbot.waitSignal(room.file_requested):
        room._open_button.click()


def test_another_theme_keeps_what_is_shown(room: ModelsRoom) -> None:
    """The cards take the colours of another theme."""
    room.set_theme(load_theme("dark"))
    assert _shown(room) == [row.name for row in CARDS]


def test_a_very_long_name_is_shortened(room: ModelsRoom) -> None:
    """A name of 300 letters does not make the window wider."""
    room.show_cards([replace(NANO, name="Nemotron " * 40)])
    QApplication.processEvents()
    assert room.own.cards[0].width() <= room.width()
    assert room.minimumSizeHint().width() < room._theme.spacing(190)


def test_a_button_that_goes_gives_the_keyboard_to_its_neighbour(room: ModelsRoom) -> None:
    """After Download the keyboard stays on the card, also while the hub is being asked."""
    card = room.own.cards[0]
    for row in (replace(NANO, is_busy=True), replace(NANO, progress=0)):
        room.show_cards(CARDS)
        card.download_button.setFocus(Qt.FocusReason.TabFocusReason)
        assert room.focusWidget() is card.download_button
        room.show_cards([row, *CARDS[1:]])
        assert room.focusWidget() is card.details_button

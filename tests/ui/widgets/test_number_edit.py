# SPDX-License-Identifier: Apache-2.0
"""A field for a number: what it takes, what it tells, and what it says where it takes nothing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from nemodesk.ui.widgets.number_edit import NumberEdit


@pytest.fixture
def field(qtbot: QtBot) -> NumberEdit:
    """Return a field for numbers from 0 to 2."""
    made = NumberEdit("temperature", "Temperature", minimum=0.0, maximum=2.0, step=0.1)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.setFocus()
    return made


@pytest.fixture
def whole(qtbot: QtBot) -> NumberEdit:
    """Return a field for whole numbers from 1 to 10 million."""
    made = NumberEdit("tokens", "Tokens", minimum=1, maximum=10_000_000, step=100)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(("text", "value"), [("0.7", 0.7), ("0,7", 0.7), (" 2 ", 2.0), ("0", 0.0)])
def test_a_number_is_told(qtbot: QtBot, field: NumberEdit, text: str, value: float) -> None:
    """Point and comma both part the digits; Enter tells at once."""
    with qtbot.waitSignal(field.value_changed) as told:
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == [value]


@pytest.mark.parametrize("text", ["8192", "8,192", "8.192", "8 192", "8'192"])
def test_digits_may_be_grouped(qtbot: QtBot, whole: NumberEdit, text: str) -> None:
    """People write thousands in many ways."""
    with qtbot.waitSignal(whole.value_changed) as told:
        whole.setText(text)
        whole.flush()
    assert told.args == [8192]


def test_a_number_counts_when_the_typing_rests(qtbot: QtBot, field: NumberEdit) -> None:
    """Nobody has to press Enter; a screen reader sets the text and is done."""
    interface = QAccessible.queryAccessibleInterface(field)
    with qtbot.waitSignal(field.value_changed, timeout=5000) as told:
        interface.setText(QAccessible.Text.Value, "1.5")
    assert told.args == [1.5]


@pytest.mark.parametrize("text", ["much", "2.1", "-1", "nan", "inf", "1e999", "\u066b"])
def test_nonsense_is_said_and_not_told(qtbot: QtBot, field: NumberEdit, text: str) -> None:
    """The sentence says what the field takes, and goes with the mistake."""
    with qtbot.assertNotEmitted(field.value_changed):
        field.setText(text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.problem == "Write a number between 0 and 2."
    field.setText("1")
    field.flush()
    assert field.problem == ""


def test_whole_numbers_are_whole(whole: NumberEdit) -> None:
    """A fraction of a token is refused, with grouped digits in the sentence."""
    whole.setText("1.5")
    whole.flush()
    assert whole.problem == "Write a whole number between 1 and 10,000,000."


def test_arrow_keys_step(qtbot: QtBot, field: NumberEdit) -> None:
    """Up and Down go by the step, and no further than the limits."""
    field.show_value(0.1)
    told: list[object] = []
    field.value_changed.connect(told.append)
    for _ in range(2):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "0.3"
    for _ in range(5):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    field.flush()
    assert (field.text(), told) == ("0", [0.0])


def test_an_emptied_field_tells_nothing_chosen(qtbot: QtBot, field: NumberEdit) -> None:
    """The field stays empty while the person is in it, and shows what counts afterwards."""
    field.show_value(0.5)
    with qtbot.waitSignal(field.value_changed) as told:
        field.clear()
        field.flush()
    assert told.args == [None]
    field.show_value(1.0)
    assert field.text() == ""
    field.clearFocus()
    assert field.text() == "1"


def test_what_is_being_written_is_not_overwritten(field: NumberEdit) -> None:
    """Facts that come while the person writes do not take the words away."""
    field.show_value(0.5)
    field.setText("1")
    field.show_value(0.7)
    assert field.text() == "1"


def test_showing_is_no_wish(qtbot: QtBot, field: NumberEdit) -> None:
    """What counts is shown without being told back."""
    with qtbot.assertNotEmitted(field.value_changed):
        field.show_value(1.2)
        field.flush()
    assert field.text() == "1.2"

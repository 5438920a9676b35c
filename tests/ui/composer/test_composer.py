# SPDX-License-Identifier: Apache-2.0
"""The composer: sending, breaking lines, growing, drafts, models."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QTextCursor
from pytestqt.qtbot import QtBot

from nemodesk.ui.composer.composer import Composer
from nemodesk.ui.composer.message_edit import MOST_LINES
from nemodesk.ui.composer.model_picker import ModelChoice
from nemodesk.ui.rows import ModelRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import install_roles
from nemodesk.ui.widgets.overlay import Overlay

from ..conftest import MODELS  # noqa: TID252 - fixtures' values


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme) -> Composer:
    """Return a composer with two models of which the first is chosen."""
    install_roles()
    made = Composer(theme)
    qtbot.addWidget(made)
    made.show_models(MODELS, "starter")
    made.resize(theme.spacing(150), theme.spacing(40))
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_caret_stands_where_writing_begins(composer: Composer) -> None:
    """In a window that reads from the right an empty message begins there; a text as it reads."""
    message = composer.message
    message.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    middle = message.viewport().width() / 2
    assert message.cursorRect().x() > middle
    message.setPlainText("Hello")
    message.moveCursor(QTextCursor.MoveOperation.Start)
    assert message.cursorRect().x() < middle
    message.clear()
    assert message.cursorRect().x() > middle


def test_send_needs_text_and_a_model(composer: Composer) -> None:
    """Nothing, blanks, or no model: nothing to send."""
    assert not composer.send_button.isEnabled()
    composer.message.setPlainText("   \n ")
    assert not composer.send_button.isEnabled()
    composer.message.setPlainText("Hi")
    assert composer.send_button.isEnabled()
    composer.show_models((), "")
    assert not composer.send_button.isEnabled()


def test_shift_enter_breaks_the_line(qtbot: QtBot, composer: Composer) -> None:
    """Shift+Enter begins a line; Enter sends both."""
    qtbot.keyClicks(composer.message, "one")
    qtbot.keyClick(composer.message, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.message, "two")
    with qtbot.waitSignal(composer.message_sent) as sent:
        qtbot.keyClick(composer.message, Qt.Key.Key_Return)
    assert sent.args == ["one\ntwo"]


def test_nothing_is_sent_while_an_answer_is_written(qtbot: QtBot, composer: Composer) -> None:
    """Enter keeps the text while an answer is written."""
    composer.set_writing(is_writing=True)
    composer.message.setPlainText("later")
    with qtbot.assertNotEmitted(composer.message_sent):
        qtbot.keyClick(composer.message, Qt.Key.Key_Return)
    assert composer.message.toPlainText() == "later"


def test_the_field_grows_to_eight_lines(composer: Composer) -> None:
    """The field is as high as its text, and scrolls from the ninth line on."""
    heights: list[int] = []
    for lines in (1, 2, MOST_LINES, MOST_LINES + 1, MOST_LINES * 3):
        composer.message.setPlainText("\n".join("x" * lines))
        heights.append(composer.message.height())
    assert heights[0] < heights[1] < heights[2]
    assert heights[2] == heights[3] == heights[4]


def test_up_edits_the_last_message_only_when_empty(qtbot: QtBot, composer: Composer) -> None:
    """Up asks for the last message in an empty field and moves the cursor in a full one."""
    with qtbot.waitSignal(composer.edit_last_requested):
        qtbot.keyClick(composer.message, Qt.Key.Key_Up)
    composer.message.setPlainText("text")
    with qtbot.assertNotEmitted(composer.edit_last_requested):
        qtbot.keyClick(composer.message, Qt.Key.Key_Up)


def test_a_draft_is_told_once_typing_rests(qtbot: QtBot, composer: Composer) -> None:
    """Drafts are told in one piece, and not when they were only shown."""
    told: list[str] = []
    composer.draft_changed.connect(told.append)
    composer.show_draft("from before")
    composer.flush_draft()
    assert told == []
    qtbot.keyClicks(composer.message, "!!")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["from before!!"]


def test_text_set_through_accessibility_can_be_sent(qtbot: QtBot, composer: Composer) -> None:
    """A screen reader's text enables Send, and its press sends."""
    field = QAccessible.queryAccessibleInterface(composer.message)
    editable = field.editableTextInterface()
    editable.insertText(0, "by voice")
    assert composer.send_button.isEnabled()
    press = QAccessible.queryAccessibleInterface(composer.send_button).actionInterface()
    with qtbot.waitSignal(composer.message_sent) as sent:
        press.doAction(press.actionNames()[0])
    assert sent.args == ["by voice"]


def test_a_model_is_picked(qtbot: QtBot, composer: Composer) -> None:
    """The picker lists the models by name and wishes for the pressed one."""
    overlay = composer.model_picker.open_list()
    choices = overlay.findChildren(ModelChoice)
    assert [choice.accessibleName() for choice in choices] == [row.name for row in MODELS]
    with qtbot.waitSignal(composer.model_selected) as wished:
        choices[1].click()
    assert wished.args == ["nano"]
    assert overlay.isHidden()


def test_the_picker_works_by_keyboard(qtbot: QtBot, composer: Composer) -> None:
    """Down walks through the models, Space picks, Esc closes."""
    overlay = composer.model_picker.open_list()
    focused = composer.window().focusWidget()
    assert isinstance(focused, ModelChoice)
    assert focused.is_current
    qtbot.keyClick(focused, Qt.Key.Key_Down)
    focused = composer.window().focusWidget()
    with qtbot.waitSignal(composer.model_selected) as wished:
        qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert wished.args == ["nano"]
    again = composer.model_picker.open_list()
    with qtbot.waitSignal(again.closed):
        qtbot.keyClick(composer.window().focusWidget(), Qt.Key.Key_Escape)
    assert overlay is not again


def test_a_click_beside_the_list_closes_it(qtbot: QtBot, composer: Composer) -> None:
    """The list of models closes by a click anywhere else."""
    overlay = composer.model_picker.open_list()
    with qtbot.waitSignal(overlay.closed):
        qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=overlay.rect().topRight())
    assert composer.findChildren(Overlay) is not None


def test_a_long_model_name_is_shortened(composer: Composer, theme: Theme) -> None:
    """A very long name does not push Send out of the composer."""
    composer.show_models([ModelRow("long", "Nemotron " * 60)], "long")
    composer.resize(theme.spacing(100), composer.height())
    assert composer.width() <= theme.spacing(100)
    assert composer.send_button.geometry().right() < composer.width()


def test_shift_enter_breaks_the_line_whatever_sends(qtbot: QtBot, composer: Composer) -> None:
    """The person's send key changes what Enter does, not what Shift+Enter does."""
    for key in ("enter", "ctrl_enter"):
        composer.message.send_with(key)
        composer.message.setPlainText("Hello")
        with qtbot.assertNotEmitted(composer.message_sent):
            qtbot.keyClick(composer.message, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        assert composer.message.toPlainText().count("\n") == 1

# SPDX-License-Identifier: Apache-2.0
"""Tests of the transcript as a whole: real widgets, drawn into memory."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Message, MessageStatus
from nemodesk.ui.theme import load_theme
from nemodesk.ui.transcript import Transcript
from tests.ui.transcript.messages import answer, buttons, chat, say, settle, texts

Say = Callable[..., Message]


def test_shows_question_and_answer(qtbot: QtBot, transcript: Transcript) -> None:
    """A chat is shown with its text, without the marks of Markdown."""
    transcript.show_messages([say(1, "What is *this*?"), answer(2, "It is **bold**.")])
    settle(qtbot, transcript)
    assert "What is *this*?" in texts(transcript)
    assert "It is bold." in texts(transcript)


def test_streamed_text_appears(qtbot: QtBot, transcript: Transcript) -> None:
    """Text that is appended token by token ends up as code and prose."""
    writing = answer(2, "", status=MessageStatus.WRITING)
    transcript.start_answer(say(1), writing)
    text = "Look:\n\n```python\nx = 1\n```\n\nDone, **really**."
    for character in text:
        transcript.append_text(2, character, "")
    transcript.end_answer(replace(writing, content=text, status=MessageStatus.COMPLETE))
    settle(qtbot, transcript)
    assert "x = 1" in texts(transcript)
    assert "Done, really." in texts(transcript)


def test_text_is_gathered_before_it_is_shown(qtbot: QtBot, transcript: Transcript) -> None:
    """A hundred tokens in one turn of the event loop change no widget in that turn."""
    transcript.start_answer(say(1), answer(2, "", status=MessageStatus.WRITING))
    settle(qtbot, transcript)
    before = texts(transcript)
    for _ in range(100):
        transcript.append_text(2, "word ", "")
    assert texts(transcript) == before
    settle(qtbot, transcript)
    assert texts(transcript).count("word") == 100


def test_opens_a_long_chat_with_few_widgets(qtbot: QtBot, transcript: Transcript) -> None:
    """Of 2,000 messages only those near the view have widgets, and the end is in sight."""
    transcript.show_messages(chat(2000))
    made = sum(row.view is not None for row in transcript._column.rows)
    assert 0 < made < 40
    assert transcript._bar.value() == transcript._bar.maximum()
    settle(qtbot, transcript)
    assert transcript._column.rows[-1].view is not None


def test_scrolling_up_makes_widgets(qtbot: QtBot, transcript: Transcript) -> None:
    """Messages that come into sight get their widgets."""
    transcript.show_messages(chat(300))
    settle(qtbot, transcript)
    transcript._bar.setValue(0)
    settle(qtbot, transcript)
    assert transcript._column.rows[0].view is not None
    assert "Question 1" in texts(transcript)


def test_follows_the_end_while_at_the_end(qtbot: QtBot, transcript: Transcript) -> None:
    """A growing answer stays in sight for a person who is at the end."""
    transcript.start_answer(say(1), answer(2, "", status=MessageStatus.WRITING))
    for _ in range(60):
        transcript.append_text(2, "A paragraph.\n\n", "")
    settle(qtbot, transcript)
    assert transcript._bar.maximum() > 0
    assert transcript._bar.value() == transcript._bar.maximum()


def test_leaves_a_reader_in_peace(qtbot: QtBot, transcript: Transcript) -> None:
    """A person who has scrolled up stays there while the answer grows, and can jump back."""
    transcript.show_messages([*chat(40), answer(41, "", status=MessageStatus.WRITING)])
    settle(qtbot, transcript)
    transcript._bar.setValue(transcript._bar.maximum() // 2)
    settle(qtbot, transcript)
    row = next(r for r in transcript._column.rows if r.top_px >= transcript._bar.value())
    before = row.top_px - transcript._bar.value()
    for _ in range(60):
        transcript.append_text(41, "A paragraph.\n\n", "")
    settle(qtbot, transcript)
    assert row.top_px - transcript._bar.value() == before
    jump = buttons(transcript, "Jump to the end")
    assert jump
    jump[0].click()
    settle(qtbot, transcript)
    assert transcript._bar.value() == transcript._bar.maximum()
    assert not buttons(transcript, "Jump to the end")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (MessageStatus.STOPPED, "You stopped this answer."),
        (MessageStatus.INTERRUPTED, "This answer was interrupted. Continue goes on from here."),
        (MessageStatus.LENGTH, "This answer reached its length limit. Continue goes on from here."),
        (MessageStatus.FAILED, "There is no room on the disk."),
    ],
)
def test_an_unfinished_answer_says_why_and_can_go_on(
    qtbot: QtBot, transcript: Transcript, status: MessageStatus, sentence: str
) -> None:
    """An answer that did not end by itself says so in plain words and offers Continue."""
    failure = sentence if status is MessageStatus.FAILED else ""
    transcript.show_messages([say(1), answer(2, "Half", status=status, failure=failure)])
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    assert sentence in labels
    with qtbot.waitSignal(transcript.continue_requested) as wish:
        buttons(transcript, "Continue")[0].click()
    assert wish.args == [2]


def test_a_failure_is_an_alert(transcript: Transcript) -> None:
    """The sentence about a failure has the role of an alert."""
    transcript.start_answer(say(1), answer(2, "", status=MessageStatus.WRITING))
    transcript.end_answer(answer(2, "", status=MessageStatus.FAILED), "The engine is gone.")
    roles = {
        QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name): (
            QAccessible.queryAccessibleInterface(widget).role()
        )
        for widget in transcript.findChildren(QWidget)
        if widget.accessibleName() == "The engine is gone."
    }
    assert roles == {"The engine is gone.": QAccessible.Role.AlertMessage}
    assert buttons(transcript, "Regenerate")
    assert not buttons(transcript, "Continue")


def test_versions_are_counted_and_can_be_changed(qtbot: QtBot, transcript: Transcript) -> None:
    """An answer with versions says which one is shown and asks for its neighbours."""
    transcript.show_messages([say(1), answer(2, "Second", version=2, version_count=3)])
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    assert "2 of 3" in labels
    for name, step in (("Previous version", -1), ("Next version", 1)):
        with qtbot.waitSignal(transcript.version_requested) as wish:
            buttons(transcript, name)[0].click()
        assert wish.args == [2, step]


def test_buttons_that_make_no_sense_do_not_exist(transcript: Transcript) -> None:
    """A question cannot be regenerated, an answer not edited, and one version has no others."""
    transcript.show_messages([say(1), answer(2, "Text")])
    names = [button.accessibleName() for button in transcript.findChildren(QPushButton)]
    assert names.count("Edit") == 1
    assert names.count("Regenerate") == 1
    assert names.count("Copy") == 2
    assert "Next version" not in names


def test_copy_takes_the_source(transcript: Transcript) -> None:
    """Copy puts the message as it was written into the clipboard."""
    transcript.show_messages([say(1), answer(2, "It is **bold**.")])
    buttons(transcript, "Copy")[1].click()
    assert QGuiApplication.clipboard().text() == "It is **bold**."


def test_edit_sends_another_text(qtbot: QtBot, transcript: Transcript) -> None:
    """A question can be edited in place; Enter sends the new text."""
    transcript.show_messages([say(1, "Old"), answer(2, "Text")])
    buttons(transcript, "Edit")[0].click()
    field = next(
        f for f in transcript.findChildren(QPlainTextEdit) if f.isVisible() and not f.isReadOnly()
    )
    field.setPlainText("New")
    with qtbot.waitSignal(transcript.edit_requested) as wish:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert wish.args == [1, "New"]


def test_escape_leaves_the_message_as_it_was(qtbot: QtBot, transcript: Transcript) -> None:
    """Esc closes the editor and asks for nothing."""
    transcript.show_messages([say(1, "Old"), answer(2, "Text")])
    transcript.edit_last_question()
    field = next(
        f for f in transcript.findChildren(QPlainTextEdit) if f.isVisible() and not f.isReadOnly()
    )
    with qtbot.assertNotEmitted(transcript.edit_requested):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert "Old" in texts(transcript)


def test_thinking_folds(qtbot: QtBot, transcript: Transcript) -> None:
    """Thoughts are folded at first and shown when the person unfolds them."""
    transcript.show_messages([say(1), answer(2, "So", reasoning="A secret thought.")])
    settle(qtbot, transcript)
    assert "secret thought" not in texts(transcript)
    button = buttons(transcript, "Thinking")[0]
    assert not QAccessible.queryAccessibleInterface(button).state().expanded
    button.click()
    settle(qtbot, transcript)
    assert "secret thought" in texts(transcript)
    assert QAccessible.queryAccessibleInterface(button).state().expanded


def test_continue_goes_on_in_the_same_message(qtbot: QtBot, transcript: Transcript) -> None:
    """An answer that goes on keeps its text and loses its note."""
    transcript.show_messages([say(1), answer(2, "First", status=MessageStatus.STOPPED)])
    transcript.start_answer(None, answer(2, "First", status=MessageStatus.WRITING))
    transcript.append_text(2, " second", "")
    transcript.end_answer(answer(2, "First second"))
    settle(qtbot, transcript)
    assert "First second" in texts(transcript)
    assert not buttons(transcript, "Continue")


def test_regenerating_replaces_the_answer(qtbot: QtBot, transcript: Transcript) -> None:
    """Another version of an answer takes the place of the old one and what followed it."""
    transcript.show_messages([say(1), answer(2, "Old"), say(3), answer(4, "Later")])
    new = answer(5, "", parent_id=1, status=MessageStatus.WRITING, version=2, version_count=2)
    transcript.start_answer(None, new)
    transcript.append_text(5, "New", "")
    settle(qtbot, transcript)
    assert [row.message.id for row in transcript._column.rows] == [1, 5]
    assert "New" in texts(transcript)
    assert "Old" not in texts(transcript)


def test_progress_is_shown_until_the_first_word(qtbot: QtBot, transcript: Transcript) -> None:
    """What the engine does is said in the answer's place and vanishes with the first word."""
    transcript.start_answer(say(1), answer(2, "", status=MessageStatus.WRITING))
    transcript.show_progress(2, "Loading the model… 40 %")
    labels = transcript.findChildren(QLabel)
    assert [label.text() for label in labels if label.isVisible()] == ["Loading the model… 40 %"]
    transcript.append_text(2, "Word", "")
    settle(qtbot, transcript)
    assert not [label for label in transcript.findChildren(QLabel) if label.isVisible()]


def test_a_notice_stays_with_the_answer(transcript: Transcript) -> None:
    """A notice is shown in the answer that it is about."""
    transcript.start_answer(say(1), answer(2, "", status=MessageStatus.WRITING))
    transcript.show_notice(2, "The engine was started again.")
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    assert "The engine was started again." in labels


def test_unknown_messages_are_ignored(transcript: Transcript) -> None:
    """Events of a chat that is no longer shown change nothing."""
    transcript.show_messages([say(1)])
    transcript.append_text(99, "text", "")
    transcript.show_progress(99, "text")
    transcript.show_notice(99, "text")
    transcript.end_answer(answer(99, "text"))
    assert transcript._column.count() == 1


def test_another_theme_keeps_the_chat(qtbot: QtBot, transcript: Transcript) -> None:
    """Changing to dark keeps the text and the place."""
    transcript.show_messages(
        [*chat(20), answer(21, "```python\nx = 1\n```\n\n|a|b|\n|-|-|\n|1|2|")]
    )
    settle(qtbot, transcript)
    before = texts(transcript)
    transcript.set_theme(load_theme("dark"))
    settle(qtbot, transcript)
    assert texts(transcript) == before
    assert transcript._bar.value() == transcript._bar.maximum()

# SPDX-License-Identifier: Apache-2.0
"""Tests of the transcript as a whole: real widgets, drawn into memory."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.transcript import Transcript
from nemodesk.ui.widgets.accessible import install_roles

Say = Callable[..., Message]


@pytest.fixture
def theme(qapp: object) -> Theme:
    """Return the light theme."""
    del qapp
    return load_theme("light")


@pytest.fixture(scope="session")
def _roles(qapp: object) -> None:
    """Give alerts their role, as the main window does."""
    del qapp
    install_roles()


@pytest.fixture
def transcript(qtbot: QtBot, theme: Theme, _roles: None) -> Iterator[Transcript]:
    """Return a transcript on a window of 800 x 600 pixels."""
    widget = Transcript(theme)
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget._lexers.wait()


def _say(number: int, content: str = "Hello", role: Role = Role.USER, **more: object) -> Message:
    message = Message(
        id=number,
        chat_id=1,
        parent_id=number - 1 or None,
        role=role,
        content=content,
        created_at=0.0,
    )
    return replace(message, **more)


def _answer(number: int, content: str, **more: object) -> Message:
    return _say(number, content, Role.ASSISTANT, **more)


def _settle(qtbot: QtBot, transcript: Transcript) -> None:
    qtbot.waitUntil(lambda: not transcript.is_busy, timeout=20_000)


def _texts(widget: QWidget) -> str:
    """Return all text that can be read on the visible text widgets."""
    fields = [*widget.findChildren(QTextEdit), *widget.findChildren(QPlainTextEdit)]
    return "\n".join(field.toPlainText() for field in fields if field.isVisible())


def _buttons(widget: QWidget, name: str) -> list[QPushButton]:
    """Return the visible buttons of that name, from top to bottom."""
    found = [
        button
        for button in widget.findChildren(QPushButton)
        if button.accessibleName() == name and button.isVisible()
    ]
    return sorted(found, key=lambda button: button.mapTo(widget, QPoint(0, 0)).y())


def _chat(count: int) -> list[Message]:
    return [
        _say(n, f"Question {n}") if n % 2 else _answer(n, f"Answer {n} in **words**.\n\n" * 5)
        for n in range(1, count + 1)
    ]


def test_shows_question_and_answer(qtbot: QtBot, transcript: Transcript) -> None:
    """A chat is shown with its text, without the marks of Markdown."""
    transcript.show_messages([_say(1, "What is *this*?"), _answer(2, "It is **bold**.")])
    _settle(qtbot, transcript)
    assert "What is *this*?" in _texts(transcript)
    assert "It is bold." in _texts(transcript)


def test_streamed_text_appears(qtbot: QtBot, transcript: Transcript) -> None:
    """Text that is appended token by token ends up as code and prose."""
    writing = _answer(2, "", status=MessageStatus.WRITING)
    transcript.start_answer(_say(1), writing)
    text = "Look:\n\n```python\nx = 1\n```\n\nDone, **really**."
    for character in text:
        transcript.append_text(2, character, "")
    transcript.end_answer(replace(writing, content=text, status=MessageStatus.COMPLETE))
    _settle(qtbot, transcript)
    assert "x = 1" in _texts(transcript)
    assert "Done, really." in _texts(transcript)


def test_text_is_gathered_before_it_is_shown(qtbot: QtBot, transcript: Transcript) -> None:
    """A hundred tokens in one turn of the event loop change no widget in that turn."""
    transcript.start_answer(_say(1), _answer(2, "", status=MessageStatus.WRITING))
    _settle(qtbot, transcript)
    before = _texts(transcript)
    for _ in range(100):
        transcript.append_text(2, "word ", "")
    assert _texts(transcript) == before
    _settle(qtbot, transcript)
    assert _texts(transcript).count("word") == 100


def test_opens_a_long_chat_with_few_widgets(qtbot: QtBot, transcript: Transcript) -> None:
    """Of 2,000 messages only those near the view have widgets, and the end is in sight."""
    transcript.show_messages(_chat(2000))
    made = sum(row.view is not None for row in transcript._column.rows)
    assert 0 < made < 40
    assert transcript._bar.value() == transcript._bar.maximum()
    _settle(qtbot, transcript)
    assert transcript._column.rows[-1].view is not None


def test_scrolling_up_makes_widgets(qtbot: QtBot, transcript: Transcript) -> None:
    """Messages that come into sight get their widgets."""
    transcript.show_messages(_chat(300))
    _settle(qtbot, transcript)
    transcript._bar.setValue(0)
    _settle(qtbot, transcript)
    assert transcript._column.rows[0].view is not None
    assert "Question 1" in _texts(transcript)


def test_follows_the_end_while_at_the_end(qtbot: QtBot, transcript: Transcript) -> None:
    """A growing answer stays in sight for a person who is at the end."""
    transcript.start_answer(_say(1), _answer(2, "", status=MessageStatus.WRITING))
    for _ in range(60):
        transcript.append_text(2, "A paragraph.\n\n", "")
    _settle(qtbot, transcript)
    assert transcript._bar.maximum() > 0
    assert transcript._bar.value() == transcript._bar.maximum()


def test_leaves_a_reader_in_peace(qtbot: QtBot, transcript: Transcript) -> None:
    """A person who has scrolled up stays there while the answer grows, and can jump back."""
    transcript.show_messages([*_chat(40), _answer(41, "", status=MessageStatus.WRITING)])
    _settle(qtbot, transcript)
    transcript._bar.setValue(transcript._bar.maximum() // 2)
    _settle(qtbot, transcript)
    row = next(r for r in transcript._column.rows if r.top_px >= transcript._bar.value())
    before = row.top_px - transcript._bar.value()
    for _ in range(60):
        transcript.append_text(41, "A paragraph.\n\n", "")
    _settle(qtbot, transcript)
    assert row.top_px - transcript._bar.value() == before
    jump = _buttons(transcript, "Jump to the end")
    assert jump
    jump[0].click()
    _settle(qtbot, transcript)
    assert transcript._bar.value() == transcript._bar.maximum()
    assert not _buttons(transcript, "Jump to the end")


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
    transcript.show_messages([_say(1), _answer(2, "Half", status=status, failure=failure)])
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    assert sentence in labels
    with qtbot.waitSignal(transcript.continue_requested) as wish:
        _buttons(transcript, "Continue")[0].click()
    assert wish.args == [2]


def test_a_failure_is_an_alert(transcript: Transcript) -> None:
    """The sentence about a failure has the role of an alert."""
    transcript.start_answer(_say(1), _answer(2, "", status=MessageStatus.WRITING))
    transcript.end_answer(_answer(2, "", status=MessageStatus.FAILED), "The engine is gone.")
    roles = {
        QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name): (
            QAccessible.queryAccessibleInterface(widget).role()
        )
        for widget in transcript.findChildren(QWidget)
        if widget.accessibleName() == "The engine is gone."
    }
    assert roles == {"The engine is gone.": QAccessible.Role.AlertMessage}
    assert _buttons(transcript, "Regenerate")
    assert not _buttons(transcript, "Continue")


def test_versions_are_counted_and_can_be_changed(qtbot: QtBot, transcript: Transcript) -> None:
    """An answer with versions says which one is shown and asks for its neighbours."""
    transcript.show_messages([_say(1), _answer(2, "Second", version=2, version_count=3)])
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    assert "2 of 3" in labels
    for name, step in (("Previous version", -1), ("Next version", 1)):
        with qtbot.waitSignal(transcript.version_requested) as wish:
            _buttons(transcript, name)[0].click()
        assert wish.args == [2, step]


def test_buttons_that_make_no_sense_do_not_exist(transcript: Transcript) -> None:
    """A question cannot be regenerated, an answer not edited, and one version has no others."""
    transcript.show_messages([_say(1), _answer(2, "Text")])
    names = [button.accessibleName() for button in transcript.findChildren(QPushButton)]
    assert names.count("Edit") == 1
    assert names.count("Regenerate") == 1
    assert names.count("Copy") == 2
    assert "Next version" not in names


def test_copy_takes_the_source(transcript: Transcript) -> None:
    """Copy puts the message as it was written into the clipboard."""
    transcript.show_messages([_say(1), _answer(2, "It is **bold**.")])
    _buttons(transcript, "Copy")[1].click()
    assert QGuiApplication.clipboard().text() == "It is **bold**."


def test_edit_sends_another_text(qtbot: QtBot, transcript: Transcript) -> None:
    """A question can be edited in place; Enter sends the new text."""
    transcript.show_messages([_say(1, "Old"), _answer(2, "Text")])
    _buttons(transcript, "Edit")[0].click()
    field = next(
        f for f in transcript.findChildren(QPlainTextEdit) if f.isVisible() and not f.isReadOnly()
    )
    field.setPlainText("New")
    with qtbot.waitSignal(transcript.edit_requested) as wish:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert wish.args == [1, "New"]


def test_escape_leaves_the_message_as_it_was(qtbot: QtBot, transcript: Transcript) -> None:
    """Esc closes the editor and asks for nothing."""
    transcript.show_messages([_say(1, "Old"), _answer(2, "Text")])
    transcript.edit_last_question()
    field = next(
        f for f in transcript.findChildren(QPlainTextEdit) if f.isVisible() and not f.isReadOnly()
    )
    with qtbot.assertNotEmitted(transcript.edit_requested):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert "Old" in _texts(transcript)


def test_thinking_folds(qtbot: QtBot, transcript: Transcript) -> None:
    """Thoughts are folded at first and shown when the person unfolds them."""
    transcript.show_messages([_say(1), _answer(2, "So", reasoning="A secret thought.")])
    _settle(qtbot, transcript)
    assert "secret thought" not in _texts(transcript)
    button = _buttons(transcript, "Thinking")[0]
    assert not QAccessible.queryAccessibleInterface(button).state().expanded
    button.click()
    _settle(qtbot, transcript)
    assert "secret thought" in _texts(transcript)
    assert QAccessible.queryAccessibleInterface(button).state().expanded


def test_continue_goes_on_in_the_same_message(qtbot: QtBot, transcript: Transcript) -> None:
    """An answer that goes on keeps its text and loses its note."""
    transcript.show_messages([_say(1), _answer(2, "First", status=MessageStatus.STOPPED)])
    transcript.start_answer(None, _answer(2, "First", status=MessageStatus.WRITING))
    transcript.append_text(2, " second", "")
    transcript.end_answer(_answer(2, "First second"))
    _settle(qtbot, transcript)
    assert "First second" in _texts(transcript)
    assert not _buttons(transcript, "Continue")


def test_regenerating_replaces_the_answer(qtbot: QtBot, transcript: Transcript) -> None:
    """Another version of an answer takes the place of the old one and what followed it."""
    transcript.show_messages([_say(1), _answer(2, "Old"), _say(3), _answer(4, "Later")])
    new = _answer(5, "", parent_id=1, status=MessageStatus.WRITING, version=2, version_count=2)
    transcript.start_answer(None, new)
    transcript.append_text(5, "New", "")
    _settle(qtbot, transcript)
    assert [row.message.id for row in transcript._column.rows] == [1, 5]
    assert "New" in _texts(transcript)
    assert "Old" not in _texts(transcript)


def test_progress_is_shown_until_the_first_word(qtbot: QtBot, transcript: Transcript) -> None:
    """What the engine does is said in the answer's place and vanishes with the first word."""
    transcript.start_answer(_say(1), _answer(2, "", status=MessageStatus.WRITING))
    transcript.show_progress(2, "Loading the model… 40 %")
    labels = transcript.findChildren(QLabel)
    assert [label.text() for label in labels if label.isVisible()] == ["Loading the model… 40 %"]
    transcript.append_text(2, "Word", "")
    _settle(qtbot, transcript)
    assert not [label for label in transcript.findChildren(QLabel) if label.isVisible()]


def test_a_notice_stays_with_the_answer(transcript: Transcript) -> None:
    """A notice is shown in the answer that it is about."""
    transcript.start_answer(_say(1), _answer(2, "", status=MessageStatus.WRITING))
    transcript.show_notice(2, "The engine was started again.")
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    assert "The engine was started again." in labels


def test_unknown_messages_are_ignored(transcript: Transcript) -> None:
    """Events of a chat that is no longer shown change nothing."""
    transcript.show_messages([_say(1)])
    transcript.append_text(99, "text", "")
    transcript.show_progress(99, "text")
    transcript.show_notice(99, "text")
    transcript.end_answer(_answer(99, "text"))
    assert transcript._column.count() == 1


def test_another_theme_keeps_the_chat(qtbot: QtBot, transcript: Transcript) -> None:
    """Changing to dark keeps the text and the place."""
    transcript.show_messages(
        [*_chat(20), _answer(21, "```python\nx = 1\n```\n\n|a|b|\n|-|-|\n|1|2|")]
    )
    _settle(qtbot, transcript)
    before = _texts(transcript)
    transcript.set_theme(load_theme("dark"))
    _settle(qtbot, transcript)
    assert _texts(transcript) == before
    assert transcript._bar.value() == transcript._bar.maximum()


def test_screen_readers_find_the_whole_list(transcript: Transcript) -> None:
    """The list has an item for every message, named by its speaker, with the message's text."""
    transcript.show_messages(_chat(200))
    messages = QAccessible.queryAccessibleInterface(transcript._column)
    assert messages.role() == QAccessible.Role.List
    assert messages.text(QAccessible.Text.Name) == "Transcript"
    assert messages.childCount() == 200
    for index, name, text in ((0, "You", "Question 1"), (1, "Assistant", "Answer 2 in **words**.")):
        item = messages.child(index)
        assert item.role() == QAccessible.Role.ListItem
        assert item.text(QAccessible.Text.Name) == name
        assert item.textInterface().text(0, len(text)) == text
        assert messages.indexOfChild(item) == index


def test_screen_readers_read_parts(qtbot: QtBot, transcript: Transcript) -> None:
    """Prose and code can be read on their own, and have no scroll bars to stumble over."""
    transcript.show_messages([_say(1), _answer(2, "Some **prose**.\n\n```\nx = 1\n```")])
    _settle(qtbot, transcript)
    read = []
    for field in [*transcript.findChildren(QTextEdit), *transcript.findChildren(QPlainTextEdit)]:
        part = QAccessible.queryAccessibleInterface(field)
        assert part.childCount() == 0
        read.append(part.textInterface().text(0, part.textInterface().characterCount()))
    assert sorted(read) == ["Hello", "Some prose.", "x = 1"]


def test_a_bubble_keeps_its_text_when_measured_again(qtbot: QtBot, transcript: Transcript) -> None:
    """Text from right to left stays inside its bubble however often it is laid out."""
    transcript.show_messages([_say(1, "שלום"), _answer(2, "Text")])
    _settle(qtbot, transcript)
    transcript._refit(1)
    field = next(f for f in transcript.findChildren(QTextEdit) if "שלום" in f.toPlainText())
    assert field.lineWrapColumnOrWidth() == field.width()


def test_speaks_sentences_not_tokens(transcript: Transcript) -> None:
    """Screen readers get whole sentences while the answer is written."""
    said: list[str] = []
    transcript._announcer._announce = said.append
    transcript.start_answer(_say(1), _answer(2, "", status=MessageStatus.WRITING))
    for token in ["It ", "is ", "so. ", "And ", "more"]:
        transcript.append_text(2, token, "")
    assert said == ["It is so."]
    transcript.end_answer(_answer(2, "It is so. And more"))
    assert said == ["It is so.", "And more"]


def test_tab_leads_through_the_messages_in_reading_order(
    qtbot: QtBot, transcript: Transcript
) -> None:
    """Tab goes from message to message, and Shift+Tab back to the list."""
    code = "```python\nx = 1\n```"
    transcript.show_messages([_say(1), _answer(2, code, reasoning="Hm"), _say(3)])
    _settle(qtbot, transcript)
    transcript.activateWindow()
    transcript._scroll.setFocus()
    names: list[str] = []
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        names.append(QApplication.focusWidget().accessibleName())
    assert names == ["Copy", "Edit", "Thinking", "Copy code", "Copy", "Regenerate", "Copy", "Edit"]
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is transcript._scroll


def test_nothing_is_loaded_from_anywhere(qtbot: QtBot, transcript: Transcript) -> None:
    """A picture is a link with its text, and other addresses than http and mail are no links."""
    source = "![A cat](http://a.b/c.png) [x](file:///etc/passwd) [y](javascript:alert(1))"
    transcript.show_messages([_say(1), _answer(2, source)])
    _settle(qtbot, transcript)
    field = next(f for f in transcript.findChildren(QTextEdit) if "A cat" in f.toPlainText())
    html = field.toHtml()
    assert "<img" not in html
    assert 'href="http://a.b/c.png"' in html
    assert html.count("href=") == 1


_GARBAGE = {
    "zeros": "\x00" * 1000 + "a\x00b",
    "one line of a million characters": "word " * 200_000,
    "a million characters without a space": "x" * 1_000_000,
    "nested quotes": ">" * 5_000 + " deep",
    "nested lists": "".join("  " * depth + f"- {depth}\n" for depth in range(300)),
    "right to left": "שלום **עולם** `code` العربية\n\n- فريق\n\n> ציטוט",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 " * 500,
    "html": "<script>alert(1)</script><img src=x onerror=y><table><tr><td>",
    "brackets": "[" * 20_000,
    "stars": "*a **b " * 3_000,
    "ticks": "`" * 5_000 + "\n" + "``` " * 500,
    "halves of pairs": "a\ud800b\udfffc",
    "qt's own marks": "a\ufdd0b\ufdd1c\u2029d\u2028e\ufffcf",
    "a wide table": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + ("|" + "b|" * 300 + "\n") * 3,
    "a long line of code": "```js\n" + "a=1;" * 100_000 + "\n```",
    "many lines of code": "```python\n" + "x = 1\n" * 5_000 + "```",
    "an unknown language": "```nosuch\x01lang\nx\n```",
    "dollars": "$" * 3_000 + " $a$b$$c$$",
}


@pytest.mark.parametrize("name", _GARBAGE)
def test_garbage_is_shown_without_a_crash(qtbot: QtBot, transcript: Transcript, name: str) -> None:
    """Whatever a model writes is shown in the end, whole or in chunks."""
    text = _GARBAGE[name]
    writing = _answer(2, "", status=MessageStatus.WRITING)
    transcript.start_answer(_say(1, text[:20_000]), writing)
    for start in range(0, len(text), 50_000):
        transcript.append_text(2, text[start : start + 50_000], "")
    transcript.end_answer(replace(writing, content=text, status=MessageStatus.COMPLETE))
    _settle(qtbot, transcript)
    assert not transcript._column.view(1).has_work
    transcript.grab()

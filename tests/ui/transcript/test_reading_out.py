# SPDX-License-Identifier: Apache-2.0
"""What screen readers, the keyboard and strange text find in the transcript."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTextEdit
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import MessageStatus
from nemodesk.ui.transcript import Transcript
from tests.ui.transcript.messages import answer, chat, say, settle


def test_screen_readers_find_the_whole_list(transcript: Transcript) -> None:
    """The list has an item for every message, named by its speaker, with the message's text."""
    transcript.show_messages(chat(200))
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
    transcript.show_messages([say(1), answer(2, "Some **prose**.\n\n```\nx = 1\n```")])
    settle(qtbot, transcript)
    read = []
    for field in [*transcript.findChildren(QTextEdit), *transcript.findChildren(QPlainTextEdit)]:
        part = QAccessible.queryAccessibleInterface(field)
        assert part.childCount() == 0
        read.append(part.textInterface().text(0, part.textInterface().characterCount()))
    assert sorted(read) == ["Hello", "Some prose.", "x = 1"]


def test_a_bubble_keeps_its_text_when_measured_again(qtbot: QtBot, transcript: Transcript) -> None:
    """Text from right to left stays inside its bubble however often it is laid out."""
    transcript.show_messages([say(1, "שלום"), answer(2, "Text")])
    settle(qtbot, transcript)
    transcript._refit(1)
    field = next(f for f in transcript.findChildren(QTextEdit) if "שלום" in f.toPlainText())
    assert field.lineWrapColumnOrWidth() == field.width()


def test_speaks_sentences_not_tokens(transcript: Transcript) -> None:
    """Screen readers get whole sentences while the answer is written."""
    said: list[str] = []
    transcript._announcer._announce = said.append
    transcript.start_answer(say(1), answer(2, "", status=MessageStatus.WRITING))
    for token in ["It ", "is ", "so. ", "And ", "more"]:
        transcript.append_text(2, token, "")
    assert said == ["It is so."]
    transcript.end_answer(answer(2, "It is so. And more"))
    assert said == ["It is so.", "And more"]


def test_tab_leads_through_the_messages_in_reading_order(
    qtbot: QtBot, transcript: Transcript
) -> None:
    """Tab goes from message to message, and Shift+Tab back to the list."""
    code = "```python\nx = 1\n```"
    transcript.show_messages([say(1), answer(2, code, reasoning="Hm"), say(3)])
    settle(qtbot, transcript)
    transcript.activateWindow()
    transcript._scroll.setFocus()
    names: list[str] = []
    for _ in range(9):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        names.append(QApplication.focusWidget().accessibleName())
    branch = "Continue in a new chat from here"
    answer_names = ["Thinking", "Copy code", "Copy", "Regenerate", branch]
    assert names == ["Copy", "Edit", *answer_names, "Copy", "Edit"]
    for _ in range(9):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is transcript._scroll


def test_nothing_is_loaded_from_anywhere(qtbot: QtBot, transcript: Transcript) -> None:
    """A picture is a link with its text, and other addresses than http and mail are no links."""
    source = "![A cat](http://a.b/c.png) [x](file:///etc/passwd) [y](javascript:alert(1))"
    transcript.show_messages([say(1), answer(2, source)])
    settle(qtbot, transcript)
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
    writing = answer(2, "", status=MessageStatus.WRITING)
    transcript.start_answer(say(1, text[:20_000]), writing)
    for start in range(0, len(text), 50_000):
        transcript.append_text(2, text[start : start + 50_000], "")
    transcript.end_answer(replace(writing, content=text, status=MessageStatus.COMPLETE))
    settle(qtbot, transcript)
    assert not transcript._column.view(1).has_work
    transcript.grab()

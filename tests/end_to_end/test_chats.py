# SPDX-License-Identifier: Apache-2.0
"""What a person does with chats, with a screen reader, in English and in another language."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.accessibility import Control
from tests.end_to_end.names import Names
from tests.end_to_end.program import DELETE_KEYSYM, Program

pytestmark = [pytest.mark.window, pytest.mark.engine, pytest.mark.timeout(300)]

_LANGUAGES = [language for language in ("en", "de") if Names(language).is_there]

StartProgram = Callable[..., Program]


@pytest.fixture(params=_LANGUAGES)
def speaking(request: pytest.FixtureRequest, start_program: StartProgram) -> Program:
    """Give a NemoDesk that speaks English, then one that speaks another language."""
    return start_program(Names(request.param))


def _rows(program: Program) -> list[str]:
    return [row.name for row in program.chats()]


def _row(program: Program, words: str) -> Control:
    def look() -> Control | None:
        return next((row for row in program.chats() if words in row.name), None)

    return program.wait(look, f"row {words}")


def _command(program: Program, name: str) -> None:
    """Choose from the menu of the open chat."""
    program.press("Chat menu")
    program.press(name)


def test_edit_regenerate_versions(speaking: Program) -> None:
    """A question is asked in other words, its answer written anew, and all versions stay."""
    program = speaking
    program.send("Name a colour.")
    first = program.answer()
    program.press("Edit")
    editor = program.control("Edited message")
    editor.write("Name a fruit.")
    program.press("Send again")
    program.wait(lambda: program.messages("You") == ["Name a fruit."], "the other question")
    second = program.answer()
    program.press("Regenerate")
    program.wait(lambda: len(program.all("Previous version")) > 1, "another version")
    third = program.answer()
    program.wait(lambda: program.messages("Assistant") == [third], "the third answer")

    program.press("Previous version")
    program.wait(lambda: program.messages("Assistant") == [second], "the second answer")
    program.all("Previous version")[0].press()
    program.wait(lambda: program.messages("You") == ["Name a colour."], "the first question")
    assert program.messages("Assistant") == [first]
    program.press("Next version")
    program.wait(lambda: program.messages("You") == ["Name a fruit."], "the other question")


def test_search_trash_undo_and_pin(speaking: Program) -> None:
    """A chat is found by its words, deleted and brought back twice, and pinned."""
    program = speaking
    program.send("Say the word apple.")
    program.answer()
    program.press("New chat")
    program.wait(lambda: not program.messages("You"), "empty chat")
    program.send("Say the word banana.")
    program.answer()
    program.wait(lambda: len(program.chats()) == 3, "two chats and their day")

    program.control("Search chats").write("apple")
    program.wait(lambda: all("apple" in row for row in _rows(program)), "results")
    _row(program, "apple").press()
    program.wait(lambda: program.messages("You") == ["Say the word apple."], "the chat found")
    program.control("Search chats").write("")
    program.wait(lambda: len(program.chats()) == 3, "all chats again")

    _command(program, "Delete")
    program.wait(lambda: not any("apple" in row for row in _rows(program)), "deletion")
    program.press("Undo")
    _row(program, "apple")
    program.wait(lambda: program.messages("You") == ["Say the word apple."], "the chat again")

    program.control("Chats").focus()
    _row(program, "apple").press()
    program.press_key(DELETE_KEYSYM)
    program.wait(lambda: not any("apple" in row for row in _rows(program)), "deletion")
    program.press("Trash")
    _row(program, "apple").press()
    program.press("Restore")
    program.wait(lambda: not program.chats(), "empty trash")
    program.press("Back to the chats")
    _row(program, "apple").press()

    program.wait(lambda: program.messages("You") == ["Say the word apple."], "the chat again")
    _command(program, "Pin")
    pinned = program.names("Pinned")
    program.wait(lambda: _rows(program)[:1] == [pinned], "the heading of pinned chats")
    assert "apple" in _rows(program)[1]


def test_archive_and_rename(program: Program) -> None:
    """An archived chat is out of the way, and comes back from the archive with another name."""
    program.send("Say the word apple.")
    program.answer()
    _command(program, "Rename")
    program.control("Chat title").write("Fruit")
    program.press("Save title")
    _row(program, "Fruit")
    _command(program, "Archive")
    program.wait(lambda: not any("Fruit" in row for row in _rows(program)), "archiving")
    program.press("Archive")
    _row(program, "Fruit").press()
    program.wait(lambda: program.messages("You") == ["Say the word apple."], "the chat")
    program.press("Move back to the chats")
    program.press("Back to the chats")
    _row(program, "Fruit")


def test_a_temporary_chat_leaves_no_trace(program: Program, tmp_path: Path) -> None:
    """It is answered and shown like any chat; no file has a word of it, then or later."""
    program.press("New temporary chat")
    program.says("nothing of it is kept")
    program.send("Say hello to Xylophorus Quandt.")
    answer = program.answer()
    _row(program, "Xylophorus")
    program.press("New chat")
    program.control("Message").write("A draft")
    _row(program, "Xylophorus").press()
    program.wait(lambda: program.messages("Assistant") == [answer], "the temporary chat")
    program.control("Message").write("Zyxwvut draft")
    program.press("New chat")
    program.wait(lambda: not program.messages("You"), "empty chat")
    program.press_quit()
    assert program.process.wait(15) == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_symlink()]
    assert any(path.name == "chats.sqlite3" for path in files)
    for path in files:
        content = path.read_bytes()
        for words in (b"Xylophorus", b"Zyxwvut", answer.encode()[:60]):
            assert words not in content, f"{words!r} is in {path}"

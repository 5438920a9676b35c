# SPDX-License-Identifier: Apache-2.0
"""Answers go to stdout, thoughts and progress to stderr, plain where it is no terminal."""

import io
import os
import subprocess
import sys

import pytest
from rich.table import Table

from nemodesk.cli.terminal import AnswerStream, ProgressLine, console, print_json, say


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_an_answer_ends_with_one_line_break() -> None:
    """The prompt of the shell begins on a line of its own."""
    out = io.StringIO()
    for answer in ("Yes.", "No.\n"):
        view = AnswerStream(out=out, aside=io.StringIO())
        view.text(answer, "")
        view.end()
    assert out.getvalue() == "Yes.\nNo.\n"


def test_thoughts_are_kept_apart_and_dim() -> None:
    """Only what is meant for the person is on stdout."""
    out, aside = io.StringIO(), Terminal()
    view = AnswerStream(out=out, aside=aside)
    view.text("", "Hm.")
    view.text("Yes.", "")
    view.end()
    assert out.getvalue() == "Yes.\n"
    assert aside.getvalue() == "\033[2mHm.\033[0m\n"


def test_thoughts_are_plain_when_piped() -> None:
    """No control codes get into a file."""
    aside = io.StringIO()
    view = AnswerStream(out=io.StringIO(), aside=aside)
    view.text("", "Hm.")
    view.end()
    assert aside.getvalue() == "Hm.\n"


def test_nothing_is_shown_where_nobody_looks() -> None:
    """A JSON answer shows no text while it comes."""
    view = AnswerStream(out=None, aside=None)
    view.text("Yes.", "Hm.")
    view.end()


def test_progress_is_written_over_itself_on_a_terminal_only() -> None:
    """A log file does not fill with percentages."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        line = ProgressLine(stream)
        line.show("10 %")
        line.show("20 %")
        line.clear()
        line.clear()
    assert terminal.getvalue() == "\r\033[K10 %\r\033[K20 %\r\033[K"
    assert file.getvalue() == ""


def test_json_is_readable_and_keeps_letters(capsys: pytest.CaptureFixture[str]) -> None:
    """Letters beyond ASCII are not escaped."""
    print_json({"content": "Grüße"})
    assert capsys.readouterr().out == '{\n  "content": "Grüße"\n}\n'


_HOSTILE = "[/x] [red]:smile: \x1b[2J\x9b\u202efugg"
_SHOWN = "[/x] [red]:smile: [2Jfugg"


def test_names_from_files_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets and colons mean nothing, and nothing steers the terminal."""
    table = Table(_HOSTILE, box=None, title=_HOSTILE)
    table.add_row(_HOSTILE)
    console().print(table)
    console().print(_HOSTILE)
    say(_HOSTILE)
    shown = capsys.readouterr()
    assert [line.strip() for line in shown.out.splitlines()] == [_SHOWN] * 4
    assert shown.err == f"{_SHOWN}\n"
    terminal = Terminal()
    ProgressLine(terminal).show(_HOSTILE)
    assert terminal.getvalue() == f"\r\033[K{_SHOWN}"


def test_a_reader_that_leaves_early_is_no_error(environment: dict[str, str]) -> None:
    """A table into `head` ends with 0, as every other output does."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "nemodesk", "recommend", "--ram", "16GiB"],
            check=False,
            stdout=writing,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=100,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")

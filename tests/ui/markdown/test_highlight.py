# SPDX-License-Identifier: Apache-2.0
"""Tests of the roles of code. They look at no colours."""

import pytest

from nemodesk.ui.markdown.highlight import LineHighlighter, Marks, find_lexer, highlight

_PYTHON = '''\
import os

@cache
class Tree(Base):
    """A text
    of two lines."""

    def size(self) -> int:
        return 3 + len("x")  # comment
'''
_JAVASCRIPT = "const a = `two\nlines ${b}`;\nfunction f() { return 1; }\n"
_SQL = "SELECT a, 'b' FROM t WHERE c = 3; -- end\n"
_BASH = 'for f in *.txt; do\n  echo "$f"\ndone\n'


def _whole(language: str, code: str) -> list[Marks]:
    lexer = find_lexer(language)
    assert lexer
    return list(highlight(lexer, code))


@pytest.mark.parametrize(
    ("language", "code"),
    [("python", _PYTHON), ("javascript", _JAVASCRIPT), ("sql", _SQL), ("bash", _BASH)],
)
def test_reading_by_line_agrees_with_reading_the_whole(language: str, code: str) -> None:
    """Line by line, with the state kept, gives the same marks as the whole code at once."""
    lexer = find_lexer(language)
    assert lexer
    by_line = LineHighlighter(lexer)
    lines = code.split("\n")
    assert [by_line.read(line) for line in lines[:-1]] == _whole(language, code)[:-1]


def test_every_mark_lies_inside_its_line() -> None:
    """No mark begins or ends outside its line."""
    for marks, line in zip(_whole("python", _PYTHON), _PYTHON.split("\n"), strict=True):
        assert all(0 <= mark.start < mark.start + mark.length <= len(line) for mark in marks)


def test_an_unknown_language_has_no_lexer() -> None:
    """A language that Pygments does not know is left plain."""
    assert find_lexer("no-such-language") is None
    assert find_lexer("") is None


def test_a_very_long_line_is_left_plain() -> None:
    """A line of a million characters costs nothing."""
    lexer = find_lexer("python")
    assert lexer
    assert LineHighlighter(lexer).read("x = 1;" * 200_000) == ()

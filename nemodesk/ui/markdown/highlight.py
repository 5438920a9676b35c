# SPDX-License-Identifier: Apache-2.0
"""Says which parts of code are keywords, strings and so on. It knows no colours and no Qt.

While code streams in, each line is read once, with the state in which the line before it ended
(`LineHighlighter`). That is right for nearly everything; `highlight` reads the whole once the
code is complete, a line at a time, so that the caller can stop between two lines.
"""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from pygments.lexer import Lexer, RegexLexer
from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType]
from pygments.token import Token, _TokenType  # pyright: ignore[reportPrivateUsage]
from pygments.util import ClassNotFound

LONGEST_LINE = 1_000
"""Characters; a longer line is left plain, as regular expressions may take long on it."""

LONGEST_CODE = 200_000
"""Characters; longer code is left plain."""

_ROLES: dict[_TokenType, str] = {
    Token.Keyword: "syntax_keyword",
    Token.Keyword.Type: "syntax_type",
    Token.Literal.String: "syntax_string",
    Token.Literal.Number: "syntax_number",
    Token.Literal: "syntax_number",
    Token.Comment: "syntax_comment",
    Token.Comment.Preproc: "syntax_keyword",
    Token.Operator: "syntax_operator",
    Token.Operator.Word: "syntax_keyword",
    Token.Name.Function: "syntax_function",
    Token.Name.Class: "syntax_type",
    Token.Name.Builtin: "syntax_function",
    Token.Name.Builtin.Pseudo: "syntax_keyword",
    Token.Name.Decorator: "syntax_function",
    Token.Name.Tag: "syntax_keyword",
    Token.Name.Attribute: "syntax_function",
    Token.Name.Exception: "syntax_type",
    Token.Name.Namespace: "syntax_type",
    Token.Name.Constant: "syntax_number",
    Token.Name.Variable: "syntax_name",
    Token.Generic.Deleted: "syntax_error",
    Token.Generic.Inserted: "syntax_string",
    Token.Generic.Heading: "syntax_type",
    Token.Generic.Subheading: "syntax_function",
}


class Mark(NamedTuple):
    """A part of a line and its role in the theme, such as syntax_keyword."""

    start: int
    length: int
    role: str


Marks = tuple[Mark, ...]


def find_lexer(language: str) -> Lexer | None:
    """Return the lexer of a language; None if there is none. The first use of one may take long."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return None if type(lexer).__name__ == "TextLexer" else lexer


class LineHighlighter:
    """Reads code line after line, each line once."""

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._stack = ["root"]
        # Lexers with a way of their own to read text have no state that could be kept.
        reads_by_rules = type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed
        self._rules = cast("dict[str, list[Any]]", lexer._tokens) if reads_by_rules else None  # type: ignore[attr-defined]  # noqa: SLF001

    def read(self, line: str) -> Marks:
        """Return the marks of the next line."""
        if len(line) > LONGEST_LINE:
            return ()
        if self._rules is None:
            tokens = self._lexer.get_tokens_unprocessed(line + "\n")
            return _marks_of(tokens, len(line))
        return _marks_of(self._tokens(line + "\n", self._rules), len(line))

    def _tokens(
        self, text: str, rules: dict[str, list[Any]]
    ) -> Iterator[tuple[int, _TokenType, str]]:
        """Read as RegexLexer does, but go on in the state in which the last line ended."""
        position = 0
        while position < len(text):
            for match_at, action, new_state in rules[self._stack[-1]]:
                found = match_at(text, position)
                if not found:
                    continue
                if action is not None:
                    if isinstance(action, _TokenType):
                        yield position, action, found.group()
                    else:
                        yield from action(self._lexer, found)
                position = found.end()
                if new_state is not None:
                    _enter(self._stack, new_state)
                break
            else:
                if text[position] == "\n":
                    self._stack = ["root"]
                else:
                    yield position, Token.Error, text[position]
                position += 1


def highlight(lexer: Lexer, code: str) -> Iterator[Marks]:
    """Yield the marks of each line; nothing is read ahead of what is asked for."""
    marks: list[Mark] = []
    line_start = 0
    for position, kind, value in lexer.get_tokens_unprocessed(code):
        role = _role_of(kind)
        start = position
        for number, part in enumerate(value.split("\n")):
            if number:
                yield tuple(marks)
                marks = []
                line_start = start
            if part and role:
                _add(marks, Mark(start - line_start, len(part), role))
            start += len(part) + 1
    yield tuple(marks)


def _enter(stack: list[str], new_state: Any) -> None:  # noqa: ANN401 - Pygments' own format
    """Follow a rule into another state, as RegexLexer does."""
    if new_state == "#push":
        stack.append(stack[-1])
    elif isinstance(new_state, int):
        # Never below the root.
        del stack[max(1, len(stack) + new_state) :]
    elif isinstance(new_state, tuple):
        for state in cast("tuple[str, ...]", new_state):
            if state == "#pop":
                del stack[max(1, len(stack) - 1) :]
            elif state == "#push":
                stack.append(stack[-1])
            else:
                stack.append(state)
    else:
        stack.append(cast("str", new_state))


def _marks_of(tokens: Iterator[tuple[int, _TokenType, str]], length: int) -> Marks:
    marks: list[Mark] = []
    for position, kind, value in tokens:
        role = _role_of(kind)
        if role and position < length:
            _add(marks, Mark(position, min(len(value), length - position), role))
    return tuple(marks)


def _add(marks: list[Mark], mark: Mark) -> None:
    """Add a mark; one that goes on where the last of the same role ended makes that longer."""
    if marks and marks[-1].role == mark.role and marks[-1].start + marks[-1].length == mark.start:
        mark = Mark(marks[-1].start, marks[-1].length + mark.length, mark.role)
        marks.pop()
    marks.append(mark)


@functools.lru_cache(maxsize=512)
def _role_of(kind: _TokenType) -> str:
    """Return the role of the nearest kind that has one; empty for plain text."""
    found: _TokenType | None = kind
    while found is not None:
        if found in _ROLES:
            return _ROLES[found]
        found = found.parent
    return ""

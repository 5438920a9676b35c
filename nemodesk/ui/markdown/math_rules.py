# SPDX-License-Identifier: Apache-2.0
r"""LaTeX delimiters as rules for markdown-it. It draws no formulas; it keeps their source whole.

Without these rules Markdown would take the backslashes of \(x\) and the underscores of $a_1$
for its own.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_BLOCK_PAIRS = {"$$": "$$", "\\[": "\\]"}
_INLINE_PAIRS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_CODE_INDENT = 4


def add_math(markdown: MarkdownIt) -> None:
    r"""Teach the parser formulas between $, $$, \( \) and \[ \]."""
    markdown.block.ruler.before(
        "code", "math_block", _math_block, {"alt": ["paragraph", "blockquote", "list"]}
    )
    markdown.inline.ruler.before("escape", "math_inline", _math_inline)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if state.sCount[start_line] - state.blkIndent >= _CODE_INDENT:
        return False
    first = _line(state, start_line)
    closing = _BLOCK_PAIRS.get(first[:2])
    if closing is None:
        return False
    last_line = _find_end(state, start_line, end_line, closing)
    if last_line is None:
        return False
    if silent:
        return True
    state.line = last_line + 1
    token = state.push("math_block", "", 0)
    token.content = "\n".join(_line(state, line) for line in range(start_line, last_line + 1))
    token.map = [start_line, state.line]
    return True


def _find_end(state: StateBlock, start_line: int, end_line: int, closing: str) -> int | None:
    """Return the line that ends with the closing delimiter; a blank line ends the search."""
    for line in range(start_line, end_line):
        text = _line(state, line)
        if not text or state.sCount[line] < state.blkIndent:
            return None
        inner = text[2:] if line == start_line else text
        if closing in inner:
            return line if inner.find(closing) == len(inner) - len(closing) else None
    return None


def _math_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.pos
    if state.src[start] not in "\\$":
        return False
    end = _inline_end(state.src, start, state.posMax)
    if end is None:
        return False
    if not silent:
        state.push("math_inline", "", 0).content = state.src[start:end]
    state.pos = end
    return True


def _inline_end(text: str, start: int, limit: int) -> int | None:
    opening = text[start : start + 2]
    closing = _INLINE_PAIRS.get(opening)
    if closing is not None:
        end = text.find(closing, start + 2, limit)
        return end + 2 if end > start + 2 else None
    return _dollar_end(text, start, limit) if opening[:1] == "$" else None


def _dollar_end(text: str, start: int, limit: int) -> int | None:
    """Return the end of $x$. As in pandoc, "$5 and $6" is money and not a formula."""
    if start + 1 >= limit or text[start + 1].isspace():
        return None
    end = text.find("$", start + 1, limit)
    if end < 0 or text[end - 1].isspace() or "\n" in text[start:end]:
        return None
    after = text[end + 1 : end + 2]
    return None if after.isdigit() else end + 1

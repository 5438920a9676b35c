# SPDX-License-Identifier: Apache-2.0
"""Makes HTML of messages: Markdown with coloured code, or plain text. All of it is escaped.

It makes no page.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType]
from pygments.util import ClassNotFound

_LONGEST_MARKDOWN = 500_000
"""Characters; longer text stays plain, as some Markdown takes very long to read."""
_LONGEST_CODE = 200_000
"""Characters; longer code stays plain."""
_LONGEST_LINE = 1_000
"""Characters; with a longer line in it code stays plain, as its patterns may take long."""


class HtmlText:
    """Turns text into HTML."""

    def __init__(self) -> None:
        self._markdown = MarkdownIt(
            "commonmark", {"html": False, "maxNesting": 20}, renderer_cls=_Renderer
        )
        self._markdown.enable(["table", "strikethrough"])
        # A picture in a message is an address in the network, so it stays a link.
        self._markdown.disable(["image", "html_block", "html_inline"])

    def markdown(self, text: str) -> str:
        """Return Markdown as HTML."""
        if len(text) > _LONGEST_MARKDOWN:
            return self.plain(text)
        rendered: str = self._markdown.render(text)
        return rendered

    def plain(self, text: str) -> str:
        """Return text as it is, with its line breaks."""
        return f'<p class="plain">{escape(text)}</p>\n'


class _Renderer(RendererHTML):
    """Renders as markdown-it does, with coloured code and links that tell nobody whence."""

    def fence(
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,  # noqa: ARG002 - markdown-it calls it so
        env: Any,  # noqa: ANN401, ARG002
    ) -> str:
        """Return a block of code."""
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        code = _coloured(token.content, language)
        label = f" data-language={_attribute(language)}" if language else ""
        return f'<pre{label}><code dir="ltr">{code}</code></pre>\n'

    def code_block(
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,  # noqa: ARG002
        env: Any,  # noqa: ANN401, ARG002
    ) -> str:
        """Return an indented block of code."""
        return f'<pre><code dir="ltr">{escape(tokens[idx].content)}</code></pre>\n'

    def link_open(
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,
        env: Any,  # noqa: ANN401
    ) -> str:
        """Return the beginning of a link."""
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)


def _coloured(code: str, language: str) -> str:
    has_long_line = max(map(len, code.split("\n")), default=0) > _LONGEST_LINE
    if not language or has_long_line or len(code) > _LONGEST_CODE:
        return escape(code)
    lexer = _lexer(language)
    if lexer is None:
        return escape(code)
    coloured: str = highlight(code, lexer, _formatter())
    return coloured


@cache
def _formatter() -> "HtmlFormatter[str]":
    return HtmlFormatter(nowrap=True)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    """Return the lexer of a language; to make one takes as long as to read a short piece."""
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _attribute(value: str) -> str:
    return f'"{escape(value)}"'

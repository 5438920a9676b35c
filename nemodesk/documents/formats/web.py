# SPDX-License-Identifier: Apache-2.0
"""The text of a web page, without its scripts and its looks. It loads nothing."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "math", "object", "iframe"})
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre"),
        *("section", "summary", "table", "title", "tr", "ul"),
    )
)
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_MANY_BREAKS = re.compile(r"\n[ \n]*\n\n+")
_SPACES = re.compile(r"\s+")


def text_of_html(source: str) -> str:
    """Return what a person would read, with Markdown's marks for headings and lists."""
    reader = _TextReader()
    reader.feed(source)
    reader.close()
    return reader.text()


class _TextReader(HTMLParser):
    """Gathers text and remembers where lines end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent: list[str] = []
        self._kept = 0
        self._is_at_start = True

    def text(self) -> str:
        """Return what was gathered."""
        lines = (line.rstrip() for line in "".join(self._parts).split("\n"))
        return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin lines, headings, items and cells."""
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "pre":
            self._kept += 1
        if tag in _BLOCKS:
            self._break()
        if tag in _HEADINGS:
            self._add(f"\n{_HEADINGS[tag]} ")
        elif tag == "li":
            self._add("- ")
        elif tag in ("td", "th") and not self._is_at_start:
            self._add(" | ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Take <br/> as a break; nothing else that has no content matters."""
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """End what was begun; tags that were never opened end nothing."""
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag == "pre":
            self._kept = max(0, self._kept - 1)
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if self._silent:
            return
        if self._kept:
            self._add(data)
            return
        plain = _SPACES.sub(" ", data)
        if self._is_at_start:
            plain = plain.lstrip()
        if plain:
            self._add(plain)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._is_at_start = text.endswith("\n")

    def _break(self) -> None:
        if not self._silent and not self._is_at_start:
            self._add("\n")

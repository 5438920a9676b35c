# SPDX-License-Identifier: Apache-2.0
"""The text of slides, sheets, OpenDocument texts and books: XML in a ZIP file, read in pieces.

Nothing outside the file is loaded, and what has been read is let go at once. Entities that
multiply are refused by expat itself (since 2.4.1).
"""

import posixpath
import re
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element, iterparse

from nemodesk.documents.formats.plain import decode_text
from nemodesk.documents.formats.web import text_of_html

_NUMBER = re.compile(r"(\d+)\.xml$")
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml$")
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml$")
_COLUMN = re.compile(r"[A-Z]+")
_PAGES = ("application/xhtml+xml", "text/html")
_MOST_COLUMNS = 16_384
"""Excel's own limit."""


def text_of_slides(package: zipfile.ZipFile) -> str:
    """Return the text of slides, each under its number."""
    slides = _numbered(package, _SLIDE)
    return "\n\n".join(
        f"# Slide {number}\n" + _paragraphs(package, name, _runs)
        for number, name in enumerate(slides, start=1)
    )


def text_of_open_text(package: zipfile.ZipFile) -> str:
    """Return the text of an OpenDocument file."""
    return _paragraphs(package, "content.xml", _spoken)


def text_of_sheets(package: zipfile.ZipFile) -> str:
    """Return the values of the sheets, columns parted by tabs."""
    shared = [*_shared_texts(package)]
    return "\n\n".join(
        f"# Sheet {number}\n" + "\n".join(_rows(package, name, shared))
        for number, name in enumerate(_numbered(package, _SHEET), start=1)
    )


def text_of_book(package: zipfile.ZipFile) -> str:
    """Return the chapters of a book in their order."""
    return "\n\n".join(
        text_of_html(decode_text(package.read(name)) or "") for name in _chapters(package)
    )


def _paragraphs(package: zipfile.ZipFile, name: str, read: Callable[[Element], str]) -> str:
    """Return a line for each paragraph or heading of a part."""
    lines: list[str] = []
    for tag, element in _elements(package, name):
        if tag in {"p", "h"}:
            lines.append(read(element))
            element.clear()
    return "\n".join(lines)


def _runs(element: Element) -> str:
    """Return the text of the runs in a paragraph or in a shared text."""
    return "".join(part.text or "" for part in element.iter() if _local(part) == "t")


def _spoken(element: Element) -> str:
    """Return all text of an OpenDocument paragraph, with its tabs and breaks."""
    mark = {"tab": "\t", "line-break": "\n", "s": " "}.get(_local(element), "")
    inner = (_spoken(part) + (part.tail or "") for part in element)
    return "".join([mark, element.text or "", *inner])


def _shared_texts(package: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in package.namelist():
        return
    for tag, element in _elements(package, "xl/sharedStrings.xml"):
        if tag == "si":
            yield _runs(element)
            element.clear()


def _rows(package: zipfile.ZipFile, name: str, shared: list[str]) -> Iterator[str]:
    for tag, element in _elements(package, name):
        if tag == "row":
            cells: dict[int, str] = {}
            for cell in element:
                column = _column(cell.get("r", "")) or len(cells)
                cells[min(column, _MOST_COLUMNS)] = _value(cell, shared)
            yield "\t".join(cells.get(column, "") for column in range(max(cells, default=-1) + 1))
            element.clear()


def _column(place: str) -> int:
    """Return the number of a column, from 0: 27 for AB3."""
    letters = _COLUMN.match(place)
    number = 0
    for letter in letters[0][:3] if letters else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return max(0, number - 1)


def _value(cell: Element, shared: list[str]) -> str:
    texts = [part.text or "" for part in cell.iter() if _local(part) in {"v", "t"}]
    value = "".join(texts)
    if cell.get("t") == "s" and value.isdecimal() and int(value) < len(shared):
        return shared[int(value)]
    return value


def _chapters(package: zipfile.ZipFile) -> Iterator[str]:
    """Yield the names of a book's pages in reading order (EPUB 3.3, package document)."""
    names = set(package.namelist())
    roots = [
        element.get("full-path", "")
        for tag, element in _elements(package, "META-INF/container.xml")
        if tag == "rootfile"
    ]
    folder = posixpath.dirname(roots[0])
    pages: dict[str, str] = {}
    for tag, element in _elements(package, roots[0]):
        if tag == "item" and element.get("media-type") in _PAGES:
            place = urllib.parse.unquote(element.get("href", ""))
            pages[element.get("id", "")] = posixpath.normpath(posixpath.join(folder, place))
        elif tag == "itemref" and (page := pages.pop(element.get("idref", ""), "")) in names:
            yield page


def _numbered(package: zipfile.ZipFile, pattern: re.Pattern[str]) -> list[str]:
    """Return the parts that match, in the order of their numbers."""
    names = [name for name in package.namelist() if pattern.match(name)]
    return sorted(names, key=lambda name: int(_NUMBER.findall(name)[0]))


def _elements(package: zipfile.ZipFile, name: str) -> Iterator[tuple[str, Element]]:
    """Yield the elements of a part as they end, with their names without a prefix."""
    with package.open(name) as file:
        for _, element in iterparse(file):  # noqa: S314 - see above
            yield _local(element), element


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]

# SPDX-License-Identifier: Apache-2.0
"""The text of a Word document: headings, paragraphs, lists, tables, headers. No looks."""

import io
import itertools
import re
from collections.abc import Iterator

import docx
from docx.blkcntnr import BlockItemContainer
from docx.section import Section
from docx.table import Table
from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"Heading ([1-6])$")
_MOST_NESTING = 8
"""Tables within tables. Word itself makes no deeper ones for a person."""


def text_of_word(content: bytes) -> str:
    """Return the text in the order of the document, tables and headings as in Markdown."""
    document = docx.Document(io.BytesIO(content))
    parts = [*_blocks(document.iter_inner_content())]
    edges = dict.fromkeys(line for section in document.sections for line in _edges(section))
    return "\n".join([*edges, *parts]).strip()


def _edges(section: Section) -> Iterator[str]:
    """Yield what stands at the top and at the foot of the pages."""
    for edge in (section.header, section.footer):
        if not edge.is_linked_to_previous:
            yield from (line for line in _blocks(edge.iter_inner_content()) if line.strip())


def _blocks(blocks: Iterator[Paragraph | Table], nesting: int = 0) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _line(block)
        elif nesting < _MOST_NESTING:
            yield ""
            yield from _rows(block, nesting)
            yield ""


def _line(paragraph: Paragraph) -> str:
    text = paragraph.text
    style = (paragraph.style.name if paragraph.style else None) or ""
    heading = _HEADING.match(style)
    if heading and text.strip():
        return f"\n{'#' * int(heading[1])} {text.strip()}\n"
    if style == "Title" and text.strip():
        return f"# {text.strip()}\n"
    return f"- {text}" if style.startswith("List") and text.strip() else text


def _rows(table: Table, nesting: int) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        # A cell that spans columns comes once for each of them.
        cells = [next(same) for _, same in itertools.groupby(row.cells, key=hash)]
        texts = [_cell_text(cell, nesting) for cell in cells]
        yield f"| {' | '.join(texts)} |"
        if number == 0:
            yield f"|{' --- |' * len(texts)}"


def _cell_text(cell: BlockItemContainer, nesting: int) -> str:
    lines = _blocks(cell.iter_inner_content(), nesting + 1)
    return " ".join(line.strip() for line in lines if line.strip())

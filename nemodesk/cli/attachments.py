# SPDX-License-Identifier: Apache-2.0
"""Files put before a question. What is in them is found out by `documents`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from nemodesk.cli.terminal import ProgressLine, say
from nemodesk.conversation.prompting import file_block
from nemodesk.documents.document import Document
from nemodesk.documents.pages import empty_page_count
from nemodesk.documents.reader import DocumentReader


def with_files(question: str, paths: Sequence[Path]) -> str:
    """Return the question with the text of the files before it.

    What the model will not see of them is said on stderr.

    Raises:
        DocumentError: a file has no text to give.
    """
    if not paths:
        return question
    documents = asyncio.run(_read_all(paths))
    for document in documents:
        for sentence in _shortcomings(document):
            say(sentence)
    files = [file_block(each.name, each.media_type, each.text) for each in documents]
    return "\n\n".join([*files, question])


async def _read_all(paths: Sequence[Path]) -> list[Document]:
    reader, line = DocumentReader(), ProgressLine(sys.stderr)
    documents: list[Document] = []
    try:
        for path in paths:

            def show(page: int, page_count: int, name: str = path.name) -> None:
                if page_count > 1:
                    line.show(f"Reading {name}… page {page:,} of {page_count:,}")

            documents.append(await reader.read(path, show))
    finally:
        line.clear()
    return documents


def _shortcomings(document: Document) -> list[str]:
    """Say what of a document the model does not get."""
    name = document.name
    if document.is_picture:
        return [f"This model cannot see pictures: of {name} it is told the name only."]
    sentences: list[str] = []
    unreadable = len(document.unreadable_pages)
    if unreadable:
        sentences.append(f"{unreadable:,} of the pages of {name} could not be read.")
    silent = empty_page_count(document.media_type, document.text) - unreadable
    if silent:
        sentences.append(f"{silent:,} of the pages of {name} hold no text.")
    return sentences

# SPDX-License-Identifier: Apache-2.0
"""Exports chats in the format that is asked for, one chat at a time. It chooses no place.

However many there are, only one chat is in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from nemodesk.chats.message import Chat
from nemodesk.exchange.chat_source import Chats, ChatSource, sources
from nemodesk.exchange.new_file import new_file
from nemodesk.exchange.progress import Progress
from nemodesk.exchange.writers.html_page import page
from nemodesk.exchange.writers.json_document import document
from nemodesk.exchange.writers.json_lines import lines
from nemodesk.exchange.writers.markdown import markdown


class ExportFormat(StrEnum):
    """The formats, by the ending of their files."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    JSON_LINES = "jsonl"


def exported(
    store: Chats, chats: Sequence[Chat], export_format: ExportFormat, progress: Progress
) -> Iterator[str]:
    """Return the chats as one text, in pieces.

    Markdown and HTML are for reading; JSON keeps everything, and NemoDesk reads it again; JSON
    lines are what training tools take.

    Raises:
        CancelledError: the person wants it to end.
    """
    progress.begin(len(chats))
    chosen = _counted(sources(store, chats), progress)
    match export_format:
        case ExportFormat.MARKDOWN:
            return markdown(chosen)
        case ExportFormat.HTML:
            return page(chosen, chats)
        case ExportFormat.JSON:
            return document(chosen)
        case ExportFormat.JSON_LINES:
            return lines(chosen)


def export_to(
    path: Path,
    store: Chats,
    chats: Sequence[Chat],
    export_format: ExportFormat,
    progress: Progress,
) -> None:
    """Write the chats into a file, which is there once it is whole.

    Raises:
        StorageError: the disk is full or refuses.
        CancelledError: the person wants it to end.
    """
    with new_file(path) as file:
        for piece in exported(store, chats, export_format, progress):
            file.write(piece.encode())


def _counted(chats: Iterable[ChatSource], progress: Progress) -> Iterator[ChatSource]:
    for chat in chats:
        yield chat
        progress.step()

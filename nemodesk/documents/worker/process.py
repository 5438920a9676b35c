# SPDX-License-Identifier: Apache-2.0
"""The life of a process that reads one document: bytes in on stdin, text out on what was stdout.

Any mistake of a library about a hostile file stays in here. The owner ends the process by killing
it; the end of the owner ends it too.
"""

import os
import sys
from collections.abc import Callable
from typing import TypeVar

from nemodesk.children.outbox import Outbox
from nemodesk.documents.cleaning import clean
from nemodesk.documents.document import LONGEST_TEXT, DocumentError, Problem
from nemodesk.documents.formats.opened import OpenDocument
from nemodesk.documents.formats.opening import open_document
from nemodesk.documents.protocol import (
    AnyEvent,
    Done,
    Opened,
    Refused,
    Text,
    Unreadable,
    decode_read,
    encode,
)
from nemodesk.documents.worker.limits import TOO_MUCH_MEMORY, limit_this_process

_PIECE_CHARACTERS = 128 * 1024
_RECURSION = 3000
"""Calls within calls; damaged PDFs nest deeply, and Python 3.11's own limit is 1,000."""

_Result = TypeVar("_Result")


def main() -> None:
    """Read one document and end."""
    # Whatever prints to file descriptor 1 must not come between; the protocol gets its own.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    outbox = Outbox[AnyEvent](output, encode)
    line = sys.stdin.buffer.readline()
    if not line:
        return  # the owner is gone already
    wish = decode_read(line)
    content = sys.stdin.buffer.read(wish.size_bytes)
    if len(content) < wish.size_bytes:
        return
    limit_this_process()
    sys.setrecursionlimit(_RECURSION)
    outbox.emit(_read(wish.name, content, outbox.emit))
    # Not by the interpreter's own way, which would tidy up hundreds of megabytes first.
    os._exit(0)


def _read(name: str, content: bytes, emit: Callable[[AnyEvent], None]) -> Done | Refused:
    """Tell what is in the file, and return how it ended."""
    document = _attempt(lambda: open_document(name, content))
    if isinstance(document, DocumentError):
        return Refused(problem=document.problem, detail=document.detail)
    if isinstance(document, Exception):
        return Refused(problem=Problem.DAMAGED, detail=repr(document))
    emit(Opened(media_type=document.media_type, page_count=document.page_count))
    return _read_pages(document, emit)


def _read_pages(document: OpenDocument, emit: Callable[[AnyEvent], None]) -> Done | Refused:
    characters = 0
    for number in range(document.page_count):
        text = _attempt(lambda page=number: clean(document.read_page(page)))
        if isinstance(text, Exception):
            emit(Unreadable(page=number, detail=repr(text)[:1000]))
            continue
        characters += len(text)
        if characters > LONGEST_TEXT:
            return Refused(problem=Problem.TOO_LONG)
        for start in range(0, max(1, len(text)), _PIECE_CHARACTERS):
            emit(Text(page=number, text=text[start : start + _PIECE_CHARACTERS]))
    return Done()


def _attempt(work: Callable[[], _Result]) -> _Result | Exception:
    """Do the work of a library on a stranger's file; whatever goes wrong is the file's fault."""
    try:
        return work()
    except MemoryError:
        # Nothing can be relied on any more.
        os._exit(TOO_MUCH_MEMORY)
    except Exception as error:  # noqa: BLE001 - see the docstring
        return error

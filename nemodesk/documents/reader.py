# SPDX-License-Identifier: Apache-2.0
"""Has documents read, each in a process of its own, which a hostile file cannot leave.

It knows no format.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from nemodesk.children.process import ChildProcess, own_program
from nemodesk.documents.cleaning import clean_name
from nemodesk.documents.document import (
    LARGEST_FILE_BYTES,
    PDF,
    Document,
    DocumentError,
    Problem,
)
from nemodesk.documents.pages import PAGE_BREAK
from nemodesk.documents.protocol import (
    AnyEvent,
    Done,
    Opened,
    Read,
    Refused,
    Text,
    Unreadable,
    decode_event,
    encode,
)
from nemodesk.errors import EngineError

_SILENCE_S = 30.0
"""A process that says nothing for so long is ended. A guess: a full page takes 6 ms (measured), but
a large table is read in one go, and computers differ."""

OnProgress = Callable[[int, int], None]


def _tell_nobody(_page: int, _page_count: int) -> None:
    """Say nothing of the progress."""


def worker_command() -> list[str]:
    """Return the command that starts a reading process: this program, with another argument."""
    return [*own_program(), "--document-worker"]


class DocumentReader:
    """Reads files.

    Args:
        command: what starts a reading process.
        silence_s: how long a process may say nothing.
    """

    def __init__(
        self, command: Sequence[str] | None = None, *, silence_s: float = _SILENCE_S
    ) -> None:
        self._command = command or worker_command()
        self._silence_s = silence_s

    async def read(self, path: Path, on_progress: OnProgress = _tell_nobody) -> Document:
        """Read a file. When it is cancelled, the process is ended.

        Args:
            on_progress: takes how many pages are read, of how many.

        Raises:
            DocumentError: it has no text to give.
        """
        name = clean_name(path.name)
        content = await asyncio.to_thread(_content, path, name)
        return await self.read_content(name, content, on_progress)

    async def read_content(
        self, name: str, content: bytes, on_progress: OnProgress = _tell_nobody
    ) -> Document:
        """Read what is in a file already. Raises DocumentError as `read` does."""
        reading = _Reading(name, content, on_progress)
        return await reading.run(self._command, self._silence_s)


def _content(path: Path, name: str) -> bytes:
    """Return the bytes of a file. Raises DocumentError."""
    try:
        if path.is_dir():
            raise DocumentError(Problem.FOLDER, name)
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise DocumentError(Problem.TOO_LARGE, name)
        with path.open("rb") as file:
            # What is no plain file has no size: a device never ends.
            content = file.read(LARGEST_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise DocumentError(Problem.MISSING, str(path)) from error
    except (OSError, ValueError) as error:
        raise DocumentError(Problem.FORBIDDEN, name, detail=repr(error)) from error
    if len(content) > LARGEST_FILE_BYTES:
        raise DocumentError(Problem.TOO_LARGE, name)
    return content


class _Reading:
    """One document on its way through a process."""

    def __init__(self, name: str, content: bytes, on_progress: OnProgress) -> None:
        self._name = name
        self._content = content
        self._on_progress = on_progress
        self._opened: Opened | None = None
        self._pages: dict[int, list[str]] = {}
        self._last: Done | Refused | None = None
        self._spoke = asyncio.Event()
        self._ended = asyncio.Event()

    async def run(self, command: Sequence[str], silence_s: float) -> Document:
        try:
            child: ChildProcess[AnyEvent] = ChildProcess(
                command, decode=decode_event, on_event=self._take, on_end=self._end
            )
        except EngineError as error:
            raise DocumentError(Problem.NOT_STARTED, self._name, detail=error.detail) from error
        try:
            child.send(encode(Read(name=self._name, size_bytes=len(self._content))))
            child.send(self._content)
            await self._follow(silence_s)
        finally:
            child.end(at_once=True)
            # A cancelled reading waits for its process too: killed, it is gone in a moment.
            await asyncio.shield(asyncio.ensure_future(self._ended.wait()))
        return self._document(child.recent_stderr)

    async def _follow(self, silence_s: float) -> None:
        """Return once the process has said its last, has ended, or says nothing any more."""
        with contextlib.suppress(TimeoutError):
            while self._last is None and not self._ended.is_set():
                self._spoke.clear()
                # Not wait_for, which in Python 3.11 may swallow that the reading is given up.
                async with asyncio.timeout(silence_s):
                    await self._spoke.wait()

    def _take(self, event: AnyEvent) -> None:
        match event:
            case Opened():
                self._opened = event
            case Text():
                self._pages.setdefault(event.page, []).append(event.text)
                self._tell(event.page)
            case Unreadable():
                self._tell(event.page)
            case Done() | Refused():
                self._last = event
        self._spoke.set()

    def _tell(self, page: int) -> None:
        if self._opened:
            self._on_progress(page + 1, self._opened.page_count)

    def _end(self, _status: int, _was_asked: bool) -> None:  # noqa: FBT001
        self._ended.set()
        self._spoke.set()

    def _document(self, printed: str) -> Document:
        """Make the document of what has come, also where the process did not get to the end."""
        if isinstance(self._last, Refused):
            raise DocumentError(self._last.problem, self._name, detail=self._last.detail)
        if self._opened is None or not self._pages:
            problem = Problem.DAMAGED if self._last else Problem.TOO_MUCH_WORK
            raise DocumentError(problem, self._name, detail=printed)
        kind, count = self._opened.media_type, self._opened.page_count
        pages = ["".join(self._pages.get(number, ())) for number in range(count)]
        document = Document(
            name=self._name,
            media_type=kind,
            size_bytes=len(self._content),
            text=PAGE_BREAK.join(pages),
            content=None if kind.startswith("text/") else self._content,
            unreadable_pages=tuple(
                number + 1 for number in range(count) if number not in self._pages
            ),
        )
        self._check(document, is_complete=self._last is not None)
        return document

    def _check(self, document: Document, *, is_complete: bool) -> None:
        if document.is_picture or document.text.strip():
            return
        if not is_complete:
            raise DocumentError(Problem.TOO_MUCH_WORK, self._name)
        is_scan = document.media_type == PDF
        raise DocumentError(Problem.NO_TEXT if is_scan else Problem.EMPTY, self._name)

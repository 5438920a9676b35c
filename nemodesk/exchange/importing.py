# SPDX-License-Identifier: Apache-2.0
"""Imports chats from a file, a folder or an archive into the store, each as a whole or not at all.

A chat that is here already is not imported again, unless it has gone on since. What cannot be
imported is told with its place; the others are imported all the same.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nemodesk.chats.imported import ImportedChat
from nemodesk.chats.message import Chat
from nemodesk.errors import CancelledError, FileError
from nemodesk.exchange.chat_source import Chats, all_chats
from nemodesk.exchange.json_stream import LARGEST_BYTES
from nemodesk.exchange.progress import Progress
from nemodesk.exchange.readers import own
from nemodesk.exchange.reading import Found, Problem, read_chats, size_of

_MOST_PROBLEMS = 100
_SAME_TIME_S = 0.001
"""Other programs round their times."""


@dataclass
class ImportReport:
    """What came of an import.

    Attributes:
        added: ids of the new chats.
        known_count: chats of the file that were here already.
        problems: the first hundred things that could not be imported.
        problem_count: all of them.
        is_stopped: whether the person ended it before its end.
    """

    added: list[int] = field(default_factory=list[int])
    known_count: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    problem_count: int = 0
    is_stopped: bool = False

    def add_problem(self, problem: Problem) -> None:
        """Remember a problem, or at least that there was one."""
        self.problem_count += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)

    @property
    def sentence(self) -> str:
        """The report in words: "12 chats were imported, 3 were here already, 1 was left out."."""
        parts = [_counted(len(self.added), "was imported", "were imported")]
        if self.known_count:
            parts.append(_counted(self.known_count, "was here already", "were here already"))
        if self.problem_count:
            parts.append(_counted(self.problem_count, "was left out", "were left out"))
        first, *others = parts
        noun = "chat" if len(self.added) == 1 else "chats"
        number, _, verb = first.partition(" ")
        return ", ".join([f"{number} {noun} {verb}", *others]) + "."


def import_chats(
    path: Path,
    store: Chats,
    progress: Progress,
    *,
    clock: Callable[[], float] = time.time,
    largest_bytes: int = LARGEST_BYTES,
) -> ImportReport:
    """Import all chats that are found at a path.

    Args:
        path: a file of any program that is known, a zip archive of such files, or a folder.
        largest_bytes: a larger chat is left out.

    Raises:
        UsageError: there is no such file.
        FileError: nothing in it is a chat that can be read.
        StorageError: the disk is full or refuses; chats before that are imported.
    """
    progress.begin(size_of(path))
    report = ImportReport()
    try:
        found = read_chats(path, tell=progress.step, largest_bytes=largest_bytes)
        take_in(found, store, report, clock=clock)
    except CancelledError:
        report.is_stopped = True
    if not (report.added or report.known_count or report.is_stopped):
        _refuse(path, report)
    return report


def take_in(
    found: Iterable[Found],
    store: Chats,
    report: ImportReport,
    *,
    clock: Callable[[], float] = time.time,
) -> None:
    """Put what was read into the store, and tell the report of it."""
    known = KnownChats(store)
    for chat in found:
        if isinstance(chat, Problem):
            report.add_problem(chat)
            continue
        imported = chat.settled(clock())
        if known.has(imported, is_dated=chat.is_dated):
            report.known_count += 1
        elif not (imported.messages or imported.title or imported.draft):
            report.add_problem(Problem("A chat", "There is nothing in it."))
        else:
            new = store.import_chat(imported)
            known.add(new)
            report.added.append(new.id)


class KnownChats:
    """The chats that are here, and which of a file's are among them.

    Those in the trash do not count: whoever imports a chat wants to see it.
    """

    def __init__(self, store: Chats) -> None:
        self._store = store
        self._by_origin: dict[str, list[Chat]] = {}
        self._by_time: dict[int, list[Chat]] = {}
        for chat in all_chats(store):
            self.add(chat)

    def add(self, chat: Chat) -> None:
        """Let this chat be among them."""
        if chat.origin:
            self._by_origin.setdefault(chat.origin, []).append(chat)
        else:
            self._by_time.setdefault(_moment(chat), []).append(chat)

    def has(self, imported: ImportedChat, *, is_dated: bool) -> bool:
        """Tell whether this chat is here, and not older than in the file.

        Args:
            is_dated: whether its times come from the file; without them nothing is older.
        """
        return any(
            not is_dated or chat.updated_at >= imported.updated_at - _SAME_TIME_S
            for chat in self.same_as(imported)
        )

    def same_as(self, imported: ImportedChat) -> Iterator[Chat]:
        """Return the chats that this one is another state of."""
        yield from self._by_origin.get(imported.origin, [])
        if imported.origin.startswith(own.BEGUN_HERE):
            # It may have been written on this computer: then it came from nowhere.
            for chat in self._by_time.get(_moment(imported), []):
                if self._beginning(chat) == _first_words(imported):
                    yield chat

    def _beginning(self, chat: Chat) -> str:
        messages = self._store.whole(chat.id)
        return next((message.content for message in messages if message.parent_id is None), "")


def _moment(chat: Chat | ImportedChat) -> int:
    """Return when it began, in whole milliseconds."""
    return round(chat.created_at * 1000)


def _first_words(imported: ImportedChat) -> str:
    return next((m.content for m in imported.messages if m.parent_key is None), "")


def _refuse(path: Path, report: ImportReport) -> None:
    """Say why nothing at all was imported."""
    if report.problem_count == 1:
        (problem,) = report.problems
        raise FileError(
            f"Nothing was imported from {path.name}. {problem.sentence}", detail=problem.place
        )
    if report.problem_count:
        raise FileError(
            f"Nothing was imported from {path.name}: none of what is in it is a chat that "
            "NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM "
            "Studio."
        )
    raise FileError(f"There are no chats in {path.name}.")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"

# SPDX-License-Identifier: Apache-2.0
"""What a document is once it has been read, and why one could not be. It reads none."""

from dataclasses import dataclass
from enum import StrEnum

from nemodesk.errors import UsageError

MIB = 1024 * 1024

LARGEST_TEXT_BYTES = 8 * MIB
"""A guess: far beyond what fits into any context that runs on a personal computer."""

LARGEST_FILE_BYTES = 64 * MIB
"""Of files that hold more than their text. A guess: books with pictures are smaller."""

LONGEST_TEXT = 8 * MIB
"""In characters, of what was found in a file."""

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
PDF = "application/pdf"
PLAIN = "text/plain"


class Problem(StrEnum):
    """Why a file could not be read, as a word that programs may rely on."""

    MISSING = "missing"
    FORBIDDEN = "forbidden"
    FOLDER = "folder"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    DAMAGED = "damaged"
    TOO_LONG = "too_long"
    TOO_MUCH_WORK = "too_much_work"
    NOT_STARTED = "not_started"


_SENTENCES = {
    Problem.MISSING: "There is no file %1. Check its name and try again.",
    Problem.FORBIDDEN: "%1 cannot be read. Give a file that you may read.",
    Problem.FOLDER: "%1 is a folder. Give the files in it.",
    Problem.TOO_LARGE: "%1 is too large: a text file may have 8 MB, another file 64 MB. "
    "Give the part of it that matters.",
    Problem.EMPTY: "%1 is empty.",
    Problem.UNKNOWN_KIND: "%1 is not a text file, a PDF, a document or a picture that can be "
    "read. Save it as plain text or as a PDF and give that.",
    Problem.ENCRYPTED: "%1 is protected by a password. Save it without one and give that.",
    Problem.NO_TEXT: "%1 holds no text: its pages are pictures. Let a program for text "
    "recognition (OCR) add the text, and give that.",
    Problem.DAMAGED: "%1 is damaged and cannot be read. Save it again, or give another file.",
    Problem.TOO_LONG: "%1 holds more than 8 million characters, which no model here can read. "
    "Give the part of it that matters.",
    Problem.TOO_MUCH_WORK: "Reading %1 took too much time or memory, so it was stopped. "
    "Give a simpler or shorter file.",
    Problem.NOT_STARTED: "%1 could not be read: a part of NemoDesk did not start. "
    "Try it again, or install NemoDesk again.",
}


class DocumentError(UsageError):
    """A file that a model cannot be given.

    Attributes:
        problem: what is wrong with it; screens say it in their own language.
    """

    def __init__(self, problem: Problem, name: str, *, detail: str = "") -> None:
        super().__init__(_SENTENCES[problem].replace("%1", name), detail=detail)
        self.problem = problem


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file as a model gets it.

    Attributes:
        name: of the file, without its folder.
        text: what the model reads; the pages of a PDF are parted by form feeds (see `pages`).
            Empty for a picture.
        content: the file itself, where it is more than its text; else None.
        unreadable_pages: numbers of the pages, from 1, that are damaged or took too long.
    """

    name: str
    media_type: str
    size_bytes: int
    text: str
    content: bytes | None = None
    unreadable_pages: tuple[int, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether it has to be seen."""
        return self.media_type in PICTURES

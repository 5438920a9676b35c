# SPDX-License-Identifier: Apache-2.0
"""Documents that are ZIP files: Word, PowerPoint, Excel, OpenDocument, EPUB. It unpacks none.

Their parts are looked at before anything is unpacked: a file of a few kilobytes may claim to hold
terabytes.
"""

import io
import zipfile

from nemodesk.documents.document import MIB, DocumentError, Problem
from nemodesk.documents.formats.opened import OpenDocument, whole

_MOST_BYTES = 512 * MIB
"""Unpacked. A guess: pictures in a document are packed already and grow little."""

_MOST_PARTS = 20_000
_MOST_MIMETYPE_BYTES = 200

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
BOOK = "application/epub+zip"


def open_package(name: str, content: bytes) -> OpenDocument:
    """Return the document in a ZIP file.

    Raises:
        DocumentError: it is no document, needs a password, or would unpack to too much.
    """
    package = zipfile.ZipFile(io.BytesIO(content))
    _check(name, package)
    parts = set(package.namelist())
    if "word/document.xml" in parts:
        from nemodesk.documents.formats.word import text_of_word  # noqa: PLC0415

        return whole(WORD, lambda: text_of_word(content))
    from nemodesk.documents.formats import markup  # noqa: PLC0415

    if "ppt/presentation.xml" in parts:
        return whole(SLIDES, lambda: markup.text_of_slides(package))
    if "xl/workbook.xml" in parts:
        return whole(SHEETS, lambda: markup.text_of_sheets(package))
    match _mimetype(package):
        case kind if kind == OPEN_TEXT:
            return whole(OPEN_TEXT, lambda: markup.text_of_open_text(package))
        case kind if kind == BOOK:
            return whole(BOOK, lambda: markup.text_of_book(package))
        case _:
            raise DocumentError(Problem.UNKNOWN_KIND, name)


def _check(name: str, package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError(Problem.ENCRYPTED, name)
    # What a part holds beyond the size that it claims is never unpacked (zipfile.ZipExtFile).
    unpacked_bytes = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked_bytes > _MOST_BYTES:
        raise DocumentError(Problem.TOO_MUCH_WORK, name, detail=f"{unpacked_bytes} bytes unpacked")


def _mimetype(package: zipfile.ZipFile) -> str:
    try:
        with package.open("mimetype") as file:
            return file.read(_MOST_MIMETYPE_BYTES).decode("ascii", "replace").strip()
    except KeyError:
        return ""

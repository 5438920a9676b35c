# SPDX-License-Identifier: Apache-2.0
"""Finds out what a file is, by its content first, and opens it. It reads no page."""

from nemodesk.documents.document import (
    LARGEST_TEXT_BYTES,
    DocumentError,
    Problem,
)
from nemodesk.documents.formats.opened import OpenDocument, whole
from nemodesk.documents.formats.picture import picture_type
from nemodesk.documents.formats.plain import decode_text, text_type

_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1024
"""Readers accept rubbish before the mark (PDF 1.7, appendix H, note 13)."""

_ZIP_MARK = b"PK\x03\x04"
_HTML_BEGINNINGS = ("<!doctype html", "<html")


def open_document(name: str, content: bytes) -> OpenDocument:
    """Return the document in a file.

    Raises:
        DocumentError: it cannot be read.
        Exception: whatever a library makes of a damaged file.
    """
    if not content:
        raise DocumentError(Problem.EMPTY, name)
    if picture := picture_type(content):
        return whole(picture, lambda: "")
    # Imported for the files that need them: each takes a tenth of a second.
    if _PDF_MARK in content[:_PDF_MARK_WITHIN]:
        from nemodesk.documents.formats.pdf import open_pdf  # noqa: PLC0415

        return open_pdf(name, content)
    if content.startswith(_ZIP_MARK):
        from nemodesk.documents.formats.package import open_package  # noqa: PLC0415

        return open_package(name, content)
    return _open_text(name, content)


def _open_text(name: str, content: bytes) -> OpenDocument:
    if len(content) > LARGEST_TEXT_BYTES:
        raise DocumentError(Problem.TOO_LARGE, name)
    text = decode_text(content)
    if text is None:
        raise DocumentError(Problem.UNKNOWN_KIND, name)
    if not text.strip():
        raise DocumentError(Problem.EMPTY, name)
    media_type = text_type(name)
    if media_type == "text/html" or text[:200].lstrip().lower().startswith(_HTML_BEGINNINGS):
        from nemodesk.documents.formats.web import text_of_html  # noqa: PLC0415

        return whole("text/html", lambda: text_of_html(text))
    return whole(media_type, lambda: text)

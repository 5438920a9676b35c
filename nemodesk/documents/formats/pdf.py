# SPDX-License-Identifier: Apache-2.0
"""The text of a PDF, page by page. It recognizes no letters in pictures."""

import io
import logging

from pypdf import PasswordType, PdfReader

from nemodesk.documents.document import PDF, DocumentError, Problem
from nemodesk.documents.formats.opened import OpenDocument

_MOST_PAGES = 20_000
"""A guess: the longest books have 5,000; a file that claims more is up to something."""


def open_pdf(name: str, content: bytes) -> OpenDocument:
    """Return the pages of a PDF.

    Raises:
        DocumentError: it needs a password, or claims to have no pages or too many.
    """
    # What pypdf puts up with is not worth a line for each time.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(content), strict=False)
    # Many are encrypted only so that they cannot be printed; their password is empty.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise DocumentError(Problem.ENCRYPTED, name)
    page_count = len(reader.pages)
    if not page_count:
        raise DocumentError(Problem.DAMAGED, name, detail="no pages")
    if page_count > _MOST_PAGES:
        raise DocumentError(Problem.TOO_MUCH_WORK, name, detail=f"{page_count} pages")
    return OpenDocument(PDF, page_count, lambda number: reader.pages[number].extract_text())

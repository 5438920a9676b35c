# SPDX-License-Identifier: Apache-2.0
"""What is said about a file that is attached: its size in pages and words. It reads no file."""

from PySide6.QtCore import QCoreApplication, QLocale

from nemodesk.documents.document import PICTURES
from nemodesk.documents.pages import empty_page_count, page_count, word_count
from nemodesk.sizes import in_words
from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.wording import joined

_CONTEXT = "Attachments"


def describe(key: int, name: str, media_type: str, text: str, size_bytes: int) -> AttachmentRow:
    """Return a file as its chip shows it."""
    if media_type in PICTURES:
        return AttachmentRow(
            key=key,
            name=name,
            figures=in_words(size_bytes),
            icon="picture",
            sentence=_tr("This model cannot see pictures: it is told the name only."),
        )
    pages, words = page_count(media_type, text), word_count(text)
    figures = joined(_pages(pages) if pages else "", _words(words))
    silent = empty_page_count(media_type, text)
    sentence = ""
    if silent:
        sentence = _tr("%1: %2 without text, which the model cannot read.")
        sentence = sentence.replace("%1", name).replace("%2", _pages(silent))
    return AttachmentRow(key=key, name=name, figures=figures, icon="file", sentence=sentence)


def reading(key: int, name: str, page: int = 0, count: int = 0) -> AttachmentRow:
    """Return a file that is being read."""
    figures = _tr("Reading…")
    if count > 1:
        figures = _tr("Reading… %1 of %2")
        figures = figures.replace("%1", _number(page)).replace("%2", _number(count))
    return AttachmentRow(key=key, name=name, figures=figures, icon="file", state="reading")


def _pages(count: int) -> str:
    return _tr("1 page") if count == 1 else _tr("%1 pages").replace("%1", _number(count))


def _words(count: int) -> str:
    return _tr("1 word") if count == 1 else _tr("%1 words").replace("%1", _number(count))


def _number(number: int) -> str:
    return QLocale().toString(number)


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)

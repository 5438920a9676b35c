# SPDX-License-Identifier: Apache-2.0
"""A document whose pages can be read one by one. It knows no format."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class OpenDocument:
    """What each format makes of a file.

    Attributes:
        read_page: returns the text of a page, counted from 0; may raise anything.
    """

    media_type: str
    page_count: int
    read_page: Callable[[int], str]


def whole(media_type: str, read: Callable[[], str]) -> OpenDocument:
    """Return a document that is read in one go."""
    return OpenDocument(media_type, 1, lambda _: read())

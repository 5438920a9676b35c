# SPDX-License-Identifier: Apache-2.0
"""Makes the text of a file one that can be stored, sent and shown. It changes no word."""

import re

from nemodesk.documents.pages import PAGE_BREAK
from nemodesk.text import well_formed, without_controls

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_MANY_BREAKS = re.compile(r"\n{4,}")


def clean(text: str) -> str:
    """Return the text with plain line ends, and without what would steer a terminal."""
    lines = _LINE_ENDS.sub("\n", well_formed(text)).replace(PAGE_BREAK, "\n")
    return _MANY_BREAKS.sub("\n\n\n", without_controls(lines)).lstrip("\n").rstrip()


def clean_name(name: str) -> str:
    """Return the name of a file on one line."""
    return " ".join(without_controls(name).split()) or "file"

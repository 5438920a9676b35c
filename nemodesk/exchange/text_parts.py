# SPDX-License-Identifier: Apache-2.0
"""Makes Markdown of what is no plain text in other programs' chats. It reads no JSON."""

import re

_FENCES = re.compile(r"`{3,}")


def fenced(code: str, language: str = "") -> str:
    """Return code between fences that are longer than any inside it."""
    longest = max((len(found) for found in _FENCES.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{_word(language)}\n{code.rstrip()}\n{fence}"


def named(kind: str, name: str) -> str:
    """Return a line that stands for a file which is not there, "[Image: cat.png]"."""
    return f"[{kind}: {name}]" if name else f"[{kind}]"


def _word(language: str) -> str:
    """Return the language if it is one word; "unknown" is none."""
    return language if re.fullmatch(r"[\w+#.-]{1,30}", language) and language != "unknown" else ""

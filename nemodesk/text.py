# SPDX-License-Identifier: Apache-2.0
"""Makes text that every file, pipe and database can hold. It changes no other text."""


def well_formed(text: str) -> str:
    """Replace halves of surrogate pairs, which a paste or the name of a file may bring."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text

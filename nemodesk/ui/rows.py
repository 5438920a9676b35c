# SPDX-License-Identifier: Apache-2.0
"""Values that the window shows and that no lower level has. No behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelRow:
    """A model on this computer, in words for people.

    Attributes:
        id: what the library calls it.
        name: plain words, "SmolLM2 135M (starter)".
        detail: one line below the name, "98 MB, already on this computer".
        removable: false for what came with NemoDesk.
        location: where the file is, for the details; may be empty.
        facts: further lines of the details, (label, text).
    """

    id: str
    name: str
    detail: str = ""
    removable: bool = False
    location: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LibraryLicence:
    """A library that NemoDesk is built with."""

    name: str
    version: str
    licence: str

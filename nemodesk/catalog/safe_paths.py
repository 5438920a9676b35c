# SPDX-License-Identifier: Apache-2.0
"""Says which names from the network may become files here. It touches no file.

A repository's owner chooses its names. A name is used as it is or not at all: a changed one could
hit another file.
"""

import re
import unicodedata
from pathlib import PurePosixPath

from nemodesk.text import TURNS_TEXT_ROUND

_LONGEST_NAME = 240
"""ext4 allows 255 bytes and NTFS 255 UTF-16 units; the rest is for endings such as ".json"."""
_LONGEST_PATH = 500
"""A guess, well below the 4,096 bytes of Linux and the 1,024 of macOS."""
_DEEPEST = 8

_FORBIDDEN = frozenset('\\:*?"<>|')
"""Windows reads these as folders, drives, streams or patterns."""
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
"""Windows takes these for devices, whatever follows the first dot."""
_HIDDEN_KINDS = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_REPO_ID = re.compile(r"[A-Za-z0-9_][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
"""huggingface_hub's validate_repo_id, with the owner and without leading dots and dashes."""


def safe_relative_path(path: str) -> PurePosixPath | None:
    """Return the path if it stays below any folder on any system, None otherwise.

    Refused are ways out ("..", "/", drives), names that Windows changes or keeps for devices,
    hidden, invisible and overlong ones. Emoji and all scripts are welcome.
    """
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        return None
    parts = path.split("/")
    if length > _LONGEST_PATH or len(parts) > _DEEPEST:
        return None
    if not all(_is_safe_name(part) for part in parts):
        return None
    return PurePosixPath(*parts)


def is_repo_id(text: str) -> bool:
    """Tell whether the text names a repository: OWNER/REPO, whose folders are safe here."""
    return _REPO_ID.fullmatch(text) is not None and safe_relative_path(text) is not None


def _is_safe_name(name: str) -> bool:
    if not name or name.startswith(".") or name.endswith((".", " ")) or name != name.lstrip():
        return False
    if len(name.encode()) > _LONGEST_NAME:
        return False
    if _RESERVED.fullmatch(name.partition(".")[0].rstrip()):
        return False
    return not any(
        character in _FORBIDDEN
        or character in TURNS_TEXT_ROUND
        or unicodedata.category(character) in _HIDDEN_KINDS
        for character in name
    )

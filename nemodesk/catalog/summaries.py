# SPDX-License-Identifier: Apache-2.0
"""Keeps what headers say, so that a long list of models opens no file again.

What is kept counts as long as size and time of the file are the same. It can be made again at
any time: a list that cannot be kept is no error.
"""

import contextlib
import logging
from collections.abc import Mapping
from os import stat_result
from pathlib import Path
from typing import TypeGuard

import msgspec

from nemodesk.catalog.gguf.header import read_beginning
from nemodesk.structs import decode
from nemodesk.whole_file import replace_file

FILE_NAME = ".headers.json"

_VERSION = 1
_log = logging.getLogger(__name__)


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the first values of a header say; empty for a file that is damaged.

    Attributes:
        facts: the values that names are made of, under their names in the header.
    """

    architecture: str = ""
    context_length: int = 0
    facts: dict[str, str | int] = {}


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    size_bytes: int
    modified_ns: int
    summary: Summary


class _Document(msgspec.Struct, frozen=True):
    version: int
    files: dict[str, _Kept]


_FACTS = ("general.basename", "general.size_label", "general.name", "general.file_type")


class Summaries:
    """The summaries of one library.

    Args:
        folder: the models folder; need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._known: dict[str, _Kept] | None = None
        self._has_news = False

    def of(self, path: Path, status: stat_result) -> Summary:
        """Return what the header of a file with this status says."""
        if self._known is None:
            self._known = self._read()
        key = str(path)
        kept = self._known.get(key)
        size_bytes, modified_ns = status.st_size, status.st_mtime_ns
        if kept is None or (kept.size_bytes, kept.modified_ns) != (size_bytes, modified_ns):
            kept = _Kept(size_bytes, modified_ns, summary_of(read_beginning(path)))
            self._known[key] = kept
            self._has_news = True
        return kept.summary

    def keep(self, paths: set[str]) -> None:
        """Store what is new, for these files only. Does nothing where there is no folder."""
        if self._known is None or not self._has_news:
            return
        self._has_news = False
        self._known = {key: kept for key, kept in self._known.items() if key in paths}
        # A folder that cannot be written to, or a name that is no text: then it is read again.
        with contextlib.suppress(OSError, UnicodeEncodeError):
            if self._path.parent.is_dir():
                replace_file(
                    self._path, msgspec.json.encode(_Document(version=_VERSION, files=self._known))
                )

    def _read(self) -> dict[str, _Kept]:
        try:
            document = decode(self._path.read_bytes(), _Document)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            _log.debug("%s: %s", self._path, error)
            return {}
        return dict(document.files) if document.version == _VERSION else {}


def summary_of(metadata: Mapping[str, object]) -> Summary:
    """Return the summary of a header's values."""
    architecture = metadata.get("general.architecture")
    if not isinstance(architecture, str):
        return Summary()
    context_length = metadata.get(f"{architecture}.context_length")
    return Summary(
        architecture=architecture,
        context_length=context_length if _is_count(context_length) else 0,
        facts={
            key: value
            for key in _FACTS
            if isinstance(value := metadata.get(key), str) or _is_count(value)
        },
    )


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 <= value < 2**63  # what JSON readers take

# SPDX-License-Identifier: Apache-2.0
"""Keeps the list of downloads on the disk, so that it survives the program. It fetches nothing."""

import contextlib
import logging
from pathlib import Path
from typing import Literal

import msgspec

from nemodesk.downloads.part import INCOMPLETE_FOLDER
from nemodesk.downloads.protocol import Value, WantedFile
from nemodesk.errors import ErrorCode
from nemodesk.structs import decode
from nemodesk.whole_file import replace_file

_log = logging.getLogger(__name__)

_VERSION = 1


class SavedDownload(Value, frozen=True):
    """What has to be known to go on with a download.

    Attributes:
        code, sentence: why it has failed; empty if it has not.
    """

    repo_id: str
    revision: str
    quant: str
    name: str
    files: tuple[WantedFile, ...]
    state: Literal["wanted", "paused", "failed"] = "wanted"
    code: ErrorCode | None = None
    sentence: str = ""


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    downloads: tuple[SavedDownload, ...]


class SavedList:
    """The file with the list; each change replaces it as a whole."""

    def __init__(self, models_folder: Path) -> None:
        self._path = models_folder / INCOMPLETE_FOLDER / "queue.json"

    @property
    def lock_path(self) -> Path:
        """The file by which one program keeps the list from others."""
        return self._path.with_suffix(".lock")

    def load(self) -> tuple[SavedDownload, ...]:
        """Return the list; a damaged one is kept aside, and what has come of it stays.

        Raises:
            OSError: the disk refuses.
        """
        try:
            return self.read()
        except (msgspec.DecodeError, UnicodeDecodeError):
            damaged = self._path.with_suffix(".damaged.json")
            _log.warning("%s is damaged; it is kept as %s", self._path, damaged)
            with contextlib.suppress(OSError):
                self._path.replace(damaged)
            return ()

    def read(self) -> tuple[SavedDownload, ...]:
        """Return the list as it is.

        Raises:
            OSError: the disk refuses.
            msgspec.DecodeError, UnicodeDecodeError: it is damaged.
        """
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        return decode(text, _Document).downloads

    def save(self, downloads: tuple[SavedDownload, ...]) -> None:
        """Write the list. Raises OSError."""
        document = _Document(version=_VERSION, downloads=downloads)
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = msgspec.json.format(msgspec.json.encode(document), indent=2)
        replace_file(self._path, text)

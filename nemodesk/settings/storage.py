# SPDX-License-Identifier: Apache-2.0
"""Joins the keyring and the file that stands in for it. It remembers no value for the program.

What is in the file is newer than what is in the keyring: whoever writes to the keyring takes the
file in first, and then removes it. A lock between processes guards each reading and writing.
"""

import hashlib
import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from nemodesk.file_lock import FileLock
from nemodesk.paths import Paths, Place
from nemodesk.settings.declared import SECRETS
from nemodesk.settings.document import Document
from nemodesk.settings.file_store import FileStore
from nemodesk.settings.keyring_store import KeyringStore, KeyringTroubleError, Trouble
from nemodesk.settings.whereabouts import Whereabouts

_log = logging.getLogger(__name__)

_LOCK_NAME = ".settings.lock"
_LOCK_TIMEOUT_S = 10.0
"""More than a process that waits for a silent keyring takes."""

_HASH_LETTERS = 8


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept somewhere.

    Attributes:
        secrets: of those that the keyring has; empty while there is none.
        is_stored: whether all that was to be stored is; False if even the disk refuses.
    """

    values: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    whereabouts: Whereabouts
    is_stored: bool = True


class Storage:
    """Where settings and secrets of one home are kept.

    Args:
        paths: the folders of this installation.
        on_late: called in some thread when a keyring that gave no answer has given one.
        keyring: for tests; None is the system's, which a portable installation does not use.
    """

    def __init__(
        self, paths: Paths, *, on_late: Callable[[], None], keyring: KeyringStore | None = None
    ) -> None:
        self._folder = paths.data
        self._file = FileStore(paths.data)
        self._keyring = keyring
        if keyring is None and paths.place is not Place.PORTABLE:
            self._keyring = KeyringStore(home_name(paths))
        if self._keyring is not None:
            self._keyring.on_late = on_late
        self._last = Document()
        # Addresses with a password in them, which no file is given.
        self._for_session: dict[str, Any] = {}

    @property
    def file_values(self) -> Mapping[str, Any]:
        """What the file says, which is there at once; None says that a value was taken back."""
        file = self._file.read()
        return {} if file is None else file.values

    def load(self) -> Kept:
        """Return all that is kept. It blocks as long as a keyring may take."""
        return self.store({}, {})

    def store(self, changes: Mapping[str, Any], secrets: Mapping[str, str | None]) -> Kept:
        """Keep some values and secrets, and return all that is kept then.

        Args:
            changes: by key; None takes a value away.
            secrets: by name; None takes one away. They are kept in the keyring or not at all.
        """
        with self._locked():
            if self._keyring is None:
                return self._in_file(changes, Trouble.PORTABLE)
            try:
                return self._in_keyring(self._keyring, changes, secrets)
            except KeyringTroubleError as error:
                # From now on nobody is asked for a password again and again.
                self._keyring.asks_person = False
                return self._in_file(changes, error.trouble)

    def _in_keyring(
        self, keyring: KeyringStore, changes: Mapping[str, Any], secrets: Mapping[str, str | None]
    ) -> Kept:
        kept = self._last = keyring.read()
        file = self._file.read()
        merged = kept
        if file is not None and not kept.has_taken(file):
            merged = merged.with_file(file)
        merged = merged.changed({**self._for_session, **changes})
        if merged != kept:
            keyring.write(merged)
            self._last = merged
        self._for_session.clear()
        if file is not None:
            # Where it cannot be removed, the keyring knows that it has been taken in.
            with suppress(OSError):
                self._file.remove()
        if secrets:
            keyring.write_secrets(secrets)
        found = keyring.read_secrets(SECRETS)
        place = Whereabouts(backend=keyring.name, trouble=None, file=self._file.path)
        return Kept(values=merged.values, secrets=found, whereabouts=place)

    def _in_file(self, changes: Mapping[str, Any], trouble: Trouble) -> Kept:
        is_stored = True
        file = self._file.read()
        for key, value in changes.items():
            self._for_session.pop(key, None)
            if _holds_password(value):
                self._for_session[key] = value
        try:
            if changes:
                file = self._file.change(
                    {key: None if key in self._for_session else changes[key] for key in changes}
                )
        except OSError as error:
            _log.warning("settings cannot be kept: %r", error)
            is_stored = False
        # What the keyring said before it vanished still counts.
        known = self._last
        if file is not None and not known.has_taken(file):
            known = known.with_file(file)
        place = Whereabouts(backend="", trouble=trouble, file=self._file.path)
        values = known.changed(self._for_session).values
        return Kept(values=values, secrets={}, whereabouts=place, is_stored=is_stored)

    @contextmanager
    def _locked(self) -> Generator[None]:
        try:
            lock = FileLock.wait_for(self._folder / _LOCK_NAME, timeout_s=_LOCK_TIMEOUT_S)
        except OSError as error:
            _log.info("settings are not locked: %r", error)
            lock = None
        try:
            yield
        finally:
            if lock is not None:
                lock.release()


def _holds_password(value: object) -> bool:
    return isinstance(value, str) and "@" in value and urlsplit(value).password is not None


def home_name(paths: Paths) -> str:
    """Return what tells this home apart in the keyring of the person; "" for the usual one."""
    if paths.place is Place.SYSTEM:
        return ""
    return hashlib.sha256(str(paths.data.resolve()).encode()).hexdigest()[:_HASH_LETTERS]

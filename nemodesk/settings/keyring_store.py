# SPDX-License-Identifier: Apache-2.0
"""Keeps settings and secrets in the operating system's keyring. It decides nothing about them.

No other module imports `keyring`. A keyring may be locked, may hang, may be killed, may be full:
whatever it does, each call ends in time, with what was asked for or with a `KeyringTroubleError`.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

from nemodesk.settings.chunks import join, read_head, split
from nemodesk.settings.document import Document, DocumentError, decode, encode
from nemodesk.settings.patience import CallFailedError, NoAnswerError, Patience

_log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE = "NemoDesk"

LIMIT_S = 4.0
"""How long a call may take. A keyring answers in milliseconds, if it answers (a guess)."""

_SLOTS = 2
_LEAST_PRIORITY = 1
"""What `keyring` recommends lies above; below are files without protection (keyring/core.py)."""


class Trouble(StrEnum):
    """Why the keyring cannot be used now."""

    ABSENT = "absent"
    SWITCHED_OFF = "switched_off"
    LOCKED = "locked"
    SILENT = "silent"
    REFUSING = "refusing"
    PORTABLE = "portable"


class KeyringTroubleError(Exception):
    """The keyring did not do what was asked. Its text holds nothing that was to be kept."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Backend(Protocol):
    """What is used of a keyring's backend."""

    def get_password(self, service: str, username: str) -> str | None: ...  # noqa: D102
    def set_password(self, service: str, username: str, password: str) -> None: ...  # noqa: D102
    def delete_password(self, service: str, username: str) -> None: ...  # noqa: D102


class KeyringStore:
    """The keyring's entries of one home.

    Args:
        home: tells the homes of one computer apart; empty for the usual one.
        limit_s: how long one call may take.

    Attributes:
        name: of the keyring, once it has been used.
        asks_person: let a locked keyring ask the person for its password.
        on_late: called in some thread when a keyring that gave no answer has given one.
    """

    def __init__(self, home: str, *, limit_s: float = LIMIT_S) -> None:
        self._prefix = f"{home}." if home else ""
        self._patience = Patience(self._tell_late)
        self._limit_s = limit_s
        self._backend: Backend | None = None
        self._generation = 0
        self.name = ""
        self.asks_person = True
        self.on_late: Callable[[], None] = lambda: None

    def look(self) -> str:
        """Return the keyring's name, without asking the person for anything.

        Raises:
            KeyringTroubleError: the keyring cannot be used now.
        """
        self.asks_person = False
        self._call(self._open)
        return self.name

    def read(self) -> Document:
        """Return the newest settings that are there as a whole; an empty document without any.

        Raises:
            KeyringTroubleError: the keyring cannot be used now.
        """
        return self._call(self._read)

    def write(self, document: Document) -> None:
        """Keep settings. What was kept before stays until the new ones are there as a whole.

        Raises:
            KeyringTroubleError: the keyring cannot be used now.
        """
        self._call(lambda: self._write(document))

    def read_secrets(self, names: Iterable[str]) -> dict[str, str]:
        """Return those of these secrets that are there.

        Raises:
            KeyringTroubleError: the keyring cannot be used now.
        """
        return self._call(lambda: self._read_secrets(names))

    def write_secrets(self, secrets: Mapping[str, str | None]) -> None:
        """Keep secrets, each in an entry of its own; None takes one away.

        Raises:
            KeyringTroubleError: the keyring cannot be used now.
        """
        self._call(lambda: self._write_secrets(secrets))

    def _tell_late(self) -> None:
        self.on_late()

    # What follows runs in the patient thread.

    def _call(self, work: Callable[[], T]) -> T:
        was_known = self._backend is not None
        try:
            return self._try(work)
        except KeyringTroubleError as error:
            if error.trouble is not Trouble.REFUSING or not was_known:
                raise
        # It may have ended meanwhile, or have begun anew.
        return self._try(work)

    def _try(self, work: Callable[[], T]) -> T:
        try:
            return self._patience.call(work, timeout_s=self._limit_s)
        except NoAnswerError:
            raise KeyringTroubleError(Trouble.SILENT) from None
        except CallFailedError as failure:
            self._backend = None
            # Backends are other people's code. What they raise may hold what they were given, so
            # only its kind is told.
            _log.info("the keyring fails: %s", failure)
            raise KeyringTroubleError(_trouble_of(failure.error)) from None

    def _open(self) -> Backend:
        if self._backend is None:
            backend, self.name = _find_backend(asks_person=self.asks_person)
            self._backend = backend
        return self._backend

    def _read(self) -> Document:
        texts = [self._read_slot(slot) for slot in range(_SLOTS)]
        whole = [(generation, text) for generation, text in texts if text is not None]
        self._generation = max((generation for generation, _ in texts), default=0)
        for _, text in sorted(whole, reverse=True):
            try:
                return decode(text)
            except DocumentError as error:
                _log.warning("settings in the keyring make no sense: %s", error)
        return Document()

    def _read_slot(self, slot: int) -> tuple[int, str | None]:
        """Return the generation in a slot, and its text if all of it is there."""
        backend = self._open()
        first = backend.get_password(SERVICE, self._entry(slot, 0)) or ""
        head = read_head(first)
        if head is None:
            return 0, None
        rest = (self._entry(slot, index) for index in range(1, head.count))
        chunks = [first, *(backend.get_password(SERVICE, entry) or "" for entry in rest)]
        return head.generation, join(chunks)

    def _write(self, document: Document) -> None:
        backend = self._open()
        generation = self._generation + 1
        slot = generation % _SLOTS
        old = read_head(backend.get_password(SERVICE, self._entry(slot, 0)) or "")
        chunks = split(encode(document), generation=generation)
        for index, chunk in enumerate(chunks):
            backend.set_password(SERVICE, self._entry(slot, index), chunk)
        self._generation = generation
        for index in range(len(chunks), old.count if old else 0):
            backend.delete_password(SERVICE, self._entry(slot, index))

    def _read_secrets(self, names: Iterable[str]) -> dict[str, str]:
        backend = self._open()
        found = {name: backend.get_password(SERVICE, self._secret(name)) for name in names}
        return {name: value for name, value in found.items() if value}

    def _write_secrets(self, secrets: Mapping[str, str | None]) -> None:
        backend = self._open()
        for name, value in secrets.items():
            entry = self._secret(name)
            if value is not None:
                backend.set_password(SERVICE, entry, value)
            elif backend.get_password(SERVICE, entry) is not None:
                backend.delete_password(SERVICE, entry)

    def _entry(self, slot: int, index: int) -> str:
        return f"{self._prefix}settings.{slot}.{index}"

    def _secret(self, name: str) -> str:
        return f"{self._prefix}secret.{name}"


def _find_backend(*, asks_person: bool) -> tuple[Backend, str]:
    """Return the keyring that this computer has, and its name.

    Args:
        asks_person: let a locked keyring ask the person for its password.
    """
    import keyring.core  # noqa: PLC0415 - slow, and not needed by most commands
    from keyring.backends import fail, null  # noqa: PLC0415

    try:
        # What was there when it was last looked for may have come or gone.
        keyring.core.init_backend()
        backend = cast("Any", keyring.get_keyring())  # typed only in part
        priority = float(backend.priority)
    except (RuntimeError, ImportError, AttributeError, TypeError, ValueError):
        # So it is told that the one which PYTHON_KEYRING_BACKEND names is not there.
        raise KeyringTroubleError(Trouble.ABSENT) from None
    if isinstance(backend, null.Keyring):
        raise KeyringTroubleError(Trouble.SWITCHED_OFF)
    if isinstance(backend, fail.Keyring) or priority < _LEAST_PRIORITY:
        raise KeyringTroubleError(Trouble.ABSENT)
    if not asks_person and _is_locked(backend):
        raise KeyringTroubleError(Trouble.LOCKED)
    return cast("Backend", backend), str(backend.name)


def _is_locked(backend: object) -> bool:
    """Return whether using a Secret Service would bring up its question for a password."""
    if not type(backend).__module__.endswith(".SecretService"):
        return False
    import secretstorage  # noqa: PLC0415 - on Linux only

    storage = cast("Any", secretstorage)
    with closing(storage.dbus_init()) as bus:
        return bool(storage.get_default_collection(bus).is_locked())


def _trouble_of(error: Exception) -> Trouble:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError  # noqa: PLC0415

    if isinstance(error, KeyringTroubleError):
        return error.trouble
    if isinstance(error, KeyringLocked):
        return Trouble.LOCKED
    if isinstance(error, NoKeyringError | InitError):
        return Trouble.ABSENT
    # A Secret Service tells a dismissed question by an error of its own.
    if type(error).__name__ in {"LockedException", "PromptDismissedException"}:
        return Trouble.LOCKED
    return Trouble.REFUSING

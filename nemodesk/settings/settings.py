# SPDX-License-Identifier: Apache-2.0
"""The settings as the program uses them: read from memory, stored soon. It shows nothing.

One thread stores. Whoever reads or sets never waits for a keyring or a disk.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

import msgspec

from nemodesk.answer_settings import AnswerSettings, Preset
from nemodesk.errors import UsageError
from nemodesk.paths import Paths
from nemodesk.settings.declared import DECLARED, SECRETS
from nemodesk.settings.inherited import Inherited
from nemodesk.settings.keyring_store import KeyringStore
from nemodesk.settings.storage import Kept, Storage
from nemodesk.settings.whereabouts import Whereabouts
from nemodesk.structs import convert
from nemodesk.text import well_formed

_log = logging.getLogger(__name__)

ANSWERS = "answers/"
"""Keys of choices about answers begin so; the model's id follows."""

PRESETS = "presets"


class Settings:
    """What the person has chosen for the program, and the program's secrets.

    Reading and setting are done in any thread. Before `open` everything has its default.

    Args:
        paths: the folders of this installation.
        keyring: for tests; None is the system's.
        on_problem: called, in some thread, with a sentence for the person, once for each kind
            of trouble.
    """

    def __init__(
        self,
        paths: Paths,
        *,
        keyring: KeyringStore | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> None:
        self._on_problem = on_problem or _log.info
        self._storage = Storage(paths, on_late=self.refresh, keyring=keyring)
        self._lock = threading.RLock()
        self._kept: Mapping[str, Any] = {}
        self._kept_secrets: Mapping[str, str] = {}
        self._changes: dict[str, Any] = {}
        self._changed_secrets: dict[str, str | None] = {}
        self._whereabouts: Whereabouts | None = None
        self._subscribers: list[Callable[[str], None]] = []
        self._said: dict[str, None] = {}
        self._inherited = Inherited(paths.data)
        self._has_begun = False
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def on_problem(self) -> Callable[[str], None]:
        """What takes sentences for the person; whoever comes later hears also what was said."""
        return self._on_problem

    @on_problem.setter
    def on_problem(self, take: Callable[[str], None]) -> None:
        with self._lock:
            self._on_problem = take
            said = list(self._said)
        for sentence in said:
            take(sentence)

    async def open(self) -> None:
        """Read what is kept. It ends in any case, with what could be read."""
        loop = asyncio.get_running_loop()
        done = asyncio.Event()

        def tell() -> None:
            # Nobody waits any more where the loop has ended.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(done.set)

        self.begin()
        self._do(tell)
        await done.wait()

    def open_now(self, timeout_s: float) -> bool:
        """Read what is kept and return whether that was done in time; else it goes on."""
        done = threading.Event()
        self.begin()
        self._do(done.set)
        return done.wait(timeout_s)

    def begin(self) -> None:
        """Begin to read what is kept, if nobody has yet, and do not wait for it."""
        with self._lock:
            has_begun, self._has_begun = self._has_begun, True
        if not has_begun:
            self._do(self._read_files)
            self._do(self._store)

    def refresh(self) -> None:
        """Look again soon: another process may have set something, or the keyring come back."""
        self._do(self._store)

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was set is stored; return whether it is."""
        done = threading.Event()
        self._do(done.set)
        return done.wait(timeout_s) and not self._changes

    def close(self, timeout_s: float) -> bool:
        """Store all that was set, and end; return whether it is stored."""
        is_stored = self.flush(timeout_s)
        self._work.put(None)
        return is_stored

    def value(self, key: str) -> Any:  # noqa: ANN401 - each setting has a type of its own
        """Return a setting's value; what makes no sense counts as its default.

        Raises:
            UsageError: there is no such setting.
        """
        setting = DECLARED.get(key)
        if setting is None:
            raise UsageError(f"There is no setting {key}.")
        value = self._chosen(key)
        try:
            return setting.default if value is None else setting.check(value)
        except UsageError as error:
            self._say_once(f"{error.sentence} What it held counts for nothing.")
            return setting.default

    def is_set(self, key: str) -> bool:
        """Whether the person has chosen a value."""
        return self._chosen(key) is not None

    def set(self, key: str, value: object) -> None:
        """Let a value count from now on.

        Raises:
            UsageError: there is no such setting, or it does not take this value.
        """
        setting = DECLARED.get(key)
        if setting is None:
            raise UsageError(f"There is no setting {key}.")
        self._change({key: setting.check(value)})

    def reset(self, key: str | None = None) -> None:
        """Let a setting's default count again, or that of all settings that people see.

        Raises:
            UsageError: there is no such setting.
        """
        if key is not None and key not in DECLARED:
            raise UsageError(f"There is no setting {key}.")
        shown = [name for name, setting in DECLARED.items() if not setting.is_hidden]
        self._change(dict.fromkeys([key] if key else shown))

    def answer_defaults(self, model_id: str) -> AnswerSettings:
        """Return what was chosen for every chat with a model."""
        return _converted(self._chosen(ANSWERS + model_id), AnswerSettings) or AnswerSettings()

    def set_answer_defaults(self, model_id: str, chosen: AnswerSettings) -> None:
        """Choose for every chat with a model; an empty choice takes it back."""
        value = None if chosen.is_empty else msgspec.to_builtins(chosen)
        self._change({ANSWERS + model_id: value})

    def presets(self) -> tuple[Preset, ...]:
        """Return the person's presets, in their order."""
        return _converted(self._chosen(PRESETS), tuple[Preset, ...]) or ()

    def set_presets(self, presets: tuple[Preset, ...]) -> None:
        """Keep these presets instead of those before."""
        self._change({PRESETS: msgspec.to_builtins(presets) or None})

    def everything(self) -> dict[str, Any]:
        """Return all that was chosen, by its key; secrets are not in it."""
        with self._lock:
            chosen = {**self._kept, **self._changes}
        return {key: value for key, value in chosen.items() if value is not None}

    def choose(self, values: Mapping[str, Any]) -> None:
        """Let values as `everything` gives them count; what makes no sense here is left out.

        Args:
            values: by their keys; None is the default.
        """
        self._change({key: value for key, value in values.items() if _makes_sense(key, value)})

    def secret(self, name: str) -> str | None:
        """Return a secret; None if there is none, or none is known now."""
        _check_secret(name)
        with self._lock:
            if name in self._changed_secrets:
                return self._changed_secrets[name]
            return self._kept_secrets.get(name)

    def set_secret(self, name: str, value: str | None) -> None:
        """Keep a secret in the keyring, or until the program ends; None takes it away."""
        _check_secret(name)
        with self._lock:
            if self.secret(name) == (value or None):
                return
            self._changed_secrets[name] = value or None
        self._do(self._store)
        self._tell([name])

    def where(self) -> Whereabouts | None:
        """Return where settings are kept now; None before `open`."""
        return self._whereabouts

    @property
    def is_known(self) -> bool:
        """Whether what the person has chosen could be read; else defaults count meanwhile."""
        return self._whereabouts is not None and not self._whereabouts.is_passing

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Call back with the key of whatever has changed, in the thread that changed it.

        Changes of other processes, and what the keyring says late, come in the thread that
        stores. For secrets the key is their name.
        """
        self._subscribers.append(callback)

    def _chosen(self, key: str) -> Any:  # noqa: ANN401 - whatever is kept
        with self._lock:
            return self._changes[key] if key in self._changes else self._kept.get(key)

    def _change(self, changes: Mapping[str, Any]) -> None:
        clean = {well_formed(key): _well_formed(value) for key, value in changes.items()}
        with self._lock:
            new = {key: value for key, value in clean.items() if value != self._chosen(key)}
            self._changes.update(new)
        if new:
            self._do(self._store)
            self._tell(new)

    # What follows runs in the thread that stores.

    def _read_files(self) -> None:
        """Read what is there at once, while a keyring may take its time."""
        file, inherited = self._storage.file_values, self._inherited.values()
        with self._lock:
            before = self._known()
            self._kept = {**self._kept, **file}
            self._changes = {**inherited, **self._changes}
        self._tell_differences(before)

    def _store(self) -> None:
        with self._lock:
            changes, secrets = dict(self._changes), dict(self._changed_secrets)
        kept = self._storage.store(changes, secrets)
        with self._lock:
            before = self._known()
            self._kept = kept.values
            self._whereabouts = kept.whereabouts
            if kept.is_stored:
                _forget(self._changes, changes)
                self._inherited.remove()
            if kept.whereabouts.is_keyring:
                self._kept_secrets = kept.secrets
                _forget(self._changed_secrets, secrets)
        self._tell_differences(before)
        self._say_trouble(kept)

    def _tell_differences(self, before: Mapping[str, Any]) -> None:
        with self._lock:
            now = self._known()
        self._tell(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))

    def _known(self) -> dict[str, Any]:
        secrets = {**self._kept_secrets, **self._changed_secrets}
        return {**self._kept, **self._changes, **secrets}

    def _say_trouble(self, kept: Kept) -> None:
        if not kept.is_stored:
            self._say_once(
                f"Settings cannot be kept: {kept.whereabouts.file} cannot be written. Make room "
                "on the disk or allow writing there."
            )
        if kept.whereabouts.is_worrying:
            self._say_once(kept.whereabouts.sentence)

    def _say_once(self, sentence: str) -> None:
        with self._lock:
            is_new = sentence not in self._said
            self._said[sentence] = None
            on_problem = self._on_problem
        if is_new:
            on_problem(sentence)

    def _tell(self, keys: Iterable[str]) -> None:
        for key in list(keys):
            for callback in list(self._subscribers):
                try:
                    callback(key)
                except RuntimeError as error:
                    # So Qt says that a window is gone; the others are to hear of it all the same.
                    _log.info("nobody hears of %s any more: %r", key, error)
                    self._subscribers.remove(callback)

    def _do(self, work: Callable[[], object]) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="settings", daemon=True)
                self._thread.start()
        self._work.put(work)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _makes_sense(key: str, value: object) -> bool:
    if value is None:
        return True
    if key.startswith(ANSWERS):
        return _converted(value, AnswerSettings) is not None
    if key == PRESETS:
        return _converted(value, tuple[Preset, ...]) is not None
    try:
        return key in DECLARED and DECLARED[key].check(value) is not None
    except UsageError:
        return False


def _well_formed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value without halves of characters, which no JSON can hold."""
    match value:
        case str():
            return well_formed(value)
        case dict():
            named = cast("dict[str, Any]", value)
            return {well_formed(name): _well_formed(inner) for name, inner in named.items()}
        case list() | tuple():
            return [_well_formed(inner) for inner in cast("list[Any]", value)]
        case _:
            return value


def _check_secret(name: str) -> None:
    if name not in SECRETS:
        raise UsageError(f"There is no secret {name}.")


def _forget(changes: dict[str, Any], stored: Mapping[str, Any]) -> None:
    """Take away what is stored, and was not changed again meanwhile."""
    for key, value in stored.items():
        if key in changes and changes[key] == value:
            del changes[key]


def _converted(value: object, kind: Any) -> Any:  # noqa: ANN401 - as msgspec.convert
    try:
        return None if value is None else convert(value, kind)
    except msgspec.ValidationError:
        return None

# SPDX-License-Identifier: Apache-2.0
"""Keyring and file together: nothing is lost or in both, wherever it is interrupted."""

import contextlib
import json
from dataclasses import replace

import keyring.core
import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.paths import Place, find_paths
from nemodesk.settings.file_store import FileStore
from nemodesk.settings.keyring_store import KeyringStore, KeyringTroubleError, Trouble
from nemodesk.settings.settings import Settings
from nemodesk.settings.storage import Storage
from tests.fakes.keyring_backend import FailingKeyring
from tests.settings.conftest import TIMEOUT_S, OpenSettings

_LONG = "x" * 5000


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FailingKeyring:
    """Give this process a keyring in memory."""
    backend = FailingKeyring()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.fakes.keyring_backend.FailingKeyring")
    monkeypatch.setattr(keyring.core, "load_keyring", lambda _name: backend)
    return backend


def _stored(settings: Settings, prompt: str) -> Trouble | None:
    settings.set_answer_defaults("a", AnswerSettings(system_prompt=prompt))
    assert settings.flush(TIMEOUT_S)
    place = settings.where()
    assert place is not None
    return place.trouble


def test_a_write_that_is_cut_off_leaves_the_old_or_the_new(
    backend: FailingKeyring, open_settings: OpenSettings
) -> None:
    """Wherever it is cut, whoever reads next finds one of the two as a whole."""
    first = open_settings()
    assert _stored(first, "old" + _LONG) is None
    assert _stored(first, "older" + _LONG) is None
    for writes in range(8):
        before = dict(backend.entries)
        backend.writes_left = writes
        store = KeyringStore(_home(backend))
        document = store.read().changed({"answers/a": {"system_prompt": "new" + _LONG}})
        with contextlib.suppress(KeyringTroubleError):
            store.write(document)
        was_enough, backend.writes_left = backend.writes_left != 0, None
        found = KeyringStore(_home(backend)).read().values["answers/a"]["system_prompt"]
        assert found in {"older" + _LONG, "new" + _LONG}
        assert not was_enough or found == "new" + _LONG
        backend.entries = before


def test_a_full_keyring_lets_the_file_keep_it(
    backend: FailingKeyring, open_settings: OpenSettings
) -> None:
    """What does not fit is in the file, and goes to the keyring when there is room."""
    settings = open_settings()
    assert _stored(settings, "old") is None
    backend.writes_left = 0
    assert _stored(settings, "new") is Trouble.REFUSING
    assert open_settings().answer_defaults("a").system_prompt == "new"
    backend.writes_left = None
    again = open_settings()
    assert again.answer_defaults("a").system_prompt == "new"
    assert not FileStore(find_paths().data).path.exists()


def test_a_file_that_was_taken_in_is_not_taken_in_again(
    backend: FailingKeyring, open_settings: OpenSettings
) -> None:
    """A program killed before it removes the file must not bring old values back."""
    settings = open_settings()
    backend.writes_left = 0
    assert _stored(settings, "from the file") is Trouble.REFUSING
    file = FileStore(find_paths().data).path
    left_over = file.read_bytes()
    backend.writes_left = None
    assert _stored(settings, "newer") is None
    file.write_bytes(left_over)
    assert open_settings().answer_defaults("a").system_prompt == "newer"
    assert not file.exists()


def test_what_a_newer_program_has_set_stays(
    backend: FailingKeyring, open_settings: OpenSettings
) -> None:
    """Keys that this program does not know are kept, with the newer layout's number."""
    store = KeyringStore(_home(backend))
    store.write(store.read().changed({"future.key": [1, {"a": 2}]}))
    assert _stored(open_settings(), "mine") is None
    assert KeyringStore(_home(backend)).read().values["future.key"] == [1, {"a": 2}]


def test_a_value_that_makes_no_sense_counts_for_nothing(open_settings: OpenSettings) -> None:
    """The default counts, and one sentence says which value it was."""
    store = FileStore(find_paths().data)
    store.change({"trash.keep_days": "soon", "appearance.theme": "dark", "presets": 7})
    heard: list[str] = []
    settings = open_settings(heard=heard)
    assert [settings.value("trash.keep_days") for _ in range(3)] == [30, 30, 30]
    assert settings.value("appearance.theme") == "dark"
    assert settings.presets() == ()
    assert len(heard) == 1
    assert "trash.keep_days" in heard[0]


@pytest.mark.logs("cannot be read")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"values": 3}', b"\xff\xfe", b"[" * 9999])
def test_a_damaged_file_is_set_aside(open_settings: OpenSettings, content: bytes) -> None:
    """Defaults count, and the first change keeps what was there under another name."""
    file = FileStore(find_paths().data).path
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    settings = open_settings()
    settings.set("trash.keep_days", 7)
    assert settings.flush(TIMEOUT_S)
    assert json.loads(file.read_bytes())["values"] == {"trash.keep_days": 7}
    assert file.with_suffix(".damaged.json").read_bytes() == content


def test_a_portable_home_uses_no_keyring(backend: FailingKeyring) -> None:
    """It is to leave nothing on the computer, and says that keys are forgotten."""
    paths = replace(find_paths(), place=Place.PORTABLE)
    settings = Settings(paths)
    assert settings.open_now(TIMEOUT_S)
    settings.set("trash.keep_days", 7)
    settings.set_secret("hf_token", "hf_x")
    assert settings.close(TIMEOUT_S)
    place = settings.where()
    assert place is not None
    assert (place.trouble, place.is_worrying) == (Trouble.PORTABLE, False)
    assert backend.entries == {}
    assert "keep_days" in FileStore(paths.data).path.read_text()


def test_a_weak_keyring_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that keeps its entries in a plain file is not given secrets."""
    monkeypatch.setattr(FailingKeyring, "priority", 0.5)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.fakes.keyring_backend.FailingKeyring")
    kept = Storage(find_paths(), on_late=lambda: None).load()
    assert kept.whereabouts.trouble is Trouble.ABSENT


@pytest.mark.parametrize("name", ["keyring.backends.fail.Keyring", "no.such.Keyring", "nonsense"])
def test_no_keyring_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whatever the environment names, the program goes on."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    kept = Storage(find_paths(), on_late=lambda: None).load()
    assert kept.whereabouts.trouble is Trouble.ABSENT


def test_errors_do_not_tell_what_was_to_be_kept(
    backend: FailingKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    """A keyring's own error may hold the secret; it goes no further."""
    backend.longest_units = 3
    with caplog.at_level("DEBUG"), pytest.raises(KeyringTroubleError) as raised:
        KeyringStore("").write_secrets({"hf_token": "hf_verysecret"})
    assert "verysecret" not in repr(raised.value) + caplog.text
    assert raised.value.__cause__ is None


def _home(backend: FailingKeyring) -> str:
    """Return which home's entries there are; the usual one's if there are none."""
    names = [name for _, name in backend.entries]
    return names[0].partition(".settings")[0] if names else "none"


def test_an_address_with_a_password_is_never_in_the_file(
    backend: FailingKeyring, open_settings: OpenSettings
) -> None:
    """It counts until the program ends, and goes to the keyring once there is one."""
    address = "http://ada:sesame@127.0.0.1:3128"
    settings = open_settings()
    backend.writes_left = 0
    settings.set("hub.proxy", address)
    settings.set("trash.keep_days", 7)
    assert settings.flush(TIMEOUT_S)
    assert settings.value("hub.proxy") == address
    kept = FileStore(find_paths().data).path.read_text(encoding="utf-8")
    assert "sesame" not in kept
    assert "keep_days" in kept
    backend.writes_left = None
    settings.set("trash.keep_days", 8)
    assert settings.flush(TIMEOUT_S)
    assert open_settings().value("hub.proxy") == address

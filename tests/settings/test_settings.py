# SPDX-License-Identifier: Apache-2.0
"""The settings as the program uses them, without a keyring: from memory, stored in the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings, Preset
from nemodesk.errors import UsageError
from nemodesk.paths import find_paths
from nemodesk.settings.keyring_store import Trouble
from nemodesk.settings.settings import Settings

_TIMEOUT_S = 10.0


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Return settings that have been read."""
    settings = _opened()
    yield settings
    settings.close(_TIMEOUT_S)


def _opened() -> Settings:
    settings = Settings(find_paths())
    assert settings.open_now(_TIMEOUT_S)
    return settings


def _again() -> Settings:
    """Return what another process would find."""
    settings = _opened()
    settings.close(_TIMEOUT_S)
    return settings


def test_a_value_counts_at_once_and_is_found_again(settings: Settings) -> None:
    """What is set is read back at once, and by the next process once it is stored."""
    assert settings.value("trash.keep_days") == 30
    settings.set("trash.keep_days", 7)
    assert settings.value("trash.keep_days") == 7
    assert settings.flush(_TIMEOUT_S)
    assert _again().value("trash.keep_days") == 7


def test_a_reset_value_has_its_default_again(settings: Settings) -> None:
    """Resetting takes the choice away, here and where it is kept."""
    settings.set("appearance.theme", "dark")
    settings.reset("appearance.theme")
    assert settings.value("appearance.theme") == "system"
    assert not settings.is_set("appearance.theme")
    assert settings.flush(_TIMEOUT_S)
    assert _again().value("appearance.theme") == "system"


def test_resetting_all_spares_what_nobody_sees(settings: Settings) -> None:
    """A reset of everything does not bring the first page back."""
    settings.set("first_run.finished", value=True)
    settings.set("appearance.theme", "dark")
    settings.reset()
    assert settings.value("first_run.finished") is True
    assert settings.value("appearance.theme") == "system"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("appearance.theme", "purple"),
        ("trash.keep_days", 0),
        ("trash.keep_days", "7"),
        ("trash.keep_days", True),
        ("privacy.offline", 1),
        ("hub.endpoint", "ftp://somewhere"),
        ("hub.endpoint", "http://host:99999999"),
        ("window.state", {"x": "y" * 10_000}),
        ("no.such.key", 1),
    ],
)
def test_a_wrong_value_is_refused_in_words(settings: Settings, key: str, value: object) -> None:
    """Nothing is set that the setting does not take; the sentence names it."""
    with pytest.raises(UsageError, match=key.replace(".", r"\.")):
        settings.set(key, value)
    assert settings.flush(_TIMEOUT_S)
    assert not (find_paths().data / "settings.json").exists()


def test_subscribers_hear_the_key(settings: Settings) -> None:
    """Whoever subscribed hears of each change once, and not of a value that was there already."""
    heard: list[str] = []
    settings.subscribe(heard.append)
    settings.set("chat.show_speed", value=True)
    settings.set("chat.show_speed", value=True)
    settings.reset("chat.show_speed")
    assert heard == ["chat.show_speed", "chat.show_speed"]


def test_what_another_process_sets_is_heard(settings: Settings) -> None:
    """After a refresh the value of the other process counts."""
    other = _opened()
    other.set("appearance.theme", "light")
    other.close(_TIMEOUT_S)
    heard: list[str] = []
    settings.subscribe(heard.append)
    settings.refresh()
    assert settings.flush(_TIMEOUT_S)
    assert settings.value("appearance.theme") == "light"
    assert heard == ["appearance.theme"]


def test_choices_about_answers_belong_to_a_model(settings: Settings) -> None:
    """What was chosen for a model is kept for it alone, and an empty choice is none."""
    settings.set_answer_defaults("a/b", AnswerSettings(temperature=0.5))
    assert settings.flush(_TIMEOUT_S)
    again = _again()
    assert again.answer_defaults("a/b") == AnswerSettings(temperature=0.5)
    assert again.answer_defaults("c") == AnswerSettings()
    settings.set_answer_defaults("a/b", AnswerSettings())
    assert settings.answer_defaults("a/b").is_empty


def test_half_characters_do_no_harm(settings: Settings) -> None:
    """What some programs put on the clipboard is stored as a sign in its place."""
    settings.set_answer_defaults("a\ud800", AnswerSettings(system_prompt="x\udfffy"))
    settings.set_presets((Preset(name="\ud83d"),))
    settings.set("trash.keep_days", 7)
    assert settings.flush(_TIMEOUT_S)
    assert _again().value("trash.keep_days") == 7
    assert settings.answer_defaults("a\ufffd").system_prompt == "x\ufffdy"


def test_a_listener_that_is_gone_hinders_nobody(settings: Settings) -> None:
    """Qt raises an error where a window has been closed; everybody else hears of the change."""

    def gone(_key: str) -> None:
        raise RuntimeError("Internal C++ object already deleted.")

    heard: list[str] = []
    settings.subscribe(gone)
    settings.subscribe(heard.append)
    settings.set("trash.keep_days", 7)
    settings.set("trash.keep_days", 8)
    assert heard == ["trash.keep_days"] * 2
    assert settings.flush(_TIMEOUT_S)


def test_presets_keep_their_order(settings: Settings) -> None:
    """Presets come back as they were given."""
    presets = (
        Preset(name="z", settings=AnswerSettings(system_prompt="Grüß")),
        Preset(name="a", settings=AnswerSettings(top_k=3)),
    )
    settings.set_presets(presets)
    assert settings.flush(_TIMEOUT_S)
    assert _again().presets() == presets


def test_a_secret_without_a_keyring_lasts_as_long_as_the_program(
    settings: Settings, nemodesk_home: Path
) -> None:
    """It is there for this process, and in no file."""
    settings.set_secret("hf_token", "hf_verysecret")
    settings.set("chat.show_speed", value=True)
    assert settings.flush(_TIMEOUT_S)
    assert settings.secret("hf_token") == "hf_verysecret"
    assert _again().secret("hf_token") is None
    for file in nemodesk_home.rglob("*"):
        assert file.is_dir() or b"verysecret" not in file.read_bytes()


def test_it_says_where_things_are(settings: Settings) -> None:
    """Without a keyring the file is named, with the reason."""
    where = settings.where()
    assert where is not None
    assert where.trouble is Trouble.SWITCHED_OFF
    assert str(find_paths().data / "settings.json") in where.sentence

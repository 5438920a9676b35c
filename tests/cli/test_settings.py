# SPDX-License-Identifier: Apache-2.0
"""`nemodesk settings` as a person uses it where there is no keyring."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Nemodesk
from tests.fakes.keyring_session import NEEDED, KeyringSession


def test_what_is_set_is_got_until_it_is_reset(nemodesk: Nemodesk) -> None:
    """A value is kept from one command to the next, and its default comes back."""
    done = nemodesk("settings", "set", "trash.keep_days", "7")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == ""
    assert nemodesk("settings", "get", "trash.keep_days").stdout == "7\n"
    assert nemodesk("settings", "reset", "trash.keep_days").returncode == 0
    assert nemodesk("settings", "get", "trash.keep_days").stdout == "30\n"


def test_words_of_people_are_understood(nemodesk: Nemodesk) -> None:
    """A switch is turned on by a word, and a choice is found however it is written."""
    nemodesk("settings", "set", "privacy.offline", "Yes")
    nemodesk("settings", "set", "appearance.theme", "DARK")
    assert nemodesk("settings", "get", "privacy.offline").stdout == "on\n"
    (shown,) = [
        field
        for field in json.loads(nemodesk("settings", "list", "--json").stdout)
        if field["key"] == "appearance.theme"
    ]
    assert (shown["value"], shown["default"], shown["is_set"]) == ("dark", "system", True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("get", "apearance.theme"), "appearance.theme"),
        (("get", "xyzzy"), "settings list"),
        (("set", "trash.keep_days", "many"), "1 to 3650"),
        (("set", "trash.keep_days"), "1 to 3650"),
        (("set", "appearance.theme", "purple"), "high_contrast"),
        (("set", "vault_key", "x"), "itself"),
        (("set", "hf_token", " "), "empty"),
        (("reset", "nothing"), "settings list"),
    ],
)
def test_wrong_usage_says_what_there_is(
    nemodesk: Nemodesk, arguments: tuple[str, ...], words: str
) -> None:
    """One sentence leads on, and the exit code is 2."""
    done = nemodesk("settings", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_secret_without_a_keyring_is_refused(
    nemodesk: Nemodesk, environment: dict[str, str]
) -> None:
    """It is not kept in a file instead, not even in the log."""
    done = nemodesk("settings", "set", "hf_token", typed="hf_verysecret\n")
    assert done.returncode == 8
    assert "secret" in done.stderr
    assert nemodesk("settings", "get", "hf_token").stdout == "not set\n"
    for file in Path(environment["NEMODESK_HOME"]).rglob("*"):
        assert file.is_dir() or b"verysecret" not in file.read_bytes()


def test_a_variable_that_wins_is_named(nemodesk: Nemodesk, environment: dict[str, str]) -> None:
    """Who asks for a value that does not count is told so."""
    environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    done = nemodesk("settings", "get", "hub.endpoint", "--json")
    assert json.loads(done.stdout)["overridden_by"] == "HF_ENDPOINT"
    assert "HF_ENDPOINT" in nemodesk("settings", "get", "hub.endpoint").stderr


def test_where_names_the_file_and_the_reason(
    nemodesk: Nemodesk, environment: dict[str, str]
) -> None:
    """Both for people and for programs."""
    place = json.loads(nemodesk("settings", "where", "--json").stdout)
    assert place["place"] == "file"
    assert place["trouble"] == "switched_off"
    assert place["file"] == str(Path(environment["NEMODESK_HOME"]) / "settings.json")
    assert place["file"] in nemodesk("settings", "where").stdout


def test_a_disk_that_refuses_is_said(nemodesk: Nemodesk, environment: dict[str, str]) -> None:
    """Nothing claims to be kept that is not."""
    (Path(environment["NEMODESK_HOME"]) / "settings.json").mkdir(parents=True)
    done = nemodesk("settings", "set", "trash.keep_days", "7")
    assert done.returncode == 8
    assert "cannot be kept" in done.stderr


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_default_in_place_of_what_a_locked_keyring_holds_is_said(
    nemodesk: Nemodesk, environment: dict[str, str]
) -> None:
    """Nobody takes it for the value that was set, nor goes to the network believing otherwise."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are missing; `make test` installs them"
    sentence = "The keyring is locked. What is kept in it does not count meanwhile.\n"
    with KeyringSession() as session:
        environment |= {**session.environment, "HF_ENDPOINT": "http://127.0.0.1:9"}
        nemodesk("settings", "set", "trash.keep_days", "7")
        assert nemodesk("settings", "get", "trash.keep_days").stderr == ""
        session.lock()
        shown = nemodesk("settings", "get", "trash.keep_days")
        assert (shown.returncode, shown.stdout, shown.stderr) == (0, "30\n", sentence)
        listed = nemodesk("settings", "list", "--json")
        assert json.loads(listed.stdout)
        assert listed.stderr == sentence
        for asked in (("search", "nemotron"), ("pull", "owner/name")):
            assert nemodesk("models", *asked).stderr.startswith(sentence)

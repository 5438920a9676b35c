# SPDX-License-Identifier: Apache-2.0
"""`nemodesk doctor` looks at this computer and says what it found."""

import json
from pathlib import Path

import pytest

from nemodesk.cli.doctor import look_at
from tests.cli.conftest import Nemodesk
from tests.fakes.hub import FakeHub


@pytest.mark.engine
def test_this_computer_is_looked_at(nemodesk: Nemodesk, environment: dict[str, str]) -> None:
    """Every check is there once, and the command changes nothing but the cache and the log."""
    done = nemodesk("doctor", "--json")
    assert done.returncode == 0
    checks = json.loads(done.stdout)["checks"]
    names = [check["id"] for check in checks]
    assert len(names) == len(set(names))
    assert {
        *("engine", "graphics_card", "processor", "memory", "memory_speed"),
        *("models_folder", "disk", "keyring"),
    } <= set(names)
    assert {tuple(check) for check in checks} == {("id", "status", "summary", "fix")}
    assert not (Path(environment["NEMODESK_HOME"]) / "models").exists()


@pytest.mark.engine
def test_the_hub_is_asked_only_when_that_is_wished(
    nemodesk: Nemodesk, environment: dict[str, str]
) -> None:
    """Without --online nobody is contacted; with it, the hub's answer is a check."""
    with FakeHub() as hub:
        environment["HF_ENDPOINT"] = hub.url
        nemodesk("doctor")
        assert hub.requests == []
        (check,) = _hub_checks(nemodesk("doctor", "--online", "--json").stdout)
        assert check["status"] == "ok"
        assert len(hub.requests) == 1
    (check,) = _hub_checks(nemodesk("doctor", "--online", "--json").stdout)
    assert check["status"] == "wrong"
    assert check["fix"]


def _hub_checks(output: str) -> list[dict[str, str]]:
    return [check for check in json.loads(output)["checks"] if check["id"] == "hub"]


@pytest.mark.engine
def test_a_person_reads_the_step_below_what_is_wrong(
    nemodesk: Nemodesk, environment: dict[str, str]
) -> None:
    """A file in the place of the models folder is found."""
    home = Path(environment["NEMODESK_HOME"])
    home.mkdir(parents=True)
    (home / "models").write_text("", encoding="utf-8")
    lines = nemodesk("doctor").stdout.splitlines()
    (found,) = [number for number, line in enumerate(lines) if line.startswith("wrong   Models")]
    assert "it is a file" in lines[found]
    assert lines[found + 1].lstrip().startswith("→ ")


def test_a_folder_that_is_not_there_yet_is_looked_at_above(tmp_path: Path) -> None:
    """Nothing is created, and no file is left behind."""
    folder = look_at(tmp_path / "home" / "models")
    assert (folder.refusal, folder.free_bytes > 0) == ("", True)
    assert list(tmp_path.iterdir()) == []


def test_a_chosen_folder_must_be_there(tmp_path: Path) -> None:
    """Its disk may be away; then nothing is kept elsewhere."""
    assert "disk" in look_at(tmp_path / "away", is_chosen=True).refusal
    assert look_at(tmp_path, is_chosen=True).refusal == ""


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A disk that is full of names or read-only refuses; here a file stands in the way."""
    (tmp_path / "models").write_text("", encoding="utf-8")
    assert look_at(tmp_path / "models").refusal == "it is a file"
    assert look_at(Path("/proc/models")).refusal

# SPDX-License-Identifier: Apache-2.0
"""`models pull` keeps to the public contract; each test runs the real program and a real hub."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog.model_files import write_llama
from tests.cli.conftest import Nemodesk
from tests.downloads.content import content
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import Answer, Fault, Stall, WrongBytes
from tests.fakes.small_disk import small_disk

REPO = "owner/Small-GGUF"
NAME = "Small-Q8_0.gguf"
MODEL = f"{REPO}:Q8_0"
HALF = 2_000_000


@pytest.fixture
def hub(tmp_path: Path, environment: dict[str, str]) -> Iterator[FakeHub]:
    """Run a hub with one model in two choices, which the program finds."""
    path = write_llama(tmp_path / "made" / NAME)
    # A file may be longer than its header says, and this one is to last a while.
    path.write_bytes(path.read_bytes() + content(5_000_000))
    other = write_llama(tmp_path / "made" / "Small-Q4_K_M.gguf")
    with FakeHub() as hub:
        hub.add(REPO, {NAME: path, other.name: other})
        environment["HF_ENDPOINT"] = hub.url
        yield hub


def _file(hub: FakeHub) -> tuple[int, str]:
    file = hub.repositories[REPO].files[NAME]
    return file.size_bytes, file.sha256


def _is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


def test_a_model_is_pulled_listed_and_found_again(
    nemodesk: Nemodesk, hub: FakeHub, tmp_path: Path
) -> None:
    """The JSON says where it is and what it is; a second time nothing is fetched."""
    size_bytes, sha256 = _file(hub)
    done = nemodesk("models", "pull", MODEL, "--json")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "home" / "models" / REPO / NAME
    pulled = json.loads(done.stdout)
    assert pulled == {
        "id": pulled["id"],
        "path": str(path),
        "size_bytes": size_bytes,
        "sha256": sha256,
        "files": [{"path": str(path), "sha256": sha256}],
        "received_bytes": size_bytes,
    }
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert "5.0 MB" in done.stderr
    listed = json.loads(nemodesk("models", "list", "--json").stdout)
    found = next(model for model in listed if model["id"] == pulled["id"])
    assert (found["sha256"], found["quant"]) == (sha256, "Q8_0")
    assert found["source"].startswith(f"hub:{REPO}@")
    served = hub.bytes_served.total()
    again = json.loads(nemodesk("models", "pull", MODEL, "--json").stdout)
    assert again == pulled | {"received_bytes": 0}
    assert hub.bytes_served.total() == served
    forced = json.loads(nemodesk("models", "pull", MODEL, "--force", "--json").stdout)
    assert forced["received_bytes"] == size_bytes


def test_without_a_choice_the_best_for_this_computer_is_taken(
    nemodesk: Nemodesk, hub: FakeHub
) -> None:
    """The same that a search calls the best; an address may be pasted."""
    (found,) = json.loads(nemodesk("models", "search", "small", "--json").stdout)
    done = nemodesk("models", "pull", f"https://huggingface.co/{REPO}")
    assert done.returncode == 0, done.stderr
    assert found["best_quant"] == "Q8_0"
    assert "Q8_0 is the best for this computer" in done.stderr
    assert hub.bytes_served[f"{REPO}/{NAME}"] >= _file(hub)[0]


@pytest.mark.parametrize("model", [f"{REPO}:Q3_K", "owner/none:Q8_0", "none", "../x/y"])
def test_what_is_not_there_ends_with_3(nemodesk: Nemodesk, hub: FakeHub, model: str) -> None:
    """The sentence names the choices that there are, or the model that there is not."""
    done = nemodesk("models", "pull", model)
    assert done.returncode == 3
    assert _is_one_sentence(done.stderr), done.stderr
    if model.startswith(REPO):
        assert "Q8_0" in done.stderr
    assert not hub.seen("cdn")


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Answer(403), "resolve", 5),
        (Answer(401, headers={"X-Error-Code": "GatedRepo"}), "resolve", 5),
        (Answer(500), "info", 5),
        (Answer(200, b"<html>", {"Content-Type": "text/html"}), "info", 5),
    ],
)
def test_a_hub_that_refuses_ends_with_5(
    nemodesk: Nemodesk, hub: FakeHub, fault: Fault, kind: str, code: int
) -> None:
    """One sentence says why."""
    hub.fault = lambda seen: fault if seen.kind == kind else None
    done = nemodesk("models", "pull", MODEL)
    assert (done.returncode, done.stdout) == (code, "")
    assert _is_one_sentence(done.stderr), done.stderr


def test_offline_mode_ends_with_5(
    nemodesk: Nemodesk, hub: FakeHub, environment: dict[str, str]
) -> None:
    """Nobody is asked anything."""
    environment["HF_HUB_OFFLINE"] = "1"
    done = nemodesk("models", "pull", MODEL)
    assert done.returncode == 5
    assert _is_one_sentence(done.stderr), done.stderr
    assert hub.requests == []


@pytest.mark.parametrize("model", [MODEL, MODEL.lower(), REPO])
def test_what_is_here_is_right_without_the_hub(
    nemodesk: Nemodesk,
    hub: FakeHub,
    environment: dict[str, str],
    tmp_path: Path,
    model: str,
) -> None:
    """A script that pulls its model each time works on a train; a changed file is not right."""
    pulled = json.loads(nemodesk("models", "pull", MODEL, "--json").stdout)
    environment["HF_HUB_OFFLINE"] = "1"
    asked = len(hub.requests)
    done = nemodesk("models", "pull", model, "--json")
    assert len(hub.requests) == asked
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == pulled | {"received_bytes": 0}
    assert nemodesk("models", "pull", model, "--force").returncode == 5
    assert nemodesk("models", "pull", f"{REPO}:Q4_K_M").returncode == 5
    path = tmp_path / "home" / "models" / REPO / NAME
    path.write_bytes(path.read_bytes() + b"x")
    assert nemodesk("models", "pull", model).returncode == 5


def test_a_split_model_is_read_again_without_the_hub(
    nemodesk: Nemodesk, hub: FakeHub, environment: dict[str, str], tmp_path: Path
) -> None:
    """All its parts have to be right."""
    names = [f"Big-Q8_0-0000{number}-of-00002.gguf" for number in (1, 2)]
    parts = [
        write_llama(tmp_path / "made" / name, numbers={"split.count": 2, "split.no": number})
        for number, name in enumerate(names)
    ]
    hub.add("owner/Big-GGUF", {part.name: part for part in parts})
    done = nemodesk("models", "pull", "owner/Big-GGUF:Q8_0", "--json")
    assert done.returncode == 0, done.stderr
    environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    again = nemodesk("models", "pull", "owner/Big-GGUF:Q8_0", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == json.loads(done.stdout) | {"received_bytes": 0}
    second = tmp_path / "home" / "models" / "owner" / "Big-GGUF" / names[1]
    second.write_bytes(second.read_bytes()[:-1] + b"x")
    assert nemodesk("models", "pull", "owner/Big-GGUF:Q8_0").returncode == 6


def test_wrong_content_ends_with_6(nemodesk: Nemodesk, hub: FakeHub, tmp_path: Path) -> None:
    """A file that never matches its hash does not become a model."""
    hub.fault = lambda seen: WrongBytes(4_000_000, b"wrong") if seen.kind == "cdn" else None
    done = nemodesk("models", "pull", MODEL)
    assert done.returncode == 6, done.stderr
    assert not list((tmp_path / "home").rglob("*.gguf"))


def test_an_unknown_kind_ends_with_6_before_the_download(
    nemodesk: Nemodesk, hub: FakeHub, tmp_path: Path
) -> None:
    """Only the header is fetched."""
    path = write_llama(tmp_path / "made" / "New-Q8_0.gguf", architecture="from-the-future")
    path.write_bytes(path.read_bytes() + content(5_000_000))
    hub.add("owner/New", {path.name: path})
    done = nemodesk("models", "pull", "owner/New:Q8_0")
    assert done.returncode == 6
    assert "from-the-future" in done.stderr
    assert hub.bytes_served["owner/New/New-Q8_0.gguf"] < path.stat().st_size


def test_a_full_disk_ends_with_8_and_keeps_what_has_come(
    nemodesk: Nemodesk, hub: FakeHub, environment: dict[str, str], tmp_path: Path
) -> None:
    """When room was made, the same command goes on with the rest."""
    with small_disk(tmp_path / "disk", size_mb=8) as disk:
        environment["NEMODESK_HOME"] = str(disk / "home")
        filler = disk / "filler"

        def fault(seen: SeenRequest) -> None:
            if seen.kind == "cdn" and seen.range is None and not filler.exists():
                filler.write_bytes(bytes(shutil.disk_usage(disk).free - HALF))

        hub.fault = fault
        full = nemodesk("models", "pull", MODEL)
        assert full.returncode == 8, full.stderr
        assert "full" in full.stderr.splitlines()[-1]
        again = nemodesk("models", "pull", MODEL)
        assert again.returncode == 8
        assert "not enough room" in again.stderr
        filler.unlink()
        done = json.loads(nemodesk("models", "pull", MODEL, "--json").stdout)
        assert 0 < done["received_bytes"] < _file(hub)[0] - HALF // 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_has_come_is_kept(
    nemodesk: Nemodesk,
    hub: FakeHub,
    environment: dict[str, str],
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    """Ctrl-C says how to go on; after it, and after kill -9, only the rest is fetched."""

    def fault(seen: SeenRequest) -> Fault | None:
        is_first = seen.kind == "cdn" and seen.range is None
        return Stall(after_bytes=HALF) if is_first else None

    hub.fault = fault
    with subprocess.Popen(
        [sys.executable, "-m", "nemodesk", "models", "pull", MODEL],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        while b"Downloading" not in (line := process.stderr.readline()):
            assert line, "the download ended too early"
        process.send_signal(number)
        rest = process.stderr.read().decode()
        assert process.wait(30) == (130 if number == signal.SIGINT else -number)
    assert (f"models pull {MODEL}" in rest) == (number == signal.SIGINT)
    assert not list((tmp_path / "home").rglob("*.gguf"))
    done = json.loads(nemodesk("models", "pull", MODEL, "--json").stdout)
    assert 0 < done["received_bytes"] < _file(hub)[0]
    starts = [seen.range for seen in hub.seen("cdn") if seen.range]
    assert starts[-1] != "bytes=0-"

# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models search` against a hub on this computer; each test runs the real program."""

import json
from collections.abc import Iterator

import pytest

from nemodesk.catalog.offers.offer import Offer
from nemodesk.cli.models_search import rows_of
from tests.cli.conftest import Nemodesk
from tests.fakes.hub import FakeHub
from tests.fakes.hub_faults import Answer

_REPO = "maker/Small-1B-GGUF"


@pytest.fixture
def fake(environment: dict[str, str]) -> Iterator[FakeHub]:
    """Run a hub to which the program's HF_ENDPOINT leads."""
    with FakeHub() as running:
        running.add(
            _REPO,
            {"Small-1B-Q4_0.gguf": b"x" * 1500, "Small-1B-Q8_0.gguf": b"x" * 2500},
            downloads=1234,
            card={"license": "mit [/x] \x1b[31m"},
            gguf={"total": 1_000_000_000, "architecture": "llama", "context_length": 4096},
        )
        environment["HF_ENDPOINT"] = running.url
        yield running


def test_the_rows_say_what_the_hub_says(fake: FakeHub, nemodesk: Nemodesk) -> None:
    """One JSON document: names, sizes, downloads, licence, access, and whether it can be run."""
    fake.add("maker/Small-New", {"a-Q4_0.gguf": b"x"}, gated="auto", gguf={"architecture": "newer"})
    done = nemodesk("models", "search", "small", "--json")
    first, second = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert first == {
        "id": _REPO,
        "name": "Small 1B",
        "architecture": "llama",
        "parameter_count": 1_000_000_000,
        "context_length": 4096,
        "quants": [
            {
                "name": "Q4_0",
                "size_bytes": 1500,
                "quality": "good, and the usual choice",
            },
            {"name": "Q8_0", "size_bytes": 2500, "quality": "as good as the original"},
        ],
        "downloads": 1234,
        "licence": "mit [/x] [31m",
        "licence_url": f"{fake.url}/{_REPO}",
        "gated": False,
        "supported": True,
        "verdict": "great",
        "fits": "yes",
        "best_quant": "Q8_0",
    }
    assert (second["gated"], second["supported"], second["licence"]) == (True, False, None)


def test_the_table_is_for_people(fake: FakeHub, nemodesk: Nemodesk) -> None:
    """Without --json there is a line for each model, with sizes in words."""
    fake.add("maker/Small-New", {"a-Q4_0.gguf": b"x"}, gguf={"architecture": "newer"})
    done = nemodesk("models", "search", "small", "--limit", "2")
    heading, first, second = done.stdout.splitlines()
    assert done.returncode == 0
    assert heading.split() == ["ID", "Name", "Size", "Downloads", "Licence"]
    for part in (_REPO, "Small 1B", "1.5 kB to 2.5 kB", "1,234", "mit [/x] [31m"):
        assert part in first
    assert "cannot be run by this version (newer)" in second
    assert "\x1b" not in done.stdout


def test_nothing_found(fake: FakeHub, nemodesk: Nemodesk) -> None:
    """No hit is an empty document, or one sentence; both end with 0."""
    as_json = nemodesk("models", "search", "no such model", "--json")
    assert (json.loads(as_json.stdout), as_json.returncode) == ([], 0)
    shown = nemodesk("models", "search", "no such model")
    assert (shown.stdout, shown.returncode) == ("", 0)
    assert "has no GGUF model" in shown.stderr
    assert len(fake.requests) == 2


def test_limit(fake: FakeHub, nemodesk: Nemodesk) -> None:
    """--limit bounds the list; a senseless one ends with 2 before anybody is asked."""
    fake.add("maker/Small-2", {"a-Q4_0.gguf": b"x"})
    assert (
        len(json.loads(nemodesk("models", "search", "small", "--limit", "1", "--json").stdout)) == 1
    )
    asked = len(fake.requests)
    assert nemodesk("models", "search", "small", "--limit", "0").returncode == 2
    assert len(fake.requests) == asked


def test_offline_ends_with_5(
    fake: FakeHub, nemodesk: Nemodesk, environment: dict[str, str]
) -> None:
    """In offline mode nobody is asked; one sentence says so."""
    environment["HF_HUB_OFFLINE"] = "1"
    done = nemodesk("models", "search", "small", "--json")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("Offline mode is on")
    assert fake.requests == []


def test_a_broken_hub_ends_with_5(fake: FakeHub, nemodesk: Nemodesk) -> None:
    """A hub that fails ends in one sentence without a traceback."""
    fake.fault = lambda _: Answer(500)
    done = nemodesk("models", "search", "small")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.count("\n") == 1
    assert "problem of its own" in done.stderr


def test_a_judge_adds_to_each_row() -> None:
    """What fits this computer can be said in the same rows."""
    offer = Offer(repo_id="a/b", name="B")
    (row,) = rows_of([offer], lambda one: {"badge": one.name})
    assert row["badge"] == "B"
    assert row["architecture"] is None
    assert row["supported"] is None


def test_refresh_makes_the_catalog_exact(fake: FakeHub, nemodesk: Nemodesk) -> None:
    """`models refresh` shows the catalog with the hub's exact sizes, or ends with 5."""
    repo_id = "unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF"
    fake.add(repo_id, {"NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf": b"GGUF" * 1000})
    done = nemodesk("models", "refresh", "--json")
    first, second = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (first["id"], first["quants"][0]["size_bytes"]) == (repo_id, 4000)
    assert second["quants"]
    fake.fault = lambda _: Answer(500)
    assert nemodesk("models", "refresh").returncode == 5

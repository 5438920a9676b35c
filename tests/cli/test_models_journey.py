# SPDX-License-Identifier: Apache-2.0
"""From a hub to an answer and back: what a person does with one model, from the command line."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nemodesk.catalog.library import find_starter
from tests.cli.conftest import Nemodesk
from tests.fakes.hub import FakeHub

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

REPO = "owner/Small-135M-GGUF"
MODEL = f"{REPO}:Q4_1"


@pytest.fixture
def hub(environment: dict[str, str]) -> Iterator[FakeHub]:
    """Run a hub that has the starter model under another name."""
    starter = find_starter()
    assert starter is not None, "the starter model is not installed; run `make setup`"
    with FakeHub() as hub:
        hub.add(REPO, {"Small-135M-Q4_1.gguf": starter.path})
        environment["HF_ENDPOINT"] = hub.url
        yield hub


def test_a_model_from_the_hub_to_the_trash_and_back(
    nemodesk: Nemodesk, hub: FakeHub, tmp_path: Path
) -> None:
    """Searched, pulled, verified, listed; it answers, also from a folder that has moved."""

    def document(*arguments: str) -> Any:
        done = nemodesk(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert REPO in nemodesk("models", "search", "small").stdout
    assert nemodesk("models", "pull", MODEL).returncode == 0
    (verified,) = document("models", "verify", MODEL)
    listed = next(model for model in document("models", "list") if model["id"] != "starter")
    sha256 = hashlib.sha256(Path(listed["path"]).read_bytes()).hexdigest()
    assert verified["status"] == "ok"
    assert verified["sha256"] == listed["sha256"] == sha256
    assert listed["sha256"] == hub.repositories[REPO].files["Small-135M-Q4_1.gguf"].sha256
    assert listed["source"].startswith(f"hub:{REPO}@")
    question = ("-p", "What is 2+2?", "--temp", "0", "--max-tokens", "8")
    answer = document("chat", MODEL, *question)["content"]
    assert answer
    assert nemodesk("models", "remove", MODEL).returncode == 0
    assert nemodesk("chat", MODEL, *question).returncode == 3
    assert nemodesk("models", "restore").returncode == 0
    fetched_bytes = hub.bytes_served.total()
    assert nemodesk("models", "move-folder", str(tmp_path / "big")).returncode == 0
    assert document("models", "pull", MODEL)["received_bytes"] == 0
    assert hub.bytes_served.total() == fetched_bytes
    assert document("chat", MODEL, *question)["content"] == answer
    assert not list((tmp_path / "home").rglob("*.gguf"))

# SPDX-License-Identifier: Apache-2.0
"""Downloads from a hub that other people wrote; see tests/hub/test_third_party.py."""

from pathlib import Path

import pytest

from nemodesk.hub.hub import Hub
from tests.downloads.conftest import Desk, sha256_of
from tests.fakes.hub import FakeHub
from tests.hub.conftest import FILE, SMALL, fake, nemotron_file
from tests.hub.test_third_party import Start, own_hub, pytestmark, start

__all__ = ["fake", "nemotron_file", "pytestmark", "start"]


async def test_a_mirror_serves_downloads(
    fake: FakeHub, start: Start, monkeypatch: pytest.MonkeyPatch, desk: Desk, nemotron_file: Path
) -> None:
    """What a mirror passes on arrives and is checked as from the hub itself."""
    upstream = fake.url.removeprefix("http://")
    address = start("--hf-scheme", "http", "--hf-netloc", upstream, "--mirror-scheme", "http")
    monkeypatch.setenv("HF_ENDPOINT", address)
    offer = Hub(desk.models / "cache").offer(SMALL)
    done = await desk.fetch(offer, offer.quants[0])
    assert done.state == "done", done.error
    assert sha256_of(desk.models / SMALL / FILE) == sha256_of(nemotron_file)


async def test_a_hub_of_ones_own_serves_downloads(
    start: Start, monkeypatch: pytest.MonkeyPatch, desk: Desk, tmp_path: Path, nemotron_file: Path
) -> None:
    """A hub that says no hashes and serves no ranges is enough for a whole model file."""
    own_hub(tmp_path, nemotron_file)
    monkeypatch.setenv("HF_ENDPOINT", start("--config", str(tmp_path / "olah.toml")))
    offer = Hub(desk.models / "cache").offer(SMALL)
    done = await desk.fetch(offer, offer.quants[0])
    assert done.state == "done", done.error
    assert sha256_of(desk.models / SMALL / FILE) == sha256_of(nemotron_file)

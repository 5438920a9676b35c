# SPDX-License-Identifier: Apache-2.0
"""A download asks the hub that the person has chosen, in its own process too."""

import pytest

from nemodesk.errors import ErrorCode
from nemodesk.hub.choices import HubChoices
from tests.downloads.conftest import REPO, Desk, offered
from tests.fakes.hub import FakeHub

NAME = "Model-Q8_0.gguf"
_KEY = "hf_verysecret"


async def test_address_and_key_reach_the_download(
    hub: FakeHub, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a word in the environment the chosen hub is asked, with the chosen key."""
    hub.add(REPO, {NAME: b"GGUF" + bytes(1000)})
    offer, quant = offered(hub, NAME)
    monkeypatch.delenv("HF_ENDPOINT")
    choices = HubChoices(endpoint=hub.url, key=_KEY)
    done = await desk.fetch(offer, quant, choices=lambda: choices)
    assert done.state == "done"
    asked = [request for request in hub.requests if request.kind != "cdn"]
    assert {request.headers["authorization"] for request in asked} == {f"Bearer {_KEY}"}


async def test_offline_reaches_the_download(hub: FakeHub, desk: Desk) -> None:
    """Nobody is asked, and the download says why it does not come."""
    hub.add(REPO, {NAME: b"GGUF" + bytes(1000)})
    failed = await desk.fetch(*offered(hub, NAME), choices=lambda: HubChoices(is_offline=True))
    assert failed.error is not None
    assert failed.error.code is ErrorCode.NETWORK
    assert hub.requests == []

# SPDX-License-Identifier: Apache-2.0
"""The person's choices about the hub count where the environment says nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.errors import NetworkError
from nemodesk.hub.choices import HubChoices, choices_in
from nemodesk.hub.hub import Hub
from nemodesk.hub.surroundings import DEFAULT_ENDPOINT, read_surroundings
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from tests.fakes.hub import FakeHub

_KEY = "hf_verysecret"
_CHOICES = HubChoices(
    endpoint="https://chosen.example/", key=_KEY, proxy="http://proxy:1", is_offline=False
)


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Return settings that have been read."""
    settings = Settings(find_paths())
    assert settings.open_now(20)
    yield settings
    settings.close(20)


def test_choices_count_without_an_environment() -> None:
    """Address, key and proxy are the chosen ones; without choices they are the usual ones."""
    found = read_surroundings({}, _CHOICES)
    assert (found.endpoint, found.key) == ("https://chosen.example", _KEY)
    assert found.proxy == "http://proxy:1"
    assert read_surroundings({}).endpoint == DEFAULT_ENDPOINT


def test_the_environment_wins() -> None:
    """Whoever sets a variable for one start gets what it says."""
    environment = {"HF_ENDPOINT": "http://other", "HF_TOKEN": "hf_o", "HTTPS_PROXY": "http://p:2"}
    found = read_surroundings(environment, _CHOICES)
    assert (found.endpoint, found.key, found.proxy) == ("http://other", "hf_o", "")


@pytest.mark.parametrize(
    ("variable", "is_chosen", "expected"),
    [("", True, True), ("0", True, True), ("1", False, True), ("0", False, False)],
)
def test_offline_is_where_either_says_so(variable: str, *, is_chosen: bool, expected: bool) -> None:
    """No variable lifts what the person has chosen for their privacy."""
    choices = HubChoices(is_offline=is_chosen)
    assert read_surroundings({"HF_HUB_OFFLINE": variable}, choices).is_offline is expected


def test_a_key_that_is_none_is_refused_without_showing_it() -> None:
    """The sentence names the setting and not its value."""
    with pytest.raises(NetworkError) as raised:
        read_surroundings({}, HubChoices(key="my key\n"))
    assert "hf_token" in raised.value.sentence
    assert "my key" not in raised.value.sentence
    assert _KEY not in repr(_CHOICES) + repr(read_surroundings({}, _CHOICES))


def test_what_is_set_counts_with_the_next_question(settings: Settings, tmp_path: Path) -> None:
    """Address and key go to the chosen hub, and offline asks nobody any more."""
    hub = Hub(tmp_path / "cache", lambda: choices_in(settings))
    with FakeHub() as fake:
        settings.set("hub.endpoint", fake.url)
        settings.set_secret("hf_token", _KEY)
        hub.search("anything")
        (request,) = fake.requests
        assert request.headers["authorization"] == f"Bearer {_KEY}"
        settings.set("privacy.offline", value=True)
        with pytest.raises(NetworkError):
            hub.search("anything")
        assert len(fake.requests) == 1


def test_a_proxy_that_is_none_names_the_setting(tmp_path: Path) -> None:
    """The person learns where to mend it."""
    hub = Hub(tmp_path / "cache", lambda: HubChoices(proxy="nonsense://x"))
    with pytest.raises(NetworkError, match=r"hub\.proxy"):
        hub.search("anything")

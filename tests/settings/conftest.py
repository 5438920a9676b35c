# SPDX-License-Identifier: Apache-2.0
"""Settings as several programs of one home have them."""

from collections.abc import Callable, Iterator

import pytest

from nemodesk.paths import find_paths
from nemodesk.settings.keyring_store import KeyringStore
from nemodesk.settings.settings import Settings

TIMEOUT_S = 20.0

OpenSettings = Callable[..., Settings]


@pytest.fixture
def open_settings() -> Iterator[OpenSettings]:
    """Return a function that reads the settings of this home as another program would."""
    opened: list[Settings] = []

    def make(keyring: KeyringStore | None = None, heard: list[str] | None = None) -> Settings:
        on_problem = heard.append if heard is not None else None
        settings = Settings(find_paths(), keyring=keyring, on_problem=on_problem)
        opened.append(settings)
        assert settings.open_now(TIMEOUT_S)
        return settings

    yield make
    for settings in opened:
        settings.close(TIMEOUT_S)

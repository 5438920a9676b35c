# SPDX-License-Identifier: Apache-2.0
"""Settings as two programs of one home have them, with a keyring of their own or without."""

import shutil
import sys
from collections.abc import Callable, Iterator

import pytest

from nemodesk.paths import find_paths
from nemodesk.settings.keyring_store import KeyringStore
from nemodesk.settings.settings import Settings
from tests.fakes.keyring_session import NEEDED, KeyringSession

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


@pytest.fixture
def keyring_session(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringSession]:
    """Run a real keyring that this process and its children use."""
    if sys.platform != "linux":
        pytest.skip("the GNOME keyring is one of Linux")
    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are missing; `make test` installs them"
    with KeyringSession() as session:
        for name, value in session.environment.items():
            monkeypatch.setenv(name, value)
        yield session

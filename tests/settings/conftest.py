# SPDX-License-Identifier: Apache-2.0
"""Settings as several programs of one home have them, with a real keyring or without."""

import gc
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from nemodesk.paths import find_paths
from nemodesk.settings.keyring_store import KeyringStore
from nemodesk.settings.settings import Settings

if TYPE_CHECKING:
    from tests.fakes.keyring_session import KeyringSession

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
    _collect()


@pytest.fixture
def keyring_session(monkeypatch: pytest.MonkeyPatch) -> Iterator["KeyringSession"]:
    """Run a real keyring that this process and its children use."""
    if sys.platform != "linux":
        pytest.skip("the GNOME keyring is one of Linux")
    from tests.fakes.keyring_session import NEEDED, KeyringSession  # noqa: PLC0415 - see above

    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are missing; `make test` installs them"
    with KeyringSession() as session:
        for name, value in session.environment.items():
            monkeypatch.setenv(name, value)
        yield session
    _collect()


def _collect() -> None:
    """Let connections that keyring's backend has left open go here, not during another test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()

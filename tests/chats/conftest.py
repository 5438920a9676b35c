# SPDX-License-Identifier: Apache-2.0
"""A store of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.chats.store import ChatStore
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that the test moves."""
    return FakeClock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Name the file of the store."""
    return tmp_path / "chats.sqlite3"


@pytest.fixture
def store(database: Path, clock: FakeClock) -> Iterator[ChatStore]:
    """Give an empty store."""
    opened = ChatStore(database, clock=clock)
    yield opened
    opened.close()

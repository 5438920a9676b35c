# SPDX-License-Identifier: Apache-2.0
"""Real and synthetic model files."""

from pathlib import Path

import pytest
from gguf import GGUFReader

from nemodesk.catalog.library import find_starter
from tests.catalog.model_files import write_nemotron
from tests.catalog.stores import Stores

_PLACES = ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS", "XDG_CACHE_HOME")


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


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the person's own home out of it."""
    for name in _PLACES:
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "person"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("USERPROFILE", str(place))
    return place


@pytest.fixture
def stores(home: Path) -> Stores:
    """Give that home the folders of other programs."""
    return Stores(home)


@pytest.fixture
def models_folder(tmp_path: Path) -> Path:
    """Name the models folder, which is not there yet."""
    return tmp_path / "models"

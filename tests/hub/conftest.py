# SPDX-License-Identifier: Apache-2.0
"""A hub on this computer with two repositories, and a client that asks it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.hub.hub import Hub
from tests.catalog.model_files import write_llama, write_nemotron
from tests.fakes.hub import FakeHub

NEMOTRON = "unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF"
NEMOTRON_30B = "unsloth/Nemotron-3-Nano-30B-A3B-GGUF"
SMALL = "maker/Small-1B-GGUF"
FILE = "Small-1B-Q8_0.gguf"


@pytest.fixture(scope="session")
def nemotron_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a small file of the kind of Nemotron 3 Nano 4B, with a header of some 2 MB."""
    folder = tmp_path_factory.mktemp("hub")
    return write_nemotron(folder / "Small-1B-Q8_0.gguf", vocabulary=60_000)


@pytest.fixture(scope="session")
def unknown_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of an architecture that no engine knows."""
    path = tmp_path_factory.mktemp("hub") / "x-Q4_0.gguf"
    return write_llama(path, architecture="unheard-of")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, nemotron_file: Path) -> Iterator[FakeHub]:
    """Run a hub to which HF_ENDPOINT leads."""
    with FakeHub() as running:
        running.add(
            SMALL,
            {"README.md": b"# Small", FILE: nemotron_file, "../../x-Q2_K.gguf": b"x"},
            downloads=1200,
            tags=("gguf", "license:apache-2.0"),
            card={"license": "apache-2.0"},
            gguf={"total": 1_000_000_000, "architecture": "nemotron_h", "context_length": 4096},
        )
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """Return a client whose cache is empty, and which asks nobody outside this computer."""
    if "HF_ENDPOINT" not in os.environ:
        monkeypatch.setenv("HF_ENDPOINT", "https://127.0.0.1:9")
    return Hub(tmp_path / "cache")

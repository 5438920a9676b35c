# SPDX-License-Identifier: Apache-2.0
"""Which model answers a command that names none."""

from pathlib import Path

import pytest

from nemodesk.catalog.library import Library
from nemodesk.cli.model_choice import choose_model
from tests.catalog.model_files import write_nemotron


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Return a library with the starter alone, measured into a folder of its own."""
    monkeypatch.setenv("NEMODESK_HOME", str(tmp_path))
    models = Library(tmp_path / "models")
    (tmp_path / "models").mkdir()
    return models


def test_the_starter_answers_where_it_is_alone(library: Library) -> None:
    """There is nothing to choose from."""
    assert choose_model(library, None).id == "starter"


@pytest.mark.engine
def test_the_best_that_can_be_loaded_answers(library: Library, tmp_path: Path) -> None:
    """Of several models the computer decides; a large damaged one is passed over."""
    models = tmp_path / "models"
    write_nemotron(models / "Small-Q8_0.gguf")
    assert choose_model(library, None).path.name == "Small-Q8_0.gguf"
    write_nemotron(models / "Better-Q8_0.gguf", vocabulary=3000)
    with (models / "Damaged-Q8_0.gguf").open("wb") as damaged:
        damaged.write(b"GGUF")
        damaged.truncate(10**9)
    assert choose_model(library, None).path.name == "Better-Q8_0.gguf"

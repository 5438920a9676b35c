# SPDX-License-Identifier: Apache-2.0
"""What copies are called, whatever the files and models of other programs are called."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.catalog.copying import Work
from nemodesk.catalog.foreign.found import FoundModel
from nemodesk.catalog.importing import ImportWay, bring, take_away
from nemodesk.catalog.library import Library
from tests.catalog.model_files import write_llama

_NAMES = st.text(max_size=60) | st.sampled_from(
    [
        "../../x",
        "/etc/x",
        "C:\\x",
        "con",
        "nul.gguf",
        ".",
        "..",
        ".gguf",
        "a" * 300,
        "\U0001f600:7b",
        "mmproj",
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(alias=_NAMES)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, alias: str) -> None:
    """Whatever another program calls its model, its copy is listed in the models folder."""
    source = tmp_path / "sha256-blob"
    if not source.exists():
        write_llama(source)
    folder = tmp_path / "models"
    found = FoundModel(
        path=source, label=alias, name="M", source="ollama", size_bytes=1, alias=alias
    )
    arrived = bring(found, folder, ImportWay.COPY, Work(1))
    try:
        (file,) = arrived
        assert file.path.parent.parent == folder / "imported"
        assert file.path.samefile(source)
        assert [model.path for model in Library(folder).list() if model.source == "file"] == [
            file.path
        ]
    finally:
        take_away(arrived, folder)


@pytest.mark.parametrize(
    "name", ["x" * 240 + ".gguf", "\u202egguf.exe", "a:b.gguf", " x.gguf", "no suffix", ".h.gguf"]
)
def test_files_with_strange_names_are_copied(tmp_path: Path, name: str) -> None:
    """They are called something that every system can hold, and are listed."""
    source = write_llama(tmp_path / name)
    library = Library(tmp_path / "models")
    (model,) = library.import_models(source, way=ImportWay.COPY).added
    assert model.path.samefile(source)
    assert model.path.suffix == ".gguf"
    assert model in library.list()

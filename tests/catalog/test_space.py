# SPDX-License-Identifier: Apache-2.0
"""How much room the models take, and where they go when a person chooses a folder."""

from pathlib import Path

import pytest

from nemodesk.catalog.library import Library
from tests.catalog.model_files import write_llama


@pytest.fixture
def library(models_folder: Path) -> Library:
    """Give a library with one model."""
    write_llama(models_folder / "owner" / "Mine-1B-GGUF" / "Mine-1B.gguf")
    return Library(models_folder)


def test_models_and_trash_are_counted_apart(library: Library, models_folder: Path) -> None:
    """A removed model is no longer used room, but trash."""
    size_bytes = library.list()[0].size_bytes
    before = library.space()
    assert before.is_there
    assert before.folder == models_folder
    assert before.used_bytes >= size_bytes
    assert before.trash_bytes == 0
    assert before.free_bytes > 0
    library.remove("Mine-1B")
    after = library.space()
    assert after.trash_bytes == size_bytes
    assert after.used_bytes < before.used_bytes


def test_a_folder_that_is_away_says_so(tmp_path: Path) -> None:
    """A disk that is not connected is no mistake."""
    space = Library(tmp_path / "away").space()
    assert not space.is_there
    assert (space.used_bytes, space.free_bytes) == (0, 0)


def test_models_get_a_folder_of_their_own_among_other_things(
    library: Library, models_folder: Path, tmp_path: Path
) -> None:
    """An empty folder is taken as it is; in a used one there is a new one for the models."""
    empty, used = tmp_path / "empty", tmp_path / "used"
    empty.mkdir()
    used.mkdir()
    (used / "holiday.jpg").write_bytes(b"x")
    assert library.place_in(empty) == empty
    assert library.place_in(tmp_path / "new") == tmp_path / "new"
    assert library.place_in(models_folder) == models_folder
    place = library.place_in(used)
    assert place.parent == used
    library.move_folder(place, remember=lambda _: None)
    assert library.list()[0].path.is_relative_to(place)
    assert (used / "holiday.jpg").read_bytes() == b"x"

# SPDX-License-Identifier: Apache-2.0
"""Where files lie, and the models folder that a person has chosen."""

from pathlib import Path

import pytest

from nemodesk.errors import StorageError
from nemodesk.paths import find_paths, remember_models_folder


def test_everything_is_under_one_home(nemodesk_home: Path) -> None:
    """Without a choice the models are in the home, too."""
    paths = find_paths()
    assert paths.models == nemodesk_home / "models"
    paths.create()
    assert paths.models.is_dir()


def test_a_chosen_models_folder_counts(nemodesk_home: Path, tmp_path: Path) -> None:
    """It is remembered; everything else stays where it was."""
    before = find_paths()
    remember_models_folder(nemodesk_home, tmp_path / "disk" / "models")
    after = find_paths()
    assert after.models == tmp_path / "disk" / "models"
    assert (after.data, after.cache, after.logs) == (before.data, before.cache, before.logs)


def test_a_disk_that_is_away_gets_no_folder(nemodesk_home: Path, tmp_path: Path) -> None:
    """The program starts without the chosen folder and does not make another one there."""
    remember_models_folder(nemodesk_home, tmp_path / "disk" / "models")
    find_paths().create()
    assert nemodesk_home.is_dir()
    assert not (tmp_path / "disk").exists()
    assert find_paths().are_models_away
    (tmp_path / "disk" / "models").mkdir(parents=True)
    assert not find_paths().are_models_away


def test_a_folder_inside_the_home_moves_with_it(nemodesk_home: Path, tmp_path: Path) -> None:
    """A portable home may be somewhere else tomorrow."""
    remember_models_folder(nemodesk_home, nemodesk_home / "big" / "models")
    nemodesk_home.rename(tmp_path / "moved")
    (tmp_path / "moved").rename(nemodesk_home)
    assert str(nemodesk_home) not in (nemodesk_home / "models_folder.json").read_text()
    assert find_paths().models == nemodesk_home / "big" / "models"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[]", b"null", b'{"models_folder": 3}', b'{"models_folder": ""}'],
)
def test_a_damaged_choice_is_no_choice(nemodesk_home: Path, content: bytes) -> None:
    """The usual folder counts then."""
    nemodesk_home.mkdir()
    (nemodesk_home / "models_folder.json").write_bytes(content)
    assert find_paths().models == nemodesk_home / "models"


def test_a_choice_that_cannot_be_kept_is_a_plain_error(nemodesk_home: Path) -> None:
    """A home that is a file refuses with a sentence."""
    nemodesk_home.write_text("no folder")
    with pytest.raises(StorageError, match="cannot keep its files"):
        remember_models_folder(nemodesk_home, nemodesk_home.parent / "models")

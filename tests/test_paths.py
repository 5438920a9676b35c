# SPDX-License-Identifier: Apache-2.0
"""Where files lie, and the models folder that a person has chosen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nemodesk
from nemodesk.errors import StorageError
from nemodesk.paths import Place, find_paths, remember_models_folder


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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few people make links")
def test_a_file_beside_the_program_makes_it_portable(tmp_path: Path) -> None:
    """Everything lies beside it then; NEMODESK_HOME still wins."""
    (tmp_path / "nemodesk").symlink_to(Path(nemodesk.__file__).parent)
    command = [
        sys.executable,
        "-c",
        "from nemodesk import paths; it = paths.find_paths(); print(it.place, it.data)",
    ]
    environment = dict(os.environ) | {"PYTHONPATH": str(tmp_path)}
    environment.pop("NEMODESK_HOME")

    def found() -> list[str]:
        run = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return run.stdout.split(maxsplit=1)

    assert found()[0] == Place.SYSTEM
    (tmp_path / "portable").touch()
    assert found() == [Place.PORTABLE, f"{tmp_path / 'NemoDesk data'}\n"]
    environment["NEMODESK_HOME"] = str(tmp_path / "home")
    assert found() == [Place.HOME, f"{tmp_path / 'home'}\n"]

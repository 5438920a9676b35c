# SPDX-License-Identifier: Apache-2.0
"""The library on disks that are full or may only be read, mounted where that is allowed."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.catalog.copying import Work, copy_file
from nemodesk.catalog.library import ImportWay, Library
from nemodesk.errors import StorageError
from tests.catalog.model_files import write_llama
from tests.catalog.stores import everything_in, sha256_of
from tests.fakes.small_disk import small_disk

_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40


@pytest.fixture(name="small_disk")
def give_small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of one megabyte."""
    with small_disk(tmp_path / "disk", size_mb=1) as folder:
        yield folder


def _make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def test_a_disk_that_fills_up_keeps_no_half_copy(small_disk: Path, tmp_path: Path) -> None:
    """The sentence says that it is full, and the source is untouched."""
    source = tmp_path / "large"
    source.write_bytes(os.urandom(2_000_000))
    with pytest.raises(StorageError, match="is full"):
        copy_file(source, small_disk / "copy.gguf", Work(2_000_000))
    assert list(small_disk.iterdir()) == []
    assert source.stat().st_size == 2_000_000


def test_a_small_disk_is_refused_before_anything_happens(small_disk: Path, tmp_path: Path) -> None:
    """Neither an import nor a move begins without room."""
    path = write_llama(tmp_path / "Mine-1B.gguf")
    with pytest.raises(StorageError, match="There is no room"):
        Library(small_disk / "models").import_models(path, way=ImportWay.COPY)
    library = Library(tmp_path / "models")
    write_llama(tmp_path / "models" / "Own-1B.gguf")
    before = everything_in(tmp_path / "models")
    with pytest.raises(StorageError, match="There is no room"):
        library.move_folder(small_disk / "models", remember=lambda _: pytest.fail("remembered"))
    assert everything_in(tmp_path / "models") == before
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_may_only_be_read_is_used(small_disk: Path, tmp_path: Path) -> None:
    """Its models are listed and verified; every change is a plain error and changes nothing."""
    folder = small_disk / "models"
    path = write_llama(folder / "owner" / "Mine-1B-GGUF" / "Mine-1B-Q4_0.gguf")
    library = Library(folder)
    library.record(path, sha256=sha256_of(path), source=_SOURCE)
    before = everything_in(folder)
    _make_read_only(small_disk)
    library = Library(folder)
    assert library.list()[0].sha256 == sha256_of(path)
    other = write_llama(tmp_path / "Other-1B.gguf")
    for change in (
        lambda: library.remove("Mine-1B-Q4_0"),
        lambda: library.register(other),
        lambda: library.import_models(other, way=ImportWay.COPY),
        lambda: library.record(path, sha256="", source=_SOURCE),
    ):
        with pytest.raises(StorageError):
            change()
    assert library.trash() == ()
    library.tidy()
    assert everything_in(folder) == before
    assert library.verify(library.list()[0]).is_compared


def test_models_of_a_disk_that_goes_away_come_back(small_disk: Path, tmp_path: Path) -> None:
    """A model on a disk that is taken away is gone, and is there again with the disk."""
    library = Library(tmp_path / "models")
    path = write_llama(small_disk / "Mine-1B.gguf")
    library.register(path)
    away = path.rename(path.with_suffix(".away"))
    assert [model.id for model in library.gone()] == ["Mine-1B"]
    away.rename(path)
    assert library.gone() == ()
    assert library.resolve("Mine-1B").path == path


def test_half_copies_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    """At the next start, when nobody has written to them for a day."""
    folder = tmp_path / "models"
    old = folder / "imported" / "A" / ".A.gguf.copying"
    old.parent.mkdir(parents=True)
    old.write_text("half")
    os.utime(old, (1, 1))
    young = folder / ".B.gguf.copying"
    young.write_text("half")
    Library(folder).tidy()
    assert not (folder / "imported").exists()
    assert young.exists()

# SPDX-License-Identifier: Apache-2.0
"""Moving the models folder: whole at any moment, and back to where it was when it fails."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.catalog import moving
from nemodesk.catalog.library import Library
from nemodesk.errors import CancelledError, StorageError, UsageError
from nemodesk.paths import find_paths, remember_models_folder
from tests.catalog.model_files import write_llama
from tests.catalog.stores import everything_in, sha256_of

_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40


@pytest.fixture
def library(models_folder: Path, tmp_path: Path) -> Library:
    """Give a library with a download, a model elsewhere, and one in the trash."""
    library = Library(models_folder)
    for name in ("Mine-1B-Q4_0.gguf", "Old-1B.gguf"):
        path = write_llama(
            models_folder / "owner" / "Mine-1B-GGUF" / name, texts={"general.name": name}
        )
        library.record(path, sha256=sha256_of(path), source=_SOURCE)
    library.register(write_llama(tmp_path / "elsewhere" / "Far-1B.gguf"))
    library.remove("Old-1B")
    return library


@pytest.fixture(params=["the same disk", "another disk"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Name a folder that is not there."""
    if request.param == "the same disk":
        yield tmp_path / "new" / "place"
        return
    yield from _on_another_disk(tmp_path)


@pytest.fixture
def far_target(tmp_path: Path) -> Iterator[Path]:
    """Name a folder on another disk."""
    yield from _on_another_disk(tmp_path)


def _on_another_disk(tmp_path: Path) -> Iterator[Path]:
    shared_memory = Path("/dev/shm")  # noqa: S108 - a disk of its own on Linux
    if not shared_memory.is_dir() or shared_memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk here")
    folder = shared_memory / f"nemodesk-test-{os.getpid()}-{tmp_path.name}"
    yield folder / "models"
    shutil.rmtree(folder, ignore_errors=True)


def _models(library: Library) -> list[tuple[str, str, str]]:
    return [(model.id, model.sha256, model.source) for model in library.list()]


def test_everything_moves(library: Library, models_folder: Path, target: Path) -> None:
    """Models, what is known of them and the trash are at the new place, and nothing at the old."""
    before, files = _models(library), everything_in(models_folder)
    chosen: list[Path] = []
    steps: list[tuple[int, int]] = []
    library.move_folder(
        target,
        remember=chosen.append,
        on_progress=lambda done, total: steps.append((done, total)),
    )
    assert chosen == [target]
    assert _models(library) == _models(Library(target)) == before
    assert steps[-1][0] == steps[-1][1]
    assert not models_folder.exists()
    moved = everything_in(target)
    kept = {name for name in files if not name.startswith((".headers", ".library"))}
    assert {name: moved[name] for name in kept} == {name: files[name] for name in kept}
    assert not (target / ".moving.json").exists()
    library.restore(library.trash()[0])
    assert any(model.id == "Old-1B" for model in library.list())


def test_an_empty_library_moves_too(models_folder: Path, target: Path) -> None:
    """Where there is nothing yet, only the choice is remembered."""
    chosen: list[Path] = []
    Library(models_folder).move_folder(target, remember=chosen.append)
    assert chosen == [target]


def test_unfit_folders_are_refused(library: Library, models_folder: Path, tmp_path: Path) -> None:
    """The folder itself, one inside it, one with something in it and a file."""
    full = tmp_path / "full"
    full.mkdir()
    (full / "note.txt").write_text("mine")
    before = everything_in(models_folder)
    for target, words in (
        (models_folder, "are in .* already"),
        (models_folder / "deeper", "inside the models folder"),
        (full, "is not empty"),
        (full / "note.txt", "is a file"),
    ):
        with pytest.raises(UsageError, match=words):
            library.move_folder(target, remember=_never)
    assert everything_in(models_folder) == before
    assert everything_in(full) == {"note.txt": b"mine"}


def test_without_room_nothing_happens(
    library: Library, far_target: Path, monkeypatch: pytest.MonkeyPatch, models_folder: Path
) -> None:
    """It is noticed before the first file, and the sentence says how much is missing."""
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    before = everything_in(models_folder)
    with pytest.raises(StorageError, match="There is no room"):
        library.move_folder(far_target, remember=_never)
    assert not far_target.exists()
    assert everything_in(models_folder) == before


def test_stopping_leaves_everything_where_it_was(
    library: Library, target: Path, models_folder: Path
) -> None:
    """The copies that were made are taken away again."""
    stop = threading.Event()
    before = everything_in(models_folder)
    with pytest.raises(CancelledError):
        library.move_folder(target, remember=_never, on_progress=lambda *_: stop.set(), stop=stop)
    assert everything_in(models_folder) == before
    assert not target.exists()


def test_a_choice_that_cannot_be_remembered_undoes_the_move(
    library: Library, target: Path, models_folder: Path
) -> None:
    """The old folder counts until the new one is remembered."""
    before = everything_in(models_folder)

    def refuse(_folder: Path) -> None:
        raise StorageError("The data folder is full.")

    with pytest.raises(StorageError, match="The data folder is full"):
        library.move_folder(target, remember=refuse)
    assert everything_in(models_folder) == before
    assert not target.exists()


class _KilledError(BaseException):
    """Stands for the end of the process."""


def test_a_killed_move_goes_on(library: Library, target: Path, models_folder: Path) -> None:
    """What was copied before the end is not copied again, and the old folder is whole."""
    before, files = _models(library), everything_in(models_folder)
    done: list[int] = []

    def die(done_bytes: int, _total: int) -> None:
        done.append(done_bytes)
        if len(done) == 3:
            raise _KilledError

    with pytest.raises(_KilledError):
        library.move_folder(target, remember=_never, on_progress=die)
    assert everything_in(models_folder) == files
    assert _models(Library(models_folder)) == before
    done.clear()
    library.move_folder(
        target, remember=lambda _: None, on_progress=lambda bytes_, _: done.append(bytes_)
    )
    assert done[0] > 0
    assert _models(Library(target)) == before
    assert not models_folder.exists()


def test_a_move_killed_after_the_switch_is_finished_at_the_start(
    library: Library, target: Path, models_folder: Path
) -> None:
    """The new folder counts; what was left at the old place goes with the next start."""
    before = _models(library)

    def die(_folder: Path) -> None:
        raise _KilledError

    with pytest.raises(_KilledError):
        library.move_folder(target, remember=die)
    there = Library(target)
    assert _models(there) == before
    kept = target / "owner" / "Mine-1B-GGUF" / "Mine-1B-Q4_0.gguf"
    foreign = models_folder / "note.txt"
    foreign.write_text("put here later")
    there.tidy()
    assert kept.exists()
    assert [file for file in everything_in(models_folder) if not file.startswith(".")] == [
        "note.txt"
    ]
    assert not (target / ".moving.json").exists()


def test_a_file_that_is_written_meanwhile_stops_the_move(
    library: Library, far_target: Path
) -> None:
    """A download that runs would be cut: it is said, and nothing is lost."""
    model = library.resolve("Mine-1B-Q4_0").path

    def grow(_done: int, _total: int) -> None:
        (model.parent / "new.part").write_bytes(os.urandom(8))

    with pytest.raises(StorageError, match=r"new\.part was written"):
        library.move_folder(far_target, remember=_never, on_progress=grow)
    assert model.exists()
    assert not far_target.exists()


def test_links_move_as_links(library: Library, target: Path, models_folder: Path) -> None:
    """What a link leads to stays where it is, and the link leads there still."""
    outside = write_llama(models_folder.parent / "outside" / "x.gguf")
    (models_folder / "Linked-1B.gguf").symlink_to("../outside/x.gguf")
    (models_folder / "folder").symlink_to(outside.parent)
    (models_folder / "inner.gguf").symlink_to("owner/Mine-1B-GGUF/Mine-1B-Q4_0.gguf")
    library.move_folder(target, remember=lambda _: None)
    assert (target / "Linked-1B.gguf").is_symlink()
    assert (target / "Linked-1B.gguf").samefile(outside)
    assert (target / "folder").is_symlink()
    assert (target / "inner.gguf").resolve().is_relative_to(target)
    assert outside.exists()
    assert not models_folder.exists()


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"old_folder": 3}'])
def test_a_damaged_mark_removes_nothing(
    library: Library, models_folder: Path, content: bytes
) -> None:
    """A mark that cannot be read is as if it were not there."""
    before = _models(library)
    (models_folder / ".moving.json").write_bytes(content)
    library.tidy()
    assert _models(library) == before


def test_a_mark_cannot_reach_out(library: Library, models_folder: Path, tmp_path: Path) -> None:
    """Names with “..” in a mark are not followed."""
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    old = tmp_path / "old"
    old.mkdir()
    mark = {"old_folder": str(old), "files": ["../outside.txt"]}
    (models_folder / ".moving.json").write_text(json.dumps(mark))
    moving.finish(models_folder)
    assert outside.exists()
    assert library.list()


@pytest.mark.parametrize("steps", range(9))
def test_a_process_that_is_killed_loses_nothing(
    nemodesk_home: Path, target: Path, steps: int
) -> None:
    """Wherever it dies, the chosen folder is whole, and moving again comes to the end."""
    folder = nemodesk_home / "models"
    for number in range(4):
        path = write_llama(folder / "owner" / "R" / f"M{number}-1B.gguf", tensors=number + 1)
        Library(folder).record(path, sha256=sha256_of(path), source=_SOURCE)
    before = _models(Library(folder))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.catalog.moving_process", str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(steps):
            process.stdout.readline()
            process.stdin.write(b"\n")
            process.stdin.flush()
        process.stdout.readline()
        process.kill()
    chosen = find_paths().models
    library = Library(chosen)
    assert _models(library) == before
    assert all(library.verify(model).is_compared for model in library.list()[:4])
    library.tidy()
    if chosen == folder:
        library.move_folder(target, remember=lambda new: remember_models_folder(nemodesk_home, new))
    assert _models(Library(find_paths().models)) == before
    assert not list(folder.rglob("*.gguf"))


def _never(_folder: Path) -> None:
    pytest.fail("the new folder was remembered")

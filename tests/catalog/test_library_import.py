# SPDX-License-Identifier: Apache-2.0
"""Taking in files and folders: in place, as copies, by moving; and what is refused."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.catalog import copying
from nemodesk.catalog.library import ImportWay, Library
from nemodesk.errors import (
    CancelledError,
    ModelFileError,
    NotFoundError,
    StorageError,
    UsageError,
)
from tests.catalog.model_files import write_llama
from tests.catalog.stores import Stores, everything_in, sha256_of


@pytest.fixture
def library(models_folder: Path, stores: Stores) -> Library:
    """Give an empty library of a person with other programs."""
    return Library(models_folder, places=stores.places)


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on another disk, from which no second names can be made."""
    shared_memory = Path("/dev/shm")  # noqa: S108 - a disk of its own on Linux
    if not shared_memory.is_dir() or shared_memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk here")
    folder = shared_memory / f"nemodesk-test-{os.getpid()}-{tmp_path.name}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_a_file_is_used_where_it_is(library: Library, tmp_path: Path, models_folder: Path) -> None:
    """Nothing is copied, and taking it in again changes nothing."""
    path = write_llama(tmp_path / "Mine-1B-Q4_0.gguf")
    result = library.import_models(path)
    assert [model.path for model in result.added] == [path]
    assert result.added[0].source == "file"
    again = library.import_models(path)
    assert (again.added, again.known) == ((), result.added)
    assert not list(models_folder.rglob("*.gguf"))


def test_another_name_of_a_file_is_the_same_model(library: Library, tmp_path: Path) -> None:
    """A link to a model, or a second name of it, is no second model."""
    path = write_llama(tmp_path / "Mine-1B-Q4_0.gguf")
    (tmp_path / "link.gguf").symlink_to(path)
    os.link(path, tmp_path / "twin.gguf")
    library.import_models(path)
    for name in ("link.gguf", "twin.gguf"):
        assert library.import_models(tmp_path / name).known[0].path == path


def test_a_folder_gives_all_its_models(library: Library, tmp_path: Path) -> None:
    """Good ones are taken in, others refused with their reasons, in all folders below."""
    folder = tmp_path / "many"
    for name in ("A-1B.gguf", "deep/B-1B.gguf", "C-1B-00001-of-00002.gguf"):
        write_llama(folder / name)
    write_llama(folder / "C-1B-00002-of-00002.gguf")
    (folder / "bad.gguf").write_text("no model")
    write_llama(folder / "later.gguf", architecture="gpt-99")
    result = library.import_models(folder)
    assert {model.id for model in result.added} == {"A-1B", "B-1B", "C-1B"}
    assert {path.name for path, _ in result.refused} == {"bad.gguf", "later.gguf"}
    assert all(isinstance(error, ModelFileError) for _, error in result.refused)
    assert len(library.import_models(folder).known) == 3


def test_a_folder_without_models_is_refused(library: Library, tmp_path: Path) -> None:
    """So is a path where nothing is."""
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere", "nowhere.gguf"):
        with pytest.raises(NotFoundError, match="no model file"):
            library.import_models(tmp_path / name)


@pytest.mark.parametrize("way", list(ImportWay))
def test_what_cannot_run_is_refused(
    library: Library, tmp_path: Path, models_folder: Path, way: ImportWay
) -> None:
    """A damaged file, a cut one and one of an unknown kind stay where they are."""
    cut = write_llama(tmp_path / "cut.gguf")
    cut.write_bytes(cut.read_bytes()[:-5])
    (tmp_path / "text.gguf").write_text("hello")
    strange = write_llama(tmp_path / "strange.gguf", architecture="gpt-99")
    for path in (cut, tmp_path / "text.gguf", strange):
        with pytest.raises(ModelFileError):
            library.import_models(path, way=way)
        assert path.exists()
    assert not list(models_folder.rglob("*.gguf"))


def test_any_part_means_the_whole_model(library: Library, tmp_path: Path) -> None:
    """A split model is taken in by any of its parts, and only whole."""
    for number in (1, 2):
        write_llama(
            tmp_path / f"Big-1B-0000{number}-of-00002.gguf",
            numbers={"split.no": number - 1, "split.count": 2},
        )
    second = tmp_path / "Big-1B-00002-of-00002.gguf"
    (model,) = library.import_models(second, way=ImportWay.COPY).added
    assert (model.id, model.size_bytes) == ("Big-1B", 2 * second.stat().st_size)
    assert len(list(model.path.parent.glob("*.gguf"))) == 2
    library.remove(model.id)
    second.unlink()
    with pytest.raises(ModelFileError, match="Part 2 of 2"):
        library.import_models(tmp_path / "Big-1B-00001-of-00002.gguf")


def test_a_split_model_is_used_where_it_is(library: Library, tmp_path: Path) -> None:
    """It is one model, is forgotten with all its parts, and comes back with them."""
    paths = [
        write_llama(
            tmp_path / f"Big-1B-0000{number}-of-00002.gguf",
            numbers={"split.no": number - 1, "split.count": 2},
        )
        for number in (1, 2)
    ]
    model = library.register(paths[1])
    assert (model.path, model.size_bytes) == (paths[0], 2 * paths[0].stat().st_size)
    assert [found.id for found in library.list() if found.source == "file"] == ["Big-1B"]
    receipt = library.remove("Big-1B")
    assert len(receipt.records) == 2
    assert all(path.exists() for path in paths)
    library.restore(receipt)
    library.forget("Big-1B")
    assert [found for found in library.list() if found.source == "file"] == []


def test_a_store_inside_a_folder_hides_nothing(
    library: Library, stores: Stores, home: Path
) -> None:
    """A folder with a cache and other files in it gives both."""
    stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    folder = stores.hugging_face.parent
    write_llama(folder / "Mine-1B.gguf")
    result = library.import_models(folder)
    assert {(model.id, model.source) for model in result.added} == {
        ("Fine-1B-Q4_K_M", "hf-cache"),
        ("Mine-1B", "file"),
    }
    assert result.known == ()
    assert folder.is_relative_to(home)


def test_a_copy_on_the_same_disk_takes_no_room(
    library: Library, tmp_path: Path, models_folder: Path
) -> None:
    """It is a second name of the content, and stays when the first one goes."""
    path = write_llama(tmp_path / "Mine-1B-Q4_0.gguf")
    (model,) = library.import_models(path, way=ImportWay.COPY).added
    assert model.path == models_folder / "imported" / "Mine-1B-Q4_0" / "Mine-1B-Q4_0.gguf"
    assert model.path.samefile(path)
    path.unlink()
    assert library.list()[0] == model
    assert not library.can_forget(model)


def test_a_copy_from_another_disk_is_read_once(library: Library, other_disk: Path) -> None:
    """Its SHA-256 is known afterwards, and the progress comes to its end."""
    path = write_llama(other_disk / "Mine-1B-Q4_0.gguf")
    steps: list[tuple[int, int]] = []
    result = library.import_models(
        path, way=ImportWay.COPY, on_progress=lambda done, total: steps.append((done, total))
    )
    size_bytes = path.stat().st_size
    assert result.added[0].sha256 == sha256_of(path)
    assert steps[-1] == (size_bytes, size_bytes)
    assert path.exists()
    assert library.verify(result.added[0]).is_compared


def test_moving_leaves_nothing_behind(library: Library, tmp_path: Path, other_disk: Path) -> None:
    """On the same disk and from another one, the file has one place afterwards."""
    for folder in (tmp_path / "here", other_disk):
        path = write_llama(folder / "Mine-1B-Q4_0.gguf", texts={"general.name": str(folder)})
        content = path.read_bytes()
        (model,) = library.import_models(path, way=ImportWay.MOVE).added
        assert not path.exists()
        assert model.path.read_bytes() == content
        library.remove(model.id)


def test_a_model_used_elsewhere_can_be_brought_in(library: Library, tmp_path: Path) -> None:
    """Copying one that was used in place leaves one model in the list, the copy."""
    path = write_llama(tmp_path / "Mine-1B-Q4_0.gguf")
    library.import_models(path)
    (model,) = library.import_models(path, way=ImportWay.COPY).added
    assert [listed.id for listed in library.list() if listed.source == "file"] == [model.id]
    assert not library.can_forget(model)


def test_a_used_model_of_another_program_can_be_copied(
    library: Library, stores: Stores, other_disk: Path
) -> None:
    """It is the same model under a new name, also where its hash is known; its file stays."""
    blob = stores.add_to_ollama("tiny:1b")
    away = other_disk / "store"
    shutil.copytree(stores.ollama, away)
    for path in (blob, away / "blobs" / blob.name):
        library.register(path)
        (model,) = library.import_models(path, way=ImportWay.COPY).added
        assert (model.id, model.source, model.sha256) == ("tiny-1b", "file", sha256_of(blob))
        assert path.exists()
        library.remove("tiny-1b")
        library.empty_trash()


def test_equal_names_do_not_overwrite(library: Library, tmp_path: Path) -> None:
    """A second model with the same file name gets a folder of its own."""
    paths = [
        write_llama(tmp_path / name / "Mine-1B.gguf", texts={"general.name": name})
        for name in ("a", "b")
    ]
    first, second = (
        library.import_models(path, way=ImportWay.COPY).added[0].path for path in paths
    )
    assert (first.read_bytes(), second.read_bytes()) == tuple(path.read_bytes() for path in paths)
    assert second.parent.name == "Mine-1B 2"


def test_the_same_content_is_not_taken_in_twice(
    library: Library, stores: Stores, other_disk: Path, models_folder: Path
) -> None:
    """Where both hashes are known, a second file is refused, in place and as a copy."""
    blob = stores.add_to_ollama("tiny:1b", text="same")
    library.adopt(library.found_elsewhere()[0])
    link = stores.add_to_hugging_face("Fine-1B-Q4_0.gguf", text="same")
    with pytest.raises(UsageError, match="the same model as Tiny 1B"):
        library.import_models(link)
    copy = other_disk / "copy.gguf"
    shutil.copyfile(blob, copy)
    with pytest.raises(UsageError, match="the same model as Tiny 1B"):
        library.import_models(copy, way=ImportWay.COPY)
    assert not list(models_folder.rglob("*.gguf"))
    assert not (models_folder / "imported").exists()


def test_files_of_other_programs_are_copied_not_moved(
    library: Library, stores: Stores, home: Path
) -> None:
    """Moving would take them away; a copy has a name of its own."""
    blob = stores.add_to_ollama("tiny:1b-q4_0")
    link = stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    studio = stores.add_to_lm_studio("Some-1B-Q8_0.gguf")
    before = everything_in(home)
    for path, owner in ((blob, "Ollama"), (link, "Hugging Face"), (studio, "LM Studio")):
        with pytest.raises(UsageError, match=owner):
            library.import_models(path, way=ImportWay.MOVE)
    names = [
        library.import_models(path, way=ImportWay.COPY).added[0].path.name
        for path in (blob, link, studio)
    ]
    assert names == ["tiny-1b-q4_0.gguf", "Fine-1B-Q4_K_M.gguf", "Some-1B-Q8_0.gguf"]
    assert library.resolve("some/Fine-1B-GGUF:Q4_K_M").path.is_file()
    assert everything_in(home) == before


def test_folders_of_other_programs_are_imported(library: Library, stores: Stores) -> None:
    """The store's own names are used, not those of its files."""
    stores.add_to_ollama("tiny:1b")
    stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    stores.add_to_lm_studio("Some-1B-Q8_0.gguf")
    added = [
        library.import_models(folder).added[0]
        for folder in (stores.ollama.parent, stores.hugging_face, stores.lm_studio.parent)
    ]
    assert [(model.id, model.source) for model in added] == [
        ("tiny:1b", "ollama"),
        ("Fine-1B-Q4_K_M", "hf-cache"),
        ("Some-1B-Q8_0", "lm-studio"),
    ]


def test_a_link_is_not_moved(library: Library, tmp_path: Path) -> None:
    """What a link leads to may be somebody else's."""
    path = write_llama(tmp_path / "Mine-1B.gguf")
    link = tmp_path / "link.gguf"
    link.symlink_to(path)
    with pytest.raises(UsageError, match="is a link"):
        library.import_models(link, way=ImportWay.MOVE)
    assert link.is_symlink()


def test_stopping_leaves_no_half_copy(
    library: Library, other_disk: Path, models_folder: Path
) -> None:
    """When it is stopped in the middle, the models folder is as it was."""
    path = write_llama(other_disk / "Mine-1B.gguf")
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        library.import_models(path, way=ImportWay.COPY, stop=stop)
    stop.clear()
    with pytest.raises(CancelledError):
        library.import_models(
            path, way=ImportWay.MOVE, on_progress=lambda *_: stop.set(), stop=stop
        )
    assert path.exists()
    assert not list(models_folder.rglob("*.gguf*"))


def test_a_full_disk_is_noticed_before(
    library: Library, other_disk: Path, monkeypatch: pytest.MonkeyPatch, models_folder: Path
) -> None:
    """Without room for the copy nothing is written, and the sentence says how much is missing."""
    path = write_llama(other_disk / "Mine-1B.gguf")
    usage = shutil.disk_usage(path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(StorageError, match=r"no room.*1.0 MB are free"):
        library.import_models(path, way=ImportWay.COPY)
    write_llama(other_disk / "Other-1B.gguf")
    with pytest.raises(StorageError, match="no room"):
        library.import_models(other_disk, way=ImportWay.COPY)
    assert not list(models_folder.rglob("*.gguf*"))


def test_a_damaged_blob_is_not_copied(
    library: Library, stores: Stores, models_folder: Path, other_disk: Path
) -> None:
    """A copy whose content is not what its name promises is taken away again."""
    blob = stores.add_to_ollama("tiny:1b")
    away = other_disk / "store" / "blobs" / blob.name
    shutil.copytree(stores.ollama, away.parent.parent)
    content = bytearray(away.read_bytes())
    content[-1] ^= 1
    away.write_bytes(content)
    with pytest.raises(ModelFileError, match="is damaged"):
        library.import_models(away, way=ImportWay.COPY)
    assert not list(models_folder.rglob("*.gguf"))


def test_a_file_that_is_being_written_is_not_copied(tmp_path: Path) -> None:
    """A source that changes while it is read makes no copy."""
    path = tmp_path / "growing"
    path.write_bytes(b"x" * 10)

    def grow(_done: int, _total: int) -> None:
        with path.open("ab") as file:
            file.write(b"y")
        os.utime(path, (1, 1))

    stopper = threading.Event()

    def grow_a_little(done: int, total: int) -> None:
        if not stopper.is_set():
            stopper.set()
            grow(done, total)

    work = copying.Work(10, on_progress=grow_a_little)
    with pytest.raises(StorageError, match="is being written"):
        copying.copy_file(path, tmp_path / "copy", work)
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["growing"]


def test_a_folder_that_refuses_is_a_plain_error(
    library: Library, tmp_path: Path, models_folder: Path
) -> None:
    """Where the models folder cannot be written to, the sentence says so."""
    path = write_llama(tmp_path / "Mine-1B.gguf")
    models_folder.mkdir()
    (models_folder / "imported").write_text("in the way")
    with pytest.raises(StorageError):
        library.import_models(path, way=ImportWay.COPY)
    assert path.exists()

# SPDX-License-Identifier: Apache-2.0
"""Removing models, undoing it, and emptying the trash. Links are never followed."""

import contextlib
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.catalog import trash as trash_module
from nemodesk.catalog.library import Library, Receipt
from nemodesk.catalog.trash import KEPT_S, Trash
from nemodesk.errors import NemodeskError, NotFoundError, StorageError, UsageError
from tests.catalog.model_files import write_llama
from tests.catalog.stores import everything_in, sha256_of
from tests.fakes.clock import FakeClock

_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that is set by hand."""
    return FakeClock()


@pytest.fixture
def library(models_folder: Path, clock: FakeClock) -> Library:
    """Give an empty library."""
    return Library(models_folder, clock=clock)


def _arrived(library: Library, folder: Path, name: str = "Mine-1B-Q4_0.gguf") -> Path:
    path = write_llama(folder / "owner" / "Mine-1B-GGUF" / name)
    library.record(path, sha256=sha256_of(path), source=_SOURCE)
    return path


def test_removing_is_undone(library: Library, models_folder: Path) -> None:
    """The model is as it was, with all that was known of it; its folders went and came."""
    path = _arrived(library, models_folder)
    model, content = library.list()[0], path.read_bytes()
    receipt = library.remove(model.id)
    assert not (models_folder / "owner").exists()
    assert model not in library.list()
    assert not list(models_folder.rglob("*.gguf"))
    assert receipt.size_bytes == library.trash_size_bytes() == len(content)
    assert library.trash() == (receipt,)
    library.restore(receipt)
    assert library.list()[0] == model
    assert path.read_bytes() == content
    assert library.trash() == ()
    assert not (models_folder / ".trash").exists()


def test_folders_that_hold_something_stay(library: Library, models_folder: Path) -> None:
    """Only empty folders are removed along with a model."""
    _arrived(library, models_folder)
    note = models_folder / "owner" / "note.txt"
    note.write_text("mine")
    library.remove("Mine-1B-Q4_0")
    assert note.exists()
    assert not (models_folder / "owner" / "Mine-1B-GGUF").exists()


def test_all_parts_go_together(library: Library, models_folder: Path) -> None:
    """A split model is removed and restored with all parts that are there."""
    paths = [
        _arrived(library, models_folder, f"Big-1B-0000{number}-of-00003.gguf")
        for number in (1, 2, 3)
    ]
    paths[1].unlink()
    receipt = library.remove("Big-1B")
    assert len(receipt.files) == 2
    assert len(receipt.records) == 3
    library.restore(receipt)
    assert [path.exists() for path in paths] == [True, False, True]


def test_a_restored_model_overwrites_nothing(library: Library, models_folder: Path) -> None:
    """When it was downloaded again meanwhile, the one in the trash stays there."""
    path = _arrived(library, models_folder)
    receipt = library.remove("Mine-1B-Q4_0")
    _arrived(library, models_folder)
    with pytest.raises(UsageError, match="There is a new file"):
        library.restore(receipt)
    path.unlink()
    library.restore(receipt)
    assert path.exists()


def test_an_emptied_trash_restores_nothing(library: Library, models_folder: Path) -> None:
    """Emptying frees the room and says how much it was."""
    path = _arrived(library, models_folder)
    size_bytes = path.stat().st_size
    receipt = library.remove("Mine-1B-Q4_0")
    assert library.empty_trash() >= size_bytes
    assert library.trash_size_bytes() == 0
    with pytest.raises(NotFoundError, match="not in the trash any more"):
        library.restore(receipt)


def test_the_trash_is_kept_for_thirty_days(
    library: Library, models_folder: Path, clock: FakeClock
) -> None:
    """Tidying deletes what is older and nothing else."""
    _arrived(library, models_folder)
    library.remove("Mine-1B-Q4_0")
    clock.now += 10
    _arrived(library, models_folder, "Young-1B.gguf")
    library.remove("Young-1B")
    clock.now += KEPT_S - 5
    library.tidy()
    assert [receipt.model_id for receipt in library.trash()] == ["Young-1B"]


def test_the_starter_stays(library: Library) -> None:
    """What came with the program is refused with a sentence."""
    if not library.list():
        pytest.skip("the starter model's package is not installed")
    with pytest.raises(UsageError, match="came with NemoDesk"):
        library.remove("starter")
    with pytest.raises(NotFoundError):
        library.remove("unknown")


def test_a_link_goes_but_not_what_it_leads_to(
    library: Library, models_folder: Path, tmp_path: Path
) -> None:
    """A link in the models folder is removed, restored and deleted as a link."""
    outside = write_llama(tmp_path / "outside" / "x.gguf")
    models_folder.mkdir()
    link = models_folder / "Linked-1B.gguf"
    link.symlink_to(outside)
    receipt = library.remove("Linked-1B")
    assert receipt.size_bytes < outside.stat().st_size
    library.restore(receipt)
    assert link.readlink() == outside
    library.remove("Linked-1B")
    library.empty_trash()
    assert outside.exists()
    assert not link.is_symlink()


def test_a_folder_that_became_a_link_gets_nothing(
    library: Library, models_folder: Path, tmp_path: Path
) -> None:
    """A model is not restored to a place outside the models folder."""
    _arrived(library, models_folder)
    receipt = library.remove("Mine-1B-Q4_0")
    outside = tmp_path / "outside"
    outside.mkdir()
    (models_folder / "owner").symlink_to(outside)
    with pytest.raises(StorageError, match="does not follow"):
        library.restore(receipt)
    assert list(outside.iterdir()) == []


def test_a_trash_that_is_a_link_is_not_used(
    library: Library, models_folder: Path, tmp_path: Path
) -> None:
    """Neither put into, nor emptied."""
    path = _arrived(library, models_folder)
    outside = tmp_path / "outside"
    (outside / "precious").mkdir(parents=True)
    (models_folder / ".trash").symlink_to(outside)
    with pytest.raises(StorageError, match="is a link"):
        library.remove("Mine-1B-Q4_0")
    with pytest.raises(StorageError, match="is a link"):
        library.empty_trash()
    assert path.exists()
    assert [place.name for place in outside.iterdir()] == ["precious"]


def test_a_link_in_the_trash_is_not_followed(
    library: Library, models_folder: Path, tmp_path: Path
) -> None:
    """Emptying deletes a link that somebody put there, and leaves its target."""
    _arrived(library, models_folder)
    receipt = library.remove("Mine-1B-Q4_0")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("mine")
    (models_folder / ".trash" / receipt.id / "extra").symlink_to(outside)
    library.empty_trash()
    assert (outside / "precious.txt").read_text() == "mine"


_PATHS = st.sampled_from(
    ["../x.gguf", "/etc/x.gguf", "a/../../x.gguf", "", ".", "..", "a//b", "C:\\x", "..\\x"]
) | st.text(max_size=20)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(_PATHS, min_size=1, max_size=2), content=st.none() | st.binary(max_size=40))
def test_no_receipt_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, files: list[str], content: bytes | None
) -> None:
    """Whatever a receipt says, nothing is written outside the models folder."""
    base = tmp_path_factory.mktemp("trash")
    folder = base / "models"
    place = folder / ".trash" / "1-a"
    place.mkdir(parents=True)
    for number in range(1, len(files) + 1):
        (place / str(number)).write_text("content")
    receipt = Receipt(
        id="1-a",
        model_id="m",
        name="M",
        removed_at=1.0,
        size_bytes=1,
        files=tuple(files),
        records=(),
    )
    written = msgspec.json.encode(receipt) if content is None else content
    (place / "receipt.json").write_bytes(written)
    trash = Trash(folder)
    with contextlib.suppress(NemodeskError):
        for found in trash.receipts():
            trash.take_back(found)
    assert [path.name for path in base.iterdir()] == ["models"]
    assert not Path("/etc/x.gguf").exists()
    trash.empty()
    shutil.rmtree(base)


def test_a_damaged_receipt_is_emptied_too(library: Library, models_folder: Path) -> None:
    """What cannot be restored is not listed, counts, and is deleted with the rest."""
    _arrived(library, models_folder)
    receipt = library.remove("Mine-1B-Q4_0")
    (models_folder / ".trash" / receipt.id / "receipt.json").write_text("{")
    assert library.trash() == ()
    assert library.trash_size_bytes() > 0
    library.empty_trash()
    assert not (models_folder / ".trash").exists()


def test_an_interrupted_removal_can_be_undone(library: Library, models_folder: Path) -> None:
    """A receipt is there before the first file moves; what had moved comes back."""
    paths = [
        _arrived(library, models_folder, f"Big-1B-0000{number}-of-00002.gguf") for number in (1, 2)
    ]
    before = everything_in(models_folder)
    receipt = library.remove("Big-1B")
    # As if the computer had stopped after the first of two files.
    paths[1].parent.mkdir(parents=True)
    (models_folder / ".trash" / receipt.id / "2").rename(paths[1])
    library.restore(receipt)
    after = everything_in(models_folder)
    names = {str(path.relative_to(models_folder)) for path in paths}
    assert {name: after[name] for name in names} == {name: before[name] for name in names}


@pytest.mark.parametrize(
    ("number", "words"), [(32, "is in use"), (5, "may not be read or changed")]
)
def test_windows_says_why_it_keeps_a_file(tmp_path: Path, number: int, words: str) -> None:
    """A file that is open there cannot be moved; that is told from missing rights."""
    error = PermissionError(13, "Permission denied")
    error.winerror = number  # pyright: ignore[reportAttributeAccessIssue]
    assert words in trash_module._refused("Mine 1B", tmp_path / "m.gguf", error).sentence


def test_a_model_that_cannot_be_moved_stays_whole(library: Library, models_folder: Path) -> None:
    """When one part is refused, the others are at their places and nothing is in the trash."""
    path = _arrived(library, models_folder)
    trash = Trash(models_folder)
    for parts in ([path, path.with_name("vanished.gguf")], [path, path]):
        with pytest.raises(StorageError):
            trash.put(parts, model_id="m", name="M", records=(), now_s=1.0)
        assert path.exists()
        assert trash.receipts() == []
    assert library.list()[0].sha256

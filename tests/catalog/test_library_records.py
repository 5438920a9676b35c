# SPDX-License-Identifier: Apache-2.0
"""What the library remembers of its files, and how quick its list is."""

import json
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.catalog.library import Library, find_starter
from nemodesk.catalog.records import FILE_NAME, FileRecord, Records
from nemodesk.errors import NotFoundError, StorageError
from nemodesk.file_lock import FileLock
from tests.catalog.model_files import write_llama
from tests.catalog.stores import sha256_of

_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40
_QUIET = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

records_strategy = st.lists(
    st.builds(
        FileRecord,
        path=st.text(min_size=1, max_size=30),
        source=st.text(max_size=20),
        sha256=st.text(alphabet="0123456789abcdef", max_size=64),
        size_bytes=st.integers(0, 2**62),
        modified_ns=st.integers(0, 2**62),
        added_at=st.floats(0, 1e12),
        verified_at=st.floats(0, 1e12),
        alias=st.text(max_size=20),
    ),
    max_size=5,
    unique_by=lambda record: record.path,
)


def _arrived(folder: Path) -> Path:
    return write_llama(folder / "owner" / "Mine-1B-GGUF" / "Mine-1B-Q4_0.gguf")


def test_a_download_is_listed_with_its_source_and_hash(models_folder: Path) -> None:
    """What was recorded is listed after a restart, with quant and kind by the header."""
    path = _arrived(models_folder)
    sha256 = sha256_of(path)
    Library(models_folder, clock=lambda: 5.0).record(path, sha256=sha256.upper(), source=_SOURCE)
    model = Library(models_folder).list()[0]
    assert (model.sha256, model.source, model.verified_at) == (sha256, _SOURCE, 5.0)
    assert (model.quant, model.architecture) == ("Q4_0", "llama")
    assert Library(models_folder).resolve("owner/Mine-1B-GGUF:Q4_0") == model
    kept = json.loads((models_folder / FILE_NAME).read_text())
    assert kept["version"] == 2
    assert kept["files"][0]["path"] == "owner/Mine-1B-GGUF/Mine-1B-Q4_0.gguf"


def test_a_changed_file_has_no_hash_any_more(models_folder: Path) -> None:
    """A file that is another one than was recorded is not said to be that one."""
    path = _arrived(models_folder)
    library = Library(models_folder)
    library.record(path, sha256=sha256_of(path), source=_SOURCE)
    os.utime(path, (1, 1))
    model = library.list()[0]
    assert (model.sha256, model.verified_at, model.source) == ("", 0.0, _SOURCE)


def test_only_files_that_are_there_are_recorded(models_folder: Path) -> None:
    """A download that has vanished is a plain error."""
    with pytest.raises(NotFoundError):
        Library(models_folder).record(models_folder / "x.gguf", sha256="", source=_SOURCE)


def test_the_starter_says_that_it_is(models_folder: Path) -> None:
    """Its source and quant are those of its package's file."""
    starter = find_starter()
    if starter is None:
        pytest.skip("the starter model's package is not installed")
    assert Library(models_folder).list() == [starter]
    assert (starter.source, starter.quant, starter.architecture) == ("starter", "Q4_1", "llama")


def test_the_first_version_is_read(models_folder: Path, tmp_path: Path) -> None:
    """A list of the first version keeps its models, and is of the second from the next change."""
    path = write_llama(tmp_path / "elsewhere" / "Old-1B.gguf")
    models_folder.mkdir()
    (models_folder / FILE_NAME).write_text(json.dumps({"version": 1, "files": [str(path)]}))
    library = Library(models_folder)
    assert library.list()[0].path == path
    library.register(write_llama(tmp_path / "elsewhere" / "New-1B.gguf"))
    assert json.loads((models_folder / FILE_NAME).read_text())["version"] == 2
    assert {model.path.name for model in Library(models_folder).list()} >= {
        "Old-1B.gguf",
        "New-1B.gguf",
    }


@pytest.mark.logs("is damaged")
def test_a_list_of_a_later_version_is_kept_aside(models_folder: Path) -> None:
    """What a newer program has written is not overwritten."""
    models_folder.mkdir()
    content = b'{"version": 3, "files": []}'
    (models_folder / FILE_NAME).write_bytes(content)
    assert Records(models_folder).all() == {}
    assert (models_folder / "library.damaged.json").read_bytes() == content


@_QUIET
@given(records=records_strategy)
def test_records_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, records: list[FileRecord]
) -> None:
    """Whatever names and sources there are, the file holds them."""
    folder = tmp_path_factory.mktemp("records")
    Records(folder).add(*records)
    assert sorted(Records(folder).all().values(), key=lambda record: record.path) == sorted(
        records, key=lambda record: record.path
    )


@pytest.mark.logs("is damaged")
@_QUIET
@given(
    content=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.sampled_from([1, 2, "files"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["version", "files", "path", "x"]), inner, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda document: json.dumps(document).encode())
)
def test_any_list_can_be_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever the file holds, models can be listed and remembered afterwards."""
    folder = tmp_path_factory.mktemp("records")
    (folder / FILE_NAME).write_bytes(content)
    Library(folder).list()
    Records(folder).add(FileRecord(path="a"))
    assert "a" in Records(folder).all()


def test_many_may_write_at_once(models_folder: Path) -> None:
    """Nothing is lost when several libraries remember files at the same time."""

    def write(name: str) -> None:
        records = Records(models_folder)
        for number in range(10):
            records.add(FileRecord(path=f"{name}{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Records(models_folder).all()) == 40


def test_a_list_that_cannot_be_written_is_a_plain_error(models_folder: Path) -> None:
    """A models folder that is a file refuses with a sentence."""
    models_folder.write_text("not a folder")
    with pytest.raises(StorageError, match="cannot use the list"):
        Records(models_folder).add(FileRecord(path="a"))


def test_a_list_that_another_program_keeps_is_a_plain_error(models_folder: Path) -> None:
    """Nobody waits for ever for a program that hangs."""
    lock = FileLock.try_lock(models_folder / ".library.lock")
    assert lock is not None
    with pytest.raises(StorageError, match="cannot use the list"):
        Records(models_folder, patience_s=0.01).add(FileRecord(path="a.gguf"))
    lock.release()
    Records(models_folder).add(FileRecord(path="a.gguf"))
    assert not (models_folder / ".library.lock").exists()


def test_headers_are_read_once(models_folder: Path) -> None:
    """As long as size and time of a file are the same, its header is not read again."""
    path = write_llama(models_folder / "m.gguf", texts={"general.name": "Some 1B"})
    assert Library(models_folder).list()[0].name == "Some 1B"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Some", b"Xome"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert Library(models_folder).list()[0].name == "Some 1B"
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert Library(models_folder).list()[0].name == "Xome 1B"


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 9, "files": {}}', b"\xff", b"[]"])
def test_damaged_notes_on_headers_are_made_again(models_folder: Path, content: bytes) -> None:
    """The file with what headers say is a cache: a damaged one is written anew."""
    write_llama(models_folder / "m.gguf", texts={"general.name": "Some 1B"})
    (models_folder / ".headers.json").write_bytes(content)
    assert Library(models_folder).list()[0].name == "Some 1B"
    assert (models_folder / ".headers.json").read_bytes() != content


def test_a_thousand_models_are_listed_at_once(models_folder: Path) -> None:
    """A long list takes less than 100 ms of work once its headers are known."""
    first = write_llama(models_folder / "o" / "r0" / "Model-0-7B-Q4_K_M.gguf")
    for number in range(1, 1000):
        path = models_folder / "o" / f"r{number}" / f"Model-{number}-7B-Q4_K_M.gguf"
        path.parent.mkdir()
        path.write_bytes(first.read_bytes())
    library = Library(models_folder)
    assert len(library.list()) >= 1000
    durations_s: list[float] = []
    for _ in range(5):
        started_s = time.thread_time()
        library.list()
        durations_s.append(time.thread_time() - started_s)
    assert min(durations_s) < 0.1

# SPDX-License-Identifier: Apache-2.0
"""Comparing models with what they must be."""

import threading
from pathlib import Path

import pytest

from nemodesk.catalog.library import Library
from nemodesk.errors import CancelledError, ModelFileError, NotFoundError
from tests.catalog.model_files import write_llama
from tests.catalog.stores import Stores, sha256_of

_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40


@pytest.fixture
def library(models_folder: Path, stores: Stores) -> Library:
    """Give an empty library whose clock stands at 7."""
    return Library(models_folder, places=stores.places, clock=lambda: 7.0)


def _arrived(library: Library, folder: Path, name: str = "Mine-1B-Q4_0.gguf") -> Path:
    path = write_llama(folder / "owner" / "Mine-1B-GGUF" / name)
    library.record(path, sha256=sha256_of(path), source=_SOURCE)
    return path


def _flip_last_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_good_download_is_good(library: Library, models_folder: Path) -> None:
    """Its hash is returned, the time is remembered, and the progress comes to its end."""
    path = _arrived(library, models_folder)
    steps: list[tuple[int, int]] = []
    result = library.verify(
        library.resolve(str(path)), on_progress=lambda done, total: steps.append((done, total))
    )
    assert (result.is_compared, result.sha256) == (True, sha256_of(path))
    assert steps[-1] == (path.stat().st_size, path.stat().st_size)
    assert library.list()[0].verified_at == 7.0


def test_one_wrong_byte_is_found(library: Library, models_folder: Path) -> None:
    """The sentence says what to do, and the file is not called good again until it is."""
    path = _arrived(library, models_folder)
    _flip_last_byte(path)
    for _ in range(2):
        with pytest.raises(ModelFileError, match="Remove it and download it again"):
            library.verify(library.list()[0])
        assert library.list()[0].verified_at == 0.0
        assert library.list()[0].sha256 == ""
    _flip_last_byte(path)
    assert library.verify(library.list()[0]).is_compared
    assert library.list()[0].sha256 == sha256_of(path)


def test_a_cut_file_is_found(library: Library, models_folder: Path) -> None:
    """A file that is too short is refused by its header already."""
    path = _arrived(library, models_folder)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="incomplete"):
        library.verify(library.list()[0])


def test_each_part_is_compared(library: Library, models_folder: Path) -> None:
    """A split model is as good as its worst part."""
    for number in (1, 2):
        path = write_llama(
            models_folder / f"Big-1B-0000{number}-of-00002.gguf",
            numbers={"split.no": number - 1, "split.count": 2},
        )
        library.record(path, sha256=sha256_of(path), source=_SOURCE)
    model = library.resolve("Big-1B")
    assert library.verify(model).is_compared
    _flip_last_byte(path)
    with pytest.raises(ModelFileError, match="00002-of-00002"):
        library.verify(model)
    path.unlink()
    with pytest.raises(ModelFileError, match="Part 2 of 2"):
        library.verify(model)


def test_without_a_known_hash_nothing_is_compared(library: Library, models_folder: Path) -> None:
    """Structure and length are checked, and it is said that this is all."""
    path = write_llama(models_folder / "Mine-1B.gguf")
    result = library.verify(library.resolve("Mine-1B"))
    assert (result.is_compared, result.sha256) == (False, "")
    assert library.list()[0].verified_at == 0.0
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelFileError):
        library.verify(library.resolve("Mine-1B"))


def test_names_of_other_programs_are_hashes(library: Library, stores: Stores) -> None:
    """Blobs of Ollama and the cache are compared with what they are called, also when unlisted."""
    blob = stores.add_to_ollama("tiny:1b")
    link = stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    for path in (blob, link):
        model = library.resolve(str(path))
        assert library.verify(model).sha256 == sha256_of(path)
        assert not library.can_forget(model)
    models = [library.adopt(found) for found in library.found_elsewhere()]
    for model in models:
        assert library.verify(model).is_compared
    assert {model.verified_at for model in library.list() if model.source != "starter"} == {7.0}
    _flip_last_byte(blob)
    with pytest.raises(ModelFileError, match="Let Ollama fetch it again"):
        library.verify(library.resolve("tiny:1b"))


def test_verifying_can_be_stopped(library: Library, models_folder: Path) -> None:
    """A stop ends it at the next block; nothing is remembered."""
    path = _arrived(library, models_folder)
    Library(models_folder, clock=lambda: 1.0).record(path, sha256="0" * 64, source=_SOURCE)
    stop = threading.Event()
    with pytest.raises(CancelledError):
        library.verify(library.list()[0], on_progress=lambda *_: stop.set(), stop=stop)
    assert library.list()[0].verified_at == 1.0


def test_a_model_that_vanished_is_a_plain_error(library: Library, models_folder: Path) -> None:
    """What was listed a moment ago may be gone."""
    path = _arrived(library, models_folder)
    model = library.list()[0]
    path.unlink()
    with pytest.raises(NotFoundError):
        library.verify(model)

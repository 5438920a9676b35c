# SPDX-License-Identifier: Apache-2.0
"""Models of LM Studio, Ollama and the Hugging Face cache: found, used in place, never changed."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.catalog.foreign import ollama
from nemodesk.catalog.foreign.places import find_places
from nemodesk.catalog.library import Library
from nemodesk.errors import NotFoundError
from tests.catalog.model_files import write_llama
from tests.catalog.stores import MODEL_TYPE, Stores, everything_in, sha256_of


@pytest.fixture
def library(models_folder: Path, stores: Stores) -> Library:
    """Give an empty library of a person with other programs."""
    return Library(models_folder, places=stores.places)


def test_models_of_all_programs_are_found(library: Library, stores: Stores) -> None:
    """Each has a plain name, its program's name, its packing and, where known, its hash."""
    stores.add_to_lm_studio("Some-1B-Q8_0.gguf")
    blob = stores.add_to_ollama("tiny:1b-q4_0")
    link = stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    found = {model.source: model for model in library.found_elsewhere()}
    assert {source: model.label for source, model in found.items()} == {
        "lm-studio": "pub/Some-1B-GGUF:Q8_0",
        "ollama": "tiny:1b-q4_0",
        "hf-cache": "some/Fine-1B-GGUF:Q4_K_M",
    }
    assert {model.name for model in found.values()} == {
        "Some 1B, 8-bit",
        "Tiny 1B, 4-bit",
        "Fine 1B, 4-bit",
    }
    assert found["ollama"].sha256 == sha256_of(blob)
    assert found["hf-cache"].sha256 == sha256_of(link)
    assert found["ollama"].quant == "Q4_0"
    assert found["ollama"].size_bytes == blob.stat().st_size


def test_found_models_are_not_listed_until_they_are_wanted(
    library: Library, stores: Stores
) -> None:
    """What is found is only offered; once taken in it is listed and offered no more."""
    stores.add_to_ollama("tiny:1b")
    assert [model.source for model in library.list()] in ([], ["starter"])
    (found,) = library.found_elsewhere()
    model = library.adopt(found)
    assert (model.id, model.name, model.source) == ("tiny:1b", "Tiny 1B", "ollama")
    assert model.path == found.path
    assert model.sha256 == found.sha256
    assert library.found_elsewhere() == ()
    assert library.resolve("tiny:1b") == model
    assert library.resolve("TINY:1B") == model
    assert library.can_forget(model)


def test_removing_a_foreign_model_only_forgets_it(
    library: Library, stores: Stores, home: Path
) -> None:
    """Other programs' folders are the same, byte by byte, after everything that can be done."""
    stores.add_to_lm_studio("Some-1B-Q8_0.gguf")
    stores.add_to_ollama("tiny:1b")
    stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    before = everything_in(home)
    models = [library.adopt(found) for found in library.found_elsewhere()]
    for model in models:
        library.verify(model)
        receipt = library.remove(model.id)
        assert receipt.files == ()
        assert receipt.size_bytes == 0
    assert len(library.found_elsewhere()) == 3
    for receipt in library.trash():
        library.restore(receipt)
    assert library.found_elsewhere() == ()
    assert {model.path for model in models} <= {model.path for model in library.list()}
    library.empty_trash()
    assert everything_in(home) == before


def test_names_of_ollama(library: Library, stores: Stores) -> None:
    """The usual host, owner and tag are left out, as people type it."""
    stores.add_to_ollama("llama9")
    stores.add_to_ollama("mine:2b", host="registry.ollama.ai/me")
    stores.add_to_ollama("Nemo-4B-GGUF:Q8_0", host="hf.co/unsloth")
    assert {model.label: model.name for model in library.found_elsewhere()} == {
        "llama9": "Llama9",
        "me/mine:2b": "Mine 2B",
        "hf.co/unsloth/Nemo-4B-GGUF:Q8_0": "Nemo 4B, 8-bit",
    }


def test_one_content_is_one_model(library: Library, stores: Stores) -> None:
    """Two names in Ollama and two revisions in the cache are found once."""
    stores.add_to_ollama("tiny", text="same")
    stores.add_to_ollama("tiny:1b", text="same")
    first = stores.add_to_hugging_face("Fine-1B-Q4_0.gguf", revision="a" * 40, text="one")
    stores.add_to_hugging_face("Fine-1B-Q4_0.gguf", revision="b" * 40, text="one")
    refs = first.parent.parent.parent / "refs"
    refs.mkdir()
    (refs / "main").write_text("b" * 40)
    found = library.found_elsewhere()
    assert len(found) == 2
    (cached,) = (model for model in found if model.source == "hf-cache")
    assert cached.path.parent.name == "b" * 40


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        [],
        {},
        {"layers": None},
        {"layers": [{"mediaType": MODEL_TYPE}]},
        {"layers": [{"mediaType": MODEL_TYPE, "digest": "sha256:../../../secret", "size": 1}]},
        {"layers": [{"mediaType": MODEL_TYPE, "digest": f"sha256:{'a' * 64}", "size": 1}]},
        {"layers": [{"mediaType": "application/vnd.ollama.image.tensor", "digest": "", "size": 1}]},
        {"layers": [{"mediaType": MODEL_TYPE, "digest": f"sha256:{'a' * 64}", "size": -1}] * 2},
    ],
)
def test_broken_manifests_are_left_out(library: Library, stores: Stores, document: object) -> None:
    """One manifest that cannot be read hides no other model."""
    stores.add_to_ollama("tiny:1b")
    stores.write_manifest("registry.ollama.ai/library/broken/latest", document)
    assert [model.label for model in library.found_elsewhere()] == ["tiny:1b"]


def test_a_digest_leads_nowhere_else(library: Library, stores: Stores, home: Path) -> None:
    """A manifest cannot offer a file outside the blobs."""
    stores.add_to_ollama("tiny:1b")
    secret = write_llama(home / "secret.gguf")
    (stores.ollama / "blobs" / "sha256-a").mkdir()
    layer = {
        "mediaType": MODEL_TYPE,
        "digest": "sha256:a/../../../../secret.gguf",
        "size": secret.stat().st_size,
    }
    assert (stores.ollama / "blobs" / "sha256-a/../../../../secret.gguf").samefile(secret)
    stores.write_manifest("registry.ollama.ai/library/bad/latest", {"layers": [layer]})
    assert [model.label for model in library.found_elsewhere()] == ["tiny:1b"]


def test_a_blob_that_is_not_whole_is_left_out(library: Library, stores: Stores) -> None:
    """A model that Ollama is still fetching, or has lost, is not offered."""
    blob = stores.add_to_ollama("tiny:1b")
    blob.write_bytes(blob.read_bytes()[:-1])
    assert library.found_elsewhere() == ()
    blob.unlink()
    assert library.found_elsewhere() == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["layers", "mediaType", "digest", "size", "x"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)
_LAYERS = st.fixed_dictionaries(
    {
        "layers": st.lists(
            st.fixed_dictionaries(
                {
                    "mediaType": st.sampled_from([MODEL_TYPE, "other"]),
                    "digest": st.text(max_size=80)
                    | st.sampled_from(["sha256:/etc/passwd", "sha256:" + "A" * 64, "sha256-..%2f"]),
                    "size": st.integers(-1, 2**70),
                }
            ),
            max_size=3,
        )
    }
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.binary(max_size=100)
    | (_JSON | _LAYERS).map(lambda document: json.dumps(document).encode())
)
def test_any_manifest_is_survived(stores: Stores, content: bytes) -> None:
    """Whatever a manifest says, only files below blobs are ever offered."""
    (stores.ollama / "blobs").mkdir(parents=True, exist_ok=True)
    stores.write_manifest("registry.ollama.ai/library/any/latest", content)
    for found in ollama.models_in(stores.ollama):
        assert found.path.parent == stores.ollama / "blobs"


def test_the_cache_answers_to_repository_and_packing(
    library: Library, stores: Stores, models_folder: Path
) -> None:
    """A file in the cache is meant by OWNER/REPO:QUANT, even before it was taken in."""
    link = stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf", repo="Some/Fine-1B-GGUF")
    model = library.resolve("some/fine-1b-gguf:q4_k_m")
    assert model.path == link
    assert not models_folder.exists()
    with pytest.raises(NotFoundError):
        library.resolve("some/fine-1b-gguf:Q8_0")
    adopted = library.adopt(library.found_elsewhere()[0])
    assert library.resolve("some/fine-1b-gguf:q4_k_m") == adopted


def test_a_file_that_vanishes_is_gone(library: Library, stores: Stores) -> None:
    """A model whose program has removed it is said to be gone, and can be left out."""
    blob = stores.add_to_ollama("tiny:1b")
    model = library.adopt(library.found_elsewhere()[0])
    blob.unlink()
    assert model.id not in {listed.id for listed in library.list()}
    (gone,) = library.gone()
    assert (gone.id, gone.name, gone.path) == ("tiny:1b", "Tiny 1B", blob)
    with pytest.raises(NotFoundError, match="is gone"):
        library.resolve("tiny:1b")
    library.remove("tiny:1b")
    assert library.gone() == ()


def test_a_link_to_nowhere_in_the_cache_is_left_out(library: Library, stores: Stores) -> None:
    """A cache whose blob was deleted offers nothing."""
    link = stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    link.resolve().unlink()
    assert library.found_elsewhere() == ()


def test_places_of_each_system(tmp_path: Path) -> None:
    """Homes, services and chosen folders are looked into where they are there."""
    home, root = tmp_path / "home", tmp_path / "root"
    service = root / "usr/share/ollama/.ollama/models"
    for folder in (
        home / ".lmstudio" / "models",
        home / ".cache" / "lm-studio" / "models",
        home / ".ollama" / "models",
        home / ".cache" / "huggingface" / "hub",
        service,
    ):
        folder.mkdir(parents=True)
    for platform, services in (("linux", (service,)), ("win32", ()), ("darwin", ())):
        places = find_places(home=home, environment={}, platform=platform, root=root)
        assert places.lm_studio == (
            home / ".lmstudio" / "models",
            home / ".cache" / "lm-studio" / "models",
        )
        assert places.ollama == (home / ".ollama" / "models", *services)
        assert places.hugging_face == (home / ".cache" / "huggingface" / "hub",)


def test_chosen_places_are_honoured(tmp_path: Path) -> None:
    """The programs' own settings and variables lead to their models."""
    home = tmp_path / "home"
    folders = {name: tmp_path / name for name in ("lm", "pointed/models", "ollama", "hf/hub", "c")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    (home / ".lmstudio").mkdir(parents=True)
    settings_file = home / ".lmstudio" / "settings.json"
    settings_file.write_text(json.dumps({"downloadsFolder": str(folders["lm"])}))
    (home / ".lmstudio-home-pointer").write_text(f"{tmp_path / 'pointed'}\n")
    environment = {"OLLAMA_MODELS": str(folders["ollama"]), "HF_HOME": str(tmp_path / "hf")}
    places = find_places(home=home, environment=environment, root=tmp_path)
    assert places.lm_studio == (folders["pointed/models"], folders["lm"])
    assert places.ollama == (folders["ollama"],)
    assert places.hugging_face == (folders["hf/hub"],)
    environment["HF_HUB_CACHE"] = str(folders["c"])
    places = find_places(home=home, environment=environment, root=tmp_path)
    assert places.hugging_face == (folders["c"],)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"downloadsFolder": 3}'])
def test_broken_settings_of_lm_studio_are_survived(home: Path, content: bytes) -> None:
    """Without a readable choice the usual folder counts."""
    (home / ".lmstudio" / "models").mkdir(parents=True)
    (home / ".lmstudio" / "settings.json").write_bytes(content)
    assert find_places(home=home, environment={}).lm_studio == (home / ".lmstudio" / "models",)


def test_a_folder_that_cannot_be_read_hides_nothing_else(library: Library, stores: Stores) -> None:
    """Where a program's folder is a file or a loop of links, the others are found."""
    stores.add_to_ollama("tiny:1b")
    stores.hugging_face.parent.mkdir(parents=True)
    stores.hugging_face.symlink_to(stores.hugging_face)
    stores.lm_studio.parent.mkdir(parents=True)
    stores.lm_studio.write_text("no folder")
    assert [model.label for model in library.found_elsewhere()] == ["tiny:1b"]


def test_parts_for_pictures_and_damaged_files_are_not_offered(
    library: Library, stores: Stores
) -> None:
    """Only a model that the engine can run is worth an offer."""
    path = write_llama(stores.lm_studio / "p" / "r" / "mmproj-Some-1B.gguf")
    (path.parent / "broken.gguf").write_text("no model")
    write_llama(path.parent / "strange.gguf", architecture="gpt-99")
    assert library.found_elsewhere() == ()

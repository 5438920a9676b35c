# SPDX-License-Identifier: Apache-2.0
"""Search, offers and a fresh catalog, asked of a hub on this computer."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from nemodesk.catalog.offers.offered import load_catalog, shipped_catalog
from nemodesk.errors import NetworkError, NotFoundError
from nemodesk.hub.hub import Hub
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import Answer, Fault
from tests.hub.conftest import FILE, NEMOTRON, NEMOTRON_30B, SMALL

_KEY = "hf_secretsecretsecret"


def test_search_finds_gguf_repositories(fake: FakeHub, hub: Hub) -> None:
    """A search gives GGUF repositories, most downloaded first, with what the list says."""
    fake.add("other/Small-Talk-GGUF", {"x.gguf": b"x"}, downloads=5000, gated="auto")
    fake.add("other/Small-PyTorch", {"x.bin": b"x"}, tags=("pytorch",))
    first, second = hub.search("small")
    assert (first.repo_id, first.gated) == ("other/Small-Talk-GGUF", True)
    assert (second.repo_id, second.name, second.downloads) == (SMALL, "Small 1B", 1200)
    assert (second.architecture, second.parameter_count) == ("nemotron_h", 1_000_000_000)
    assert (second.licence, second.gated) == ("apache-2.0", False)
    assert second.quants == ()


def test_search_reads_as_many_pages_as_it_needs(fake: FakeHub, hub: Hub) -> None:
    """A search goes on to the next page until it has enough, and no further."""
    fake.page_limit = 3
    for number in range(9):
        fake.add(f"many/Model-{number}", {"x.gguf": b"x"}, downloads=number)
    found = hub.search("model", limit=5)
    assert [offer.repo_id for offer in found] == [f"many/Model-{n}" for n in (8, 7, 6, 5, 4)]
    assert len(fake.seen("search")) == 2


def test_search_without_a_hit_is_empty(fake: FakeHub, hub: Hub) -> None:
    """Nothing found is no error."""
    assert hub.search("no such thing") == []
    assert len(fake.requests) == 1


def test_an_offer_has_sizes_hashes_and_the_commit(
    fake: FakeHub, hub: Hub, nemotron_file: Path
) -> None:
    """An offer says of each choice its files, sizes and hashes; bad names are left out."""
    offer = hub.offer(SMALL)
    (quant,) = offer.quants
    (file,) = quant.files
    assert (quant.name, quant.quality) == ("Q8_0", "as good as the original")
    assert (file.path, file.size_bytes) == (FILE, nemotron_file.stat().st_size)
    assert file.sha256 == hashlib.sha256(nemotron_file.read_bytes()).hexdigest()
    assert offer.revision == fake.repositories[SMALL].commit
    assert offer.licence_url == f"{fake.url}/{SMALL}"


def test_an_offer_is_what_huggingface_hub_says(fake: FakeHub, hub: Hub) -> None:
    """Our client and the hub's own library read the same out of the same answer."""
    info = HfApi(endpoint=fake.url, token=False).model_info(SMALL, files_metadata=True)
    offer = hub.offer(SMALL)
    theirs = {
        file.rfilename: (file.size, file.lfs.sha256) for file in info.siblings or [] if file.lfs
    }
    (ours,) = offer.quants[0].files
    assert theirs[FILE] == (ours.size_bytes, ours.sha256)
    assert info.sha == offer.revision


def test_the_catalog_names_what_it_knows(fake: FakeHub, hub: Hub) -> None:
    """A repository of the catalog keeps its name, family, shape and sampling."""
    fake.add(NEMOTRON, {"NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf": b"GGUF"})
    known = shipped_catalog().offer(NEMOTRON)
    assert known is not None
    offer = hub.offer(NEMOTRON)
    assert (offer.name, offer.family, offer.shape) == (known.name, "4B", known.shape)
    assert offer.licence == known.licence
    assert offer.quants[0].size_bytes == 4


@pytest.mark.parametrize(
    ("card", "licence", "url_end"),
    [
        ({"license": ["mit", "apache-2.0"]}, "mit, apache-2.0", f"/{SMALL}"),
        (
            {"license": "other", "license_name": "own", "license_link": "LICENSE.md"},
            "own",
            f"/{SMALL}/blob/main/LICENSE.md",
        ),
        (
            {"license": "other", "license_name": "own", "license_link": "https://example.org/l"},
            "own",
            "https://example.org/l",
        ),
        (
            {"license": "mit", "license_link": "javascript:alert(1)"},
            "mit",
            f"/{SMALL}/blob/main/javascript%3Aalert%281%29",
        ),
        ({"license": {"odd": 1}}, "", f"/{SMALL}"),
        ({}, "", f"/{SMALL}"),
    ],
)
def test_licences(
    fake: FakeHub, hub: Hub, card: dict[str, object], licence: str, url_end: str
) -> None:
    """The licence is named as its card does, with an address at which it can be read."""
    fake.repositories[SMALL].card = card
    fake.repositories[SMALL].tags = ("gguf",)
    offer = hub.offer(SMALL)
    assert offer.licence == licence
    assert offer.licence_url.endswith(url_end)
    assert offer.licence_url.startswith(("http://127.0.0.1", "https://example.org"))


def test_sizes_come_from_the_tree_if_they_must(fake: FakeHub, hub: Hub) -> None:
    """A mirror that leaves sizes out of the description is asked for the tree, page by page."""
    fake.page_limit = 1
    whole = hub.offer(SMALL).quants

    def without_sizes(request: SeenRequest) -> Fault | None:
        if request.kind != "info":
            return None
        return Answer(200, b'{"id": "x/y", "siblings": [{"rfilename": "%s"}]}' % FILE.encode())

    fake.fault = without_sizes
    assert hub.offer(SMALL).quants == whole
    assert len(fake.seen("tree")) == 4  # three files and the folder of the badly named one


def test_details_add_the_files_in_order(fake: FakeHub, hub: Hub) -> None:
    """The offers of a search get their files; one that cannot be had stays as it is."""
    fake.add("other/Small-2-GGUF", {"a-Q4_0.gguf": b"1234"}, downloads=1)
    found = hub.search("small")
    gone = replace(found[0], repo_id="other/gone")
    detailed = hub.details([found[1], gone, found[0]])
    assert [offer.repo_id for offer in detailed] == ["other/Small-2-GGUF", "other/gone", SMALL]
    assert detailed[0].quants[0].size_bytes == 4
    assert detailed[1] == gone


def test_a_missing_repository_suggests_another(fake: FakeHub, hub: Hub) -> None:
    """A name that is nearly right is answered with the right one."""
    with pytest.raises(NotFoundError, match=f"Did you mean {SMALL}"):
        hub.offer("maker/Smal-1B-GGUF")
    with pytest.raises(NotFoundError) as caught:
        hub.offer("nobody/nothing-alike")
    assert "Did you mean" not in caught.value.sentence
    assert fake.requests


@pytest.mark.parametrize("name", ["nemotron", "a/b/c", "../x", "https://host/a/b", "a/b c", ""])
def test_what_is_no_name_is_not_asked_for(fake: FakeHub, hub: Hub, name: str) -> None:
    """A text that names no repository ends without a connection."""
    with pytest.raises(NotFoundError, match="OWNER/NAME"):
        hub.offer(name)
    assert fake.requests == []


def test_a_repository_without_models(fake: FakeHub, hub: Hub) -> None:
    """A repository without GGUF files says so, in the catalog or not."""
    for repo_id in ("maker/Other", NEMOTRON):
        fake.add(repo_id, {"model.safetensors": b"x"})
        with pytest.raises(NotFoundError, match="no GGUF model"):
            hub.offer(repo_id)


def test_the_source_of_a_file(fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download gets the pinned address and the key, which no text of it shows."""
    offer = hub.offer(SMALL)
    file = replace(offer.quants[0].files[0], path="folder é/x#1.gguf")
    assert not hub.source(offer, file).headers
    monkeypatch.setenv("HF_TOKEN", _KEY)
    source = hub.source(offer, file)
    commit = fake.repositories[SMALL].commit
    assert source.url == f"{fake.url}/{SMALL}/resolve/{commit}/folder%20%C3%A9/x%231.gguf"
    assert source.headers == {"Authorization": f"Bearer {_KEY}"}
    assert _KEY not in repr(source) + repr(hub.surroundings)


def test_refresh_brings_exact_sizes_and_new_models(
    fake: FakeHub, hub: Hub, tmp_path: Path, nemotron_file: Path
) -> None:
    """A refresh replaces approximate sizes and adds new Nemotrons, for the next start as well."""
    fake.add(NEMOTRON, {"NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf": b"GGUF"}, downloads=10)
    new = "unsloth/NVIDIA-Nemotron-3-Micro-1.5B-GGUF"
    fake.add(new, {"Micro-Q4_K_M.gguf": nemotron_file}, gguf={"architecture": "nemotron_h"})
    fake.add("unsloth/Nemotron-3-Empty-GGUF", {"readme": b""})
    fake.add("unsloth/Other-GGUF", {"a-Q4_0.gguf": b"x"})
    fake.add("someone/Nemotron-3-GGUF", {"a-Q4_0.gguf": b"x"})
    catalog = hub.refresh(shipped_catalog())
    assert [offer.repo_id for offer in catalog.offers] == [NEMOTRON, NEMOTRON_30B, new]
    assert [quant.is_approximate for quant in catalog.offers[0].quants] == [False]
    assert catalog.offers[1].quants[0].is_approximate
    micro = catalog.offers[2]
    assert (micro.family, micro.name) == ("1.5B", "Nemotron 3 Micro 1.5B")
    described = micro.described(micro.quants[0])
    assert described is not None
    assert described.ssm_inner_size == 64
    assert described.tensor_bytes == nemotron_file.stat().st_size
    assert load_catalog(tmp_path / "cache") == catalog


def test_refresh_keeps_what_it_learnt_before(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    """A repository that cannot be had this time stays as the hub described it last time."""
    fake.add(NEMOTRON, {"NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf": b"GGUF"})
    first = hub.refresh(shipped_catalog())
    fake.add(NEMOTRON_30B, {"Nemotron-3-Nano-30B-A3B-Q8_0.gguf": b"GGUF!"})
    del fake.repositories[NEMOTRON]
    second = hub.refresh(first)
    assert [offer.quants[0].size_bytes for offer in second.offers] == [4, 5]
    assert load_catalog(tmp_path / "cache") == second


def test_what_was_asked_for_anyway_is_kept(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    """Looking at a model of the catalog makes its sizes exact; other models are not listed."""
    fake.add(NEMOTRON, {"NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf": b"GGUF"})
    hub.offer(SMALL)
    assert load_catalog(tmp_path / "cache") == shipped_catalog()
    offer = hub.offer(NEMOTRON)
    assert load_catalog(tmp_path / "cache").offers[0] == offer


def test_the_shape_of_a_new_model_is_learnt_once(
    fake: FakeHub, hub: Hub, tmp_path: Path, nemotron_file: Path
) -> None:
    """A new model that was seen without its header gets its shape with the next refresh."""
    new = "unsloth/NVIDIA-Nemotron-3-Micro-1.5B-GGUF"
    fake.add(new, {"Micro-Q4_K_M.gguf": nemotron_file})
    hub.offer(new)
    seen = load_catalog(tmp_path / "cache")
    assert seen.offers[2].shape is None
    shape = hub.refresh(seen).offers[2].shape
    assert shape is not None
    assert hub.offer(new).shape == shape
    assert load_catalog(tmp_path / "cache").offers[2].shape == shape


def test_refresh_without_a_hub_is_an_error(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    """If nothing can be had, refresh says why, and the kept list is not touched."""
    fake.fault = lambda _: Answer(503)
    with pytest.raises(NetworkError, match="problem of its own"):
        hub.refresh(shipped_catalog())
    assert not (tmp_path / "cache" / "catalog.json").exists()


def test_a_start_that_asks_nobody_loads_no_network() -> None:
    """The HTTP client takes a while to import, so it is loaded with the first question."""
    script = (
        "import sys, pathlib, nemodesk.hub.hub as hub; hub.Hub(pathlib.Path('x')).surroundings;"
        "print({'httpx2', 'huggingface_hub'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout == "set()\n"

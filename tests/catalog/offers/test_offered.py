# SPDX-License-Identifier: Apache-2.0
"""The catalog: what ships with the program, and what the hub said last."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.offers.hub_facts import HubFacts, hyperparameters_of, offer_from
from nemodesk.catalog.offers.offer import Offer, RemoteFile
from nemodesk.catalog.offers.offered import keep_facts, load_catalog, shipped_catalog, with_facts
from nemodesk.catalog.safe_paths import is_repo_id, safe_relative_path
from nemodesk.hardware.fit import memory_needed, shape_of

_4B = "unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF"
_30B = "unsloth/Nemotron-3-Nano-30B-A3B-GGUF"
_MIB = 1 << 20

_FACTS = HubFacts(
    repo_id=_4B,
    revision="c0ffee",
    downloads=123,
    gated=True,
    licence="another-licence",
    licence_url="https://example.org/licence",
    files=(
        RemoteFile(path="README.md", size_bytes=5),
        RemoteFile(path="../../x-Q2_K.gguf", size_bytes=5),
        RemoteFile(
            path="NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf", size_bytes=4_234_149_001, sha256="ab"
        ),
    ),
)
_NEW = HubFacts(
    repo_id="unsloth/NVIDIA-Nemotron-3-Micro-1.5B-GGUF",
    architecture="nemotron_h",
    files=(RemoteFile(path="m-Q4_K_M.gguf", size_bytes=900),),
)


def _offer(repo_id: str) -> Offer:
    offer = shipped_catalog().offer(repo_id)
    assert offer is not None
    return offer


def test_the_shipped_catalog_is_complete() -> None:
    """Each offer can be named, judged, downloaded and licensed before the hub is asked."""
    catalog = shipped_catalog()
    assert [offer.family for offer in catalog.offers] == ["4B", "30B"]
    for offer in catalog.offers:
        assert is_repo_id(offer.repo_id)
        assert offer.name
        assert offer.summary.endswith(".")
        assert offer.licence
        assert offer.licence_url.startswith("https://")
        assert offer.sampling.keys() == {"chat", "tools"}
        assert offer.quants
        for quant in offer.quants:
            assert quant.quality
            assert quant.is_approximate
            assert all(safe_relative_path(file.path) for file in quant.files)
            assert all(quant.name in file.path for file in quant.files)
            assert quant.size_bytes > offer.parameter_count * 0.5
    assert catalog.default_context_limit == 262_144
    assert catalog.starter.summary
    assert catalog.new_models


@pytest.mark.parametrize(
    ("repo_id", "kv_f16", "kv_q8", "state_mib"),
    [(_4B, 16384, 8704, 81.09), (_30B, 6144, 3264, 47.62)],
)
def test_the_shapes_need_what_llama_cpp_allocates(
    repo_id: str, kv_f16: int, kv_q8: int, state_mib: float
) -> None:
    """The memory of both models follows from the catalog alone (figures of llama.cpp's log)."""
    offer = _offer(repo_id)
    described = offer.described(offer.quants[0])
    assert described is not None
    shape = shape_of(described)
    f16 = memory_needed(shape, context_tokens=1024, cache_type="f16")
    q8 = memory_needed(shape, context_tokens=1024, cache_type="q8_0")
    assert f16.weights_bytes == offer.quants[0].size_bytes
    assert (f16.kv_bytes // 1024, q8.kv_bytes // 1024) == (kv_f16, kv_q8)
    assert round(f16.state_bytes / _MIB, 2) == state_mib


def test_the_shape_of_a_header_is_that_of_the_header(nemotron: Path) -> None:
    """What is kept of a remote file's header decides the same as the file does."""
    header = read_header(nemotron)
    assert shape_of(hyperparameters_of(header)) == shape_of(header)


def test_the_hub_knows_best_about_files_licence_and_access() -> None:
    """The hub's exact sizes and hashes replace the approximate ones; the name stays ours."""
    offer = offer_from(_FACTS, shipped_catalog())
    assert (offer.name, offer.family) == ("Nemotron 3 Nano 4B", "4B")
    assert (offer.revision, offer.downloads, offer.gated) == ("c0ffee", 123, True)
    assert (offer.licence, offer.licence_url) == ("another-licence", "https://example.org/licence")
    (quant,) = offer.quants
    assert (quant.name, quant.size_bytes, quant.is_approximate) == ("Q8_0", 4_234_149_001, False)
    assert quant.quality == "as good as the original"
    assert offer.shape == _offer(_4B).shape


def test_facts_are_kept_for_the_next_start(tmp_path: Path) -> None:
    """What the hub said is there again at the next start, new models at the end."""
    keep_facts(tmp_path / "cache", [_FACTS, _NEW])
    catalog = load_catalog(tmp_path / "cache")
    assert [offer.repo_id for offer in catalog.offers] == [_4B, _30B, _NEW.repo_id]
    assert catalog.offers[0] == offer_from(_FACTS, shipped_catalog())
    assert catalog.offers[2].family == "1.5B"
    assert catalog.offers[2].name == "Nemotron 3 Micro 1.5B"
    assert catalog.offers[2].sampling == catalog.offers[0].sampling
    assert "README" not in (tmp_path / "cache" / "catalog.json").read_text("utf-8")


def test_what_the_catalog_does_not_look_for_stays_out() -> None:
    """A kept list cannot bring in other people's repositories, bad names or empty offers."""
    others = [
        replace(_NEW, repo_id="someone/Nemotron-3-Nano-GGUF"),
        replace(_NEW, repo_id="unsloth/Other-GGUF"),
        replace(_NEW, repo_id="unsloth/../Nemotron-3"),
        replace(_NEW, files=()),
    ]
    assert with_facts(shipped_catalog(), others) == shipped_catalog()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"layout": 2, "facts": [{"repo_id": "%s", "revision": "new"}]}' % _4B.encode(),
        b'{"layout": 1, "facts": [{"repo_id": 3}]}',
        b'{"layout": 1, "facts": [{"repo_id": "\\ud800/x"}]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_list_counts_as_none(tmp_path: Path, content: bytes) -> None:
    """A kept file that makes no sense, or is of another version, changes nothing."""
    (tmp_path / "catalog.json").write_bytes(content)
    assert load_catalog(tmp_path) == shipped_catalog()


def test_a_disk_that_refuses_is_no_error(tmp_path: Path) -> None:
    """Where nothing can be kept, the catalog is asked for again next time."""
    (tmp_path / "cache").write_text("a file in the place of the folder")
    keep_facts(tmp_path / "cache", [_FACTS])
    assert load_catalog(tmp_path / "cache") == shipped_catalog()


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_damage_is_survived(
    tmp_path_factory: pytest.TempPathFactory, rubbish: bytes, place: int
) -> None:
    """Whatever stands in the kept file, the catalog loads and its paths are safe."""
    folder = tmp_path_factory.mktemp("cache")
    keep_facts(folder, [_FACTS, _NEW])
    path = folder / "catalog.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:place] + rubbish + whole[place + len(rubbish) :])
    catalog = load_catalog(folder)
    assert [offer.repo_id for offer in catalog.offers][:2] == [_4B, _30B]
    assert all(
        safe_relative_path(file.path)
        for offer in catalog.offers
        for quant in offer.quants
        for file in quant.files
    )


@pytest.mark.parametrize(
    ("quant", "words"),
    [
        ("BF16", "the original, not packed"),
        ("UD-Q8_K_XL", "as good as the original"),
        ("q6_k", "nearly as good as the original"),
        ("MXFP4_MOE", "good, and the usual choice"),
        ("UD-IQ2_XXS", "much weaker"),
        ("TQ1_0", "for experiments only"),
        ("plain", ""),
    ],
)
def test_quality_is_said_in_words(quant: str, words: str) -> None:
    """Every usual way of packing has its words, whoever writes it."""
    assert shipped_catalog().quality_of(quant) == words


def test_quants_are_found_in_any_case() -> None:
    """REPO:q8_0 means the same as REPO:Q8_0."""
    found = _offer(_4B).quant("ud-q4_k_xl")
    assert found is not None
    assert found.name == "UD-Q4_K_XL"
    assert _offer(_4B).quant("Q9") is None

# SPDX-License-Identifier: Apache-2.0
"""The fake hub has the shapes of the real one: huggingface_hub itself works with it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import HfApi, hf_hub_download, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.file_download import get_hf_file_metadata
from huggingface_hub.hf_api import RepoFile, RepoFolder

from tests.fakes.hub import FakeHub
from tests.fakes.hub_faults import Answer, Cut, NoRanges, Stall, WrongBytes, WrongLength

_WEIGHTS = bytes(range(256)) * 4000
_SHA256 = hashlib.sha256(_WEIGHTS).hexdigest()
_REPO = "maker/Small-1B-GGUF"
_FILE = "Small-1B-Q4_0.gguf"


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """Return a running hub with one repository."""
    with FakeHub() as running:
        running.add(_REPO, {"README.md": b"# Small", _FILE: _WEIGHTS}, downloads=1200)
        yield running


@pytest.fixture
def cdn_file(hub: FakeHub) -> str:
    """Return the address of the file at the CDN."""
    return f"{hub.cdn_url}/cdn/{_REPO}/{_SHA256}"


def test_model_info(hub: FakeHub) -> None:
    """The library reads sizes, hashes and the commit from the fake's model info."""
    info = HfApi(endpoint=hub.url, token=False).model_info(_REPO, files_metadata=True)
    weights = next(file for file in info.siblings or [] if file.rfilename == _FILE)
    assert weights.size == len(_WEIGHTS)
    assert weights.lfs is not None
    assert weights.lfs.sha256 == _SHA256
    assert info.sha == hub.repositories[_REPO].commit


def test_search_in_pages(hub: FakeHub) -> None:
    """The library follows the fake's pages to the end."""
    hub.page_limit = 2
    for number in range(5):
        hub.add(f"other/Model-{number}", {"x.gguf": b"x"}, downloads=number)
    hub.add("other/Not-GGUF", {"x.bin": b"x"}, tags=("pytorch",))
    api = HfApi(endpoint=hub.url, token=False)
    found = [model.id for model in api.list_models(search="model", filter="gguf")]
    assert found == [f"other/Model-{number}" for number in (4, 3, 2, 1, 0)]
    assert [one.id for one in api.list_models(author="maker")] == [_REPO]


def test_tree(hub: FakeHub) -> None:
    """The library reads the fake's tree, with its folders and below them."""
    hub.add("maker/Split", {"BF16/a.gguf": b"a", "readme.md": b"r"})
    api = HfApi(endpoint=hub.url, token=False)
    top = list(api.list_repo_tree("maker/Split"))
    everything = list(api.list_repo_tree("maker/Split", recursive=True))
    assert [type(entry) for entry in top] == [RepoFolder, RepoFile]
    assert [entry.path for entry in everything] == ["BF16", "BF16/a.gguf", "readme.md"]


def test_some_paths(hub: FakeHub) -> None:
    """The library asks the fake for some files of many."""
    (info,) = HfApi(endpoint=hub.url, token=False).get_paths_info(_REPO, [_FILE, "no.gguf"])
    assert isinstance(info, RepoFile)
    assert (info.path, info.size) == (_FILE, len(_WEIGHTS))


def test_a_file_is_downloaded(hub: FakeHub, tmp_path: Path) -> None:
    """The library follows the fake's redirect to its CDN and gets the right bytes."""
    url = hf_hub_url(_REPO, _FILE, endpoint=hub.url)
    metadata = get_hf_file_metadata(url, token=False)
    path = hf_hub_download(_REPO, _FILE, endpoint=hub.url, local_dir=tmp_path, token=False)
    assert (metadata.etag, metadata.size) == (_SHA256, len(_WEIGHTS))
    assert metadata.location.startswith(hub.cdn_url)
    assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == _SHA256
    assert hub.bytes_served[f"{_REPO}/{_FILE}"] == len(_WEIGHTS)


def test_a_gated_repository_opens_with_a_key(hub: FakeHub) -> None:
    """A gated repository is closed without its key and open with it."""
    hub.add("maker/Gated", {"x.gguf": b"x"}, gated="manual")
    hub.keys.add("right")
    url = hf_hub_url("maker/Gated", "x.gguf", endpoint=hub.url)
    for key in (False, "wrong"):
        with pytest.raises(GatedRepoError):
            get_hf_file_metadata(url, token=key)
    assert get_hf_file_metadata(url, token="right").size == 1  # noqa: S106


def test_what_is_missing(hub: FakeHub) -> None:
    """The library tells a missing repository from a missing file."""
    with pytest.raises(RepositoryNotFoundError):
        HfApi(endpoint=hub.url, token=False).model_info("nobody/nothing")
    with pytest.raises(RemoteEntryNotFoundError):
        get_hf_file_metadata(hf_hub_url(_REPO, "no.gguf", endpoint=hub.url), token=False)


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=10-19", 206, _WEIGHTS[10:20]),
        ("bytes=1023990-", 206, _WEIGHTS[1023990:]),
        ("bytes=-5", 206, _WEIGHTS[-5:]),
        ("bytes=1024000-", 416, None),
    ],
)
def test_ranges(cdn_file: str, asked: str, status: int, content: bytes | None) -> None:
    """The CDN sends the range that was asked for, and no range past the end."""
    answer = httpx2.get(cdn_file, headers={"Range": asked})
    assert answer.status_code == status
    assert content is None or answer.content == content


def test_a_changed_file_is_sent_whole(cdn_file: str) -> None:
    """A range is not sent if the file is no longer the one in If-Range."""
    headers = {"Range": "bytes=5-9", "If-Range": '"another"'}
    answer = httpx2.get(cdn_file, headers=headers)
    assert (answer.status_code, len(answer.content)) == (200, len(_WEIGHTS))


def test_faults(hub: FakeHub, cdn_file: str) -> None:
    """Each fault happens as it was asked for, and the next request is answered rightly."""
    hub.fault = lambda _: Answer(429, b"slow down", {"Retry-After": "3"})
    assert httpx2.get(cdn_file).headers["Retry-After"] == "3"
    for broken in (Cut(5000), WrongLength(7)):
        hub.fault = lambda _, fault=broken: fault
        with pytest.raises(httpx2.RemoteProtocolError):
            httpx2.get(cdn_file)
    hub.fault = lambda _: Stall(5000)
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(cdn_file, timeout=0.2)
    hub.fault = lambda _: WrongBytes(100_000, b"xyz")
    assert httpx2.get(cdn_file).content[100_000:100_003] == b"xyz"
    hub.fault = lambda _: NoRanges()
    assert httpx2.get(cdn_file, headers={"Range": "bytes=0-1"}).status_code == 200
    hub.fault = lambda _: None
    assert httpx2.get(cdn_file).content == _WEIGHTS
    assert [request.number for request in hub.requests] == list(range(1, 8))

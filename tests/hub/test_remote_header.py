# SPDX-License-Identifier: Apache-2.0
"""What a model at the hub says about itself, read without downloading it."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter

from nemodesk.catalog.gguf.header import GgufHeader, check_supported, read_header
from nemodesk.catalog.offers.offer import Offer
from nemodesk.errors import ModelFileError, NetworkError, NotFoundError
from nemodesk.hub.hub import Hub
from tests.catalog.model_files import write_llama
from tests.fakes.hub import FakeHub
from tests.fakes.hub_faults import Answer, Cut, ExtraHeaders, NoRanges
from tests.hub.conftest import FILE, SMALL

_NAME = f"{SMALL}/{FILE}"
_MIB = 1 << 20


def _header(hub: Hub, repo_id: str = SMALL) -> GgufHeader:
    offer = hub.offer(repo_id)
    return hub.header(offer, offer.quants[0])


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with 20 MB of weights after a small header."""
    path = tmp_path_factory.mktemp("large") / "large-F16.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_tensor("blk.0.weight", np.zeros((10 * _MIB // 64, 64), np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_the_header_is_that_of_the_file(fake: FakeHub, hub: Hub, nemotron_file: Path) -> None:
    """The header by range says all that the header of the whole file says."""
    assert _header(hub) == read_header(nemotron_file)
    assert [request.range for request in fake.seen("cdn")] == [
        "bytes=0-1048575",
        "bytes=1048576-2097151",
        "bytes=2097152-4194303",
    ]


def test_no_more_is_read_than_the_header_takes(fake: FakeHub, hub: Hub, large_file: Path) -> None:
    """Of a file with much behind its header, one piece is read."""
    fake.add("maker/Large", {"large-F16.gguf": large_file})
    assert _header(hub, "maker/Large").tensor_bytes == 20 * _MIB
    assert fake.bytes_served["maker/Large/large-F16.gguf"] == _MIB


def test_a_header_is_read_once(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    """The second time, and at the next start, the header comes from the cache."""
    first = _header(hub)
    served = fake.bytes_served[_NAME]
    assert _header(hub) == first
    assert _header(Hub(tmp_path / "cache")) == first
    assert fake.bytes_served[_NAME] == served


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"program": "0", "header": 3}'])
def test_a_damaged_cache_is_ignored(fake: FakeHub, hub: Hub, tmp_path: Path, damage: bytes) -> None:
    """A cached header that makes no sense is read again."""
    first = _header(hub)
    served = fake.bytes_served[_NAME]
    (kept,) = (tmp_path / "cache" / "headers").iterdir()
    kept.write_bytes(damage)
    assert _header(hub) == first
    assert fake.bytes_served[_NAME] == 2 * served


def test_another_content_is_another_header(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    """A file that was replaced at the hub is read anew."""
    assert _header(hub).architecture == "nemotron_h"
    fake.change(SMALL, FILE, write_llama(tmp_path / "other.gguf"))
    assert _header(hub).architecture == "llama"


def test_a_server_without_ranges_is_left_early(fake: FakeHub, hub: Hub, large_file: Path) -> None:
    """Where ranges are ignored the header is read all the same, and the rest is not waited for."""
    fake.add("maker/Large", {"large-F16.gguf": large_file})
    fake.fault = lambda request: NoRanges() if request.kind == "cdn" else None
    assert _header(hub, "maker/Large").tensor_bytes == 20 * _MIB
    assert fake.bytes_served["maker/Large/large-F16.gguf"] < 10 * _MIB


def test_a_long_header_without_ranges(fake: FakeHub, hub: Hub, nemotron_file: Path) -> None:
    """A header of more than one piece is read from a server without ranges, too."""
    fake.fault = lambda request: NoRanges() if request.kind == "cdn" else None
    assert _header(hub) == read_header(nemotron_file)


def test_a_split_model_counts_all_its_parts(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    """The header of a split model is the same as once all its parts are here."""
    names = [f"m-F16-0000{number}-of-00002.gguf" for number in (1, 2)]
    paths = [
        write_llama(
            tmp_path / name, numbers={"split.count": 2, "split.no": number}, tensors=tensors
        )
        for number, (name, tensors) in enumerate(zip(names, (0, 3), strict=True))
    ]
    fake.add("maker/Split", dict(zip(names, paths, strict=True)))
    header = _header(hub, "maker/Split")
    assert header == read_header(paths[0])
    assert header.tensor_bytes == 3 * 4 * 32 * 2
    assert header.file_size_bytes == sum(path.stat().st_size for path in paths)


def test_an_unknown_architecture_is_said_before_the_download(
    fake: FakeHub, hub: Hub, unknown_file: Path
) -> None:
    """A model that no engine knows is refused by its header alone."""
    fake.add("maker/New", {"x-Q4_0.gguf": unknown_file})
    with pytest.raises(ModelFileError, match="unheard-of"):
        check_supported(_header(hub, "maker/New"))


@pytest.mark.parametrize("content", [b"", b"<html>", b"GGUF", b"GGUF\x03\0\0\0" + b"\xff" * 16])
def test_what_is_no_model_is_an_error(fake: FakeHub, hub: Hub, content: bytes) -> None:
    """A file that is empty, cut or something else ends in a sentence about the file."""
    fake.add("maker/Bad", {"x-Q4_0.gguf": content})
    with pytest.raises(ModelFileError, match=r"x-Q4_0\.gguf .*Choose another one|damaged"):
        _header(hub, "maker/Bad")


def test_a_file_that_is_too_short_at_the_hub(fake: FakeHub, hub: Hub, nemotron_file: Path) -> None:
    """A file that is shorter than its own header says is refused before the download."""
    fake.change(SMALL, FILE, nemotron_file.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match="incomplete at the hub"):
        _header(hub)


def test_a_file_that_changes_meanwhile(fake: FakeHub, hub: Hub) -> None:
    """If the hub serves another content than it offered, nothing of it is believed or kept."""
    offer: Offer = hub.offer(SMALL)
    fake.fault = lambda request: (
        ExtraHeaders({"X-Linked-Etag": f'"{"0" * 64}"'}) if request.kind == "resolve" else None
    )
    with pytest.raises(NotFoundError, match="changed"):
        hub.header(offer, offer.quants[0])
    fake.fault = lambda _: None
    assert hub.header(offer, offer.quants[0]).architecture == "nemotron_h"


def test_one_broken_connection_is_survived(fake: FakeHub, hub: Hub) -> None:
    """A connection that breaks before the answer is made anew once."""
    offer = hub.offer(SMALL)
    broken = iter([True])
    fake.fault = lambda request: (
        ExtraHeaders({"Content-Length": "bad header"})
        if request.kind == "cdn" and next(broken, False)
        else None
    )
    assert hub.header(offer, offer.quants[0]).architecture == "nemotron_h"


def test_a_hub_that_sends_too_little(fake: FakeHub, hub: Hub, nemotron_file: Path) -> None:
    """The file may be good all the same: it is not called damaged."""
    beginning = nemotron_file.read_bytes()[:1000]
    fake.fault = lambda request: Answer(200, beginning) if request.kind == "cdn" else None
    with pytest.raises(NetworkError, match="sends less"):
        _header(hub)


def test_a_piece_that_is_cut_is_an_error(fake: FakeHub, hub: Hub) -> None:
    """A connection that ends within a piece is no shorter header."""
    offer = hub.offer(SMALL)
    fake.fault = lambda request: Cut(1000) if request.kind == "cdn" else None
    with pytest.raises(Exception, match="broke off"):
        hub.header(offer, offer.quants[0])

# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, read-only or gone costs no bytes that have come, and ends in a sentence."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.downloads.disk import check_room, disk_error, margin_bytes
from nemodesk.downloads.journal import BLOCK_BYTES
from nemodesk.downloads.protocol import Patience
from nemodesk.errors import ErrorCode, StorageError
from tests.downloads.conftest import REPO, Desk, offered
from tests.downloads.content import content
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import Stall
from tests.fakes.small_disk import small_disk

NAME = "Model-Q8_0.gguf"
DATA = content(8 * BLOCK_BYTES + 5)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 16 MB."""
    with small_disk(tmp_path / "disk", size_mb=16) as folder:
        yield folder


async def test_a_disk_without_room_is_noticed_before_the_first_byte(
    hub: FakeHub, disk: Path
) -> None:
    """All parts are counted together, and the sentence says how much is missing."""
    names = [f"Big-0000{number}-of-00002.gguf" for number in (1, 2)]
    hub.add(REPO, {name: content(9 * BLOCK_BYTES) for name in names})
    desk = Desk(disk / "models")
    failed = await desk.fetch(*offered(hub, *names))
    assert failed.error is not None
    assert failed.error.code == ErrorCode.STORAGE
    assert "MB of room" in failed.error.sentence
    assert hub.seen("cdn") == []


@pytest.mark.logs("The list of downloads cannot be kept")
async def test_a_disk_that_fills_up_keeps_what_has_come(hub: FakeHub, disk: Path) -> None:
    """When room was made, only the rest is fetched."""
    hub.add(REPO, {NAME: DATA})
    desk = Desk(disk / "models")
    filler = disk / "filler"

    def fault(seen: SeenRequest) -> None:
        if seen.kind == "cdn" and not filler.exists():
            room = shutil.disk_usage(disk).free - 3 * BLOCK_BYTES
            filler.write_bytes(bytes(room))

    hub.fault = fault
    failed = await desk.fetch(*offered(hub, NAME))
    assert failed.error is not None
    assert failed.error.code == ErrorCode.STORAGE
    assert "full" in failed.error.sentence
    assert len(desk.parts()) == 1
    assert desk.usable_files() == []
    filler.write_bytes(b"")
    done = await desk.fetch(*offered(hub, NAME))
    assert done.state == "done"
    assert (desk.models / REPO / NAME).read_bytes() == DATA
    assert 0 < done.fetched_bytes <= len(DATA) - 2 * BLOCK_BYTES
    assert [path.name for path in (desk.models / ".incomplete").iterdir()] == ["queue.json"]


@pytest.mark.logs("The list of downloads cannot be kept")
async def test_a_folder_that_vanishes_ends_in_a_sentence(hub: FakeHub, desk: Desk) -> None:
    """A disk that is pulled out is a sentence, not a crash."""
    hub.add(REPO, {NAME: DATA})
    hub.fault = lambda seen: Stall(2_000_000) if seen.kind == "cdn" else None
    async with desk.queue(patience=Patience(stall_s=60)) as queue:
        half = desk.until(lambda download: download.received_bytes == 2_000_000)
        download = queue.add(*offered(hub, NAME))
        await half
        queue.pause(download.id)
        await queue.wait(download.id)
        shutil.rmtree(desk.models)
        desk.models.write_text("no folder", encoding="utf-8")
        queue.resume(download.id)
        failed = await queue.wait(download.id)
    assert failed.error is not None
    assert failed.error.code == ErrorCode.STORAGE


@pytest.mark.parametrize(
    ("number", "words"),
    [(28, "full"), (122, "full"), (13, "may not write"), (30, "may not write"), (5, "refuses")],
)
def test_each_refusal_says_what_to_do(tmp_path: Path, number: int, words: str) -> None:
    """No room, no permission and a broken disk are different sentences."""
    error = disk_error(OSError(number, os.strerror(number)), tmp_path)
    assert words in error.sentence
    assert error.code == ErrorCode.STORAGE


def test_room_is_looked_for_where_the_folder_will_be(tmp_path: Path) -> None:
    """A folder that is not there yet lies on the disk of its parents."""
    free = shutil.disk_usage(tmp_path).free
    check_room(tmp_path / "not" / "yet", free // 2)
    with pytest.raises(StorageError, match="choose a smaller model"):
        check_room(tmp_path / "not" / "yet", free + 1)


def test_the_margin_grows_with_the_model_up_to_a_limit() -> None:
    """A small model leaves a little free, a large one not too much."""
    assert margin_bytes(1) == 1 << 20
    assert margin_bytes(5_000_000_000) == 100_000_000
    assert margin_bytes(100_000_000_000) == 256 << 20

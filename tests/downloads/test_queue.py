# SPDX-License-Identifier: Apache-2.0
"""The list of downloads keeps its order, its promises and, over the end of a program, itself."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from nemodesk.downloads.download import Download
from nemodesk.downloads.journal import BLOCK_BYTES
from nemodesk.downloads.protocol import Patience
from nemodesk.downloads.rate import Rate
from nemodesk.errors import ErrorCode, NotFoundError, StorageError
from tests.downloads.conftest import IMPATIENCE, REPO, Desk, download_processes, offered
from tests.downloads.content import content
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import Answer, Stall

NAME = "Model-Q8_0.gguf"
DATA = content(6 * BLOCK_BYTES + 99)
OTHERS = ("One-Q8_0.gguf", "Two-Q8_0.gguf", "Three-Q8_0.gguf")


def _half_way(download: Download) -> bool:
    return download.received_bytes >= 2_000_000


def _stalls(seen: SeenRequest) -> Stall | None:
    """Stop in the middle of a file that is fetched from its beginning."""
    return Stall(after_bytes=2_500_000) if seen.kind == "cdn" and seen.range is None else None


PATIENCE = Patience(stall_s=60, tries=3)
"""A stalled connection is kept, so that a test has all the time it needs."""


async def test_a_pause_ends_the_process_and_resuming_fetches_the_rest(
    hub: FakeHub, desk: Desk
) -> None:
    """While it is paused nothing runs; afterwards nothing comes twice."""
    hub.add(REPO, {NAME: DATA})
    hub.fault = _stalls
    async with desk.queue(patience=PATIENCE) as queue:
        half = desk.until(lambda download: download.received_bytes == 2_500_000)
        download = queue.add(*offered(hub, NAME))
        await half
        queue.pause(download.id)
        paused = await queue.wait(download.id)
        assert (paused.state, paused.rate_bytes_per_s) == ("paused", 0)
    assert download_processes() == set()
    assert desk.usable_files() == []
    async with desk.queue(patience=PATIENCE) as queue:
        assert queue.downloads[0].state == "paused"
        assert queue.downloads[0].received_bytes == 2_500_000
        queue.resume(download.id)
        done = await queue.wait(download.id)
    assert (done.state, done.fetched_bytes) == ("done", len(DATA) - 2_500_000)
    assert (desk.models / REPO / NAME).read_bytes() == DATA


async def test_quick_hands_do_no_harm(hub: FakeHub, desk: Desk) -> None:
    """Pausing and resuming again and again ends in one process and the right model."""
    hub.add(REPO, {NAME: DATA})
    async with desk.queue() as queue:
        download = queue.add(*offered(hub, NAME))
        for _ in range(8):
            queue.pause(download.id)
            queue.resume(download.id)
            await asyncio.wait({desk.until(lambda _: True)}, timeout=0.05)
        done = await queue.wait(download.id)
    assert (done.state, (desk.models / REPO / NAME).read_bytes()) == ("done", DATA)


async def test_what_is_stopped_at_once_never_begins(hub: FakeHub, desk: Desk) -> None:
    """Pausing, cancelling and closing count also before the process was started."""
    hub.add(REPO, {NAME: DATA})
    async with desk.queue() as queue:
        queue.cancel(queue.add(*offered(hub, NAME)).id)
        queue.pause(queue.add(*offered(hub, NAME)).id)
    async with desk.queue() as queue:
        assert [download.state for download in queue.downloads] == ["paused"]
        queue.resume(f"{REPO}:Q8_0")
    assert (hub.requests, desk.usable_files()) == ([], [])
    async with desk.queue() as queue:
        assert (await queue.wait(f"{REPO}:Q8_0")).state == "done"


async def test_cancelling_gives_the_room_back(hub: FakeHub, desk: Desk) -> None:
    """The download leaves the list and the disk, also in the next program."""
    hub.add(REPO, {NAME: DATA})
    hub.fault = _stalls
    async with desk.queue(patience=PATIENCE) as queue:
        half = desk.until(_half_way)
        download = queue.add(*offered(hub, NAME))
        await half
        assert desk.parts()
        waiting = asyncio.ensure_future(queue.wait(download.id))
        await asyncio.wait({waiting}, timeout=0)
        queue.cancel(download.id)
        assert not (await waiting).is_listed
        assert queue.downloads == ()
        with pytest.raises(NotFoundError):
            queue.pause(download.id)
    assert desk.parts() == []
    async with desk.queue() as queue:
        assert queue.downloads == ()


async def test_downloads_run_one_after_the_other_in_their_order(hub: FakeHub, desk: Desk) -> None:
    """What is moved to the front goes first, and never do two run at once."""
    hub.add(REPO, {name: content(2 * BLOCK_BYTES, seed=len(name)) for name in OTHERS})
    hub.add("owner/first", {NAME: DATA})
    most = 0

    def watch(_: Download) -> None:
        nonlocal most
        most = max(most, sum(d.state in {"running", "verifying"} for d in queue.downloads))

    async with desk.queue() as queue:
        desk.watch = watch
        queue.add(*offered(hub, NAME, repo_id="owner/first"))
        ids = [queue.add(*offered(hub, name, quant=name)).id for name in OTHERS]
        queue.move(ids[2], 1)
        assert [download.id for download in queue.downloads][1:] == [ids[2], ids[0], ids[1]]
        for name in ids:
            assert (await queue.wait(name)).state == "done"
    assert most == 1
    order = [paths[0].name for paths, _, _ in desk.arrived]
    assert order == [NAME, OTHERS[2], OTHERS[0], OTHERS[1]]


async def test_several_may_run_at_once(hub: FakeHub, desk: Desk) -> None:
    """With two at once, both are fetched while each of them still needs time."""
    hub.add(REPO, {name: content(2 * BLOCK_BYTES, seed=len(name)) for name in OTHERS})
    hub.fault = lambda seen: Stall(after_bytes=1_000_000) if seen.kind == "cdn" else None
    async with desk.queue(patience=PATIENCE, at_once=2) as queue:
        both = desk.until(
            lambda _: sum(d.received_bytes == 1_000_000 for d in queue.downloads) == 2
        )
        for name in OTHERS:
            queue.add(*offered(hub, name, quant=name))
        await both
        assert [download.state for download in queue.downloads] == ["running", "running", "waiting"]


async def test_the_list_survives_a_program_that_is_killed(hub: FakeHub, desk: Desk) -> None:
    """What another program left running goes on, what it had paused stays paused."""
    hub.add(REPO, {NAME: DATA, "Other-Q8_0.gguf": content(1000)})
    hub.fault = _stalls
    other = offered(hub, "Other-Q8_0.gguf", quant="other")
    async with desk.queue(patience=PATIENCE) as queue:
        half = desk.until(_half_way)
        queue.add(*offered(hub, NAME))
        queue.pause(queue.add(*other).id)
        await half
    hub.fault = lambda _: None
    async with desk.queue() as queue:
        assert [download.name for download in queue.downloads] == ["A model", "A model"]
        assert (await queue.wait(f"{REPO}:Q8_0")).state == "done"
        assert queue.downloads[1].state == "paused"
    assert (desk.models / REPO / NAME).read_bytes() == DATA


async def test_a_network_that_returns_lets_it_go_on(desk: Desk, hub: FakeHub) -> None:
    """Without a network the download waits and says why; then it goes on by itself."""
    hub.add(REPO, {NAME: DATA})
    wish = offered(hub, NAME)
    address = os.environ.pop("HF_ENDPOINT")
    os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    async with desk.queue(rest_s=0.05, patience=IMPATIENCE) as queue:
        away = desk.until(lambda download: download.error is not None)
        download = queue.add(*wish)
        waiting = await away
        assert waiting.state == "waiting"
        assert waiting.error is not None
        assert waiting.error.code == ErrorCode.NETWORK
        os.environ["HF_ENDPOINT"] = address
        done = await queue.wait(download.id)
    assert (done.state, done.error) == ("done", None)


async def test_a_failed_download_is_remembered_and_can_be_tried_again(
    hub: FakeHub, desk: Desk
) -> None:
    """The next program shows why it has failed, and does not try by itself."""
    hub.add(REPO, {NAME: DATA})
    hub.fault = lambda seen: Answer(403) if seen.kind == "resolve" else None
    failed = await desk.fetch(*offered(hub, NAME))
    assert failed.error is not None
    hub.fault = lambda _: None
    async with desk.queue() as queue:
        shown = queue.downloads[0]
        assert (shown.state, shown.error and shown.error.sentence) == (
            "failed",
            failed.error.sentence,
        )
        queue.retry(shown.id)
        assert (await queue.wait(shown.id)).state == "done"


async def test_two_programs_do_not_write_the_same_file(hub: FakeHub, desk: Desk) -> None:
    """The second waits, says so, and then finds the model there."""
    hub.add(REPO, {NAME: DATA})
    hub.fault = _stalls
    other = Desk(desk.models)
    async with (
        desk.queue(patience=PATIENCE) as first,
        other.queue(is_kept=False) as second,
    ):
        half = desk.until(_half_way)
        download = first.add(*offered(hub, NAME))
        await half
        waits = other.until(lambda seen: "Another NemoDesk" in seen.notice)
        second.add(*offered(hub, NAME))
        await waits
        hub.fault = lambda _: None
        first.pause(download.id)
        done = await second.wait(download.id)
        assert (done.state, done.fetched_bytes) == ("done", len(DATA) - 2_500_000)
    assert (desk.models / REPO / NAME).read_bytes() == DATA


async def test_a_limit_is_kept_and_can_be_lifted(hub: FakeHub, desk: Desk) -> None:
    """With a limit it takes as long as it must; without, it goes on at once."""
    hub.add(REPO, {NAME: DATA})
    async with desk.queue() as queue:
        queue.limit_rate(2_000_000)
        started_s = time.monotonic()
        half = desk.until(lambda download: download.received_bytes >= 3_000_000)
        download = queue.add(*offered(hub, NAME))
        await half
        assert time.monotonic() - started_s > (3_000_000 - 500_000 - 65536) / 2_000_000
        queue.limit_rate(None)
        assert (await queue.wait(download.id)).state == "done"


@pytest.mark.parametrize("program", ["import sys; sys.exit(3)", "print('rubbish', flush=True)"])
async def test_a_process_that_always_dies_ends_in_a_sentence(
    hub: FakeHub, desk: Desk, program: str
) -> None:
    """It is started again some times, not for ever."""
    hub.add(REPO, {NAME: DATA})
    failed = await desk.fetch(*offered(hub, NAME), command=[sys.executable, "-c", program])
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.code == ErrorCode.ENGINE


@pytest.mark.logs("is damaged")
async def test_a_damaged_list_is_kept_aside(hub: FakeHub, desk: Desk) -> None:
    """Rubbish in the list's file costs the list, and nothing else."""
    hub.add(REPO, {NAME: DATA})
    folder = desk.models / ".incomplete"
    folder.mkdir(parents=True)
    (folder / "queue.json").write_text("rubbish", encoding="utf-8")
    async with desk.queue() as queue:
        assert queue.downloads == ()
        assert (await queue.wait(queue.add(*offered(hub, NAME)).id)).state == "done"
    assert (folder / "queue.damaged.json").read_text(encoding="utf-8") == "rubbish"


@pytest.mark.logs("No room for the list of models")
async def test_a_model_counts_even_if_it_cannot_be_noted(hub: FakeHub, desk: Desk) -> None:
    """The model is there and right, whatever the library says."""

    def refuse(*_: object) -> None:
        raise StorageError("No room for the list of models.")

    hub.add(REPO, {NAME: DATA})
    desk.arrived = _Refusing(refuse)
    assert (await desk.fetch(*offered(hub, NAME))).state == "done"


class _Refusing(list[tuple[tuple[Path, ...], tuple[str, ...], str]]):
    """Stands for a library that cannot write."""

    def __init__(self, refuse: object) -> None:
        super().__init__()
        self.append = refuse  # type: ignore[assignment]


async def test_adding_again_changes_nothing(hub: FakeHub, desk: Desk) -> None:
    """A model is in the list once; adding it again goes on with it."""
    hub.add(REPO, {NAME: DATA})
    async with desk.queue() as queue:
        download = queue.add(*offered(hub, NAME))
        assert queue.add(*offered(hub, NAME)).id == download.id
        queue.pause(download.id)
        queue.add(*offered(hub, NAME))
        assert len(queue.downloads) == 1
        assert (await queue.wait(download.id)).state == "done"


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """What was long ago does not count, and too short a time says nothing."""
    rate = Rate()
    assert rate.add(0.0, 0) == 0
    assert rate.add(0.1, 500) == 0
    assert rate.add(1.0, 1000) == 1000
    for second in range(2, 20):
        last = rate.add(float(second), 1000 + second * 50)
    assert last == pytest.approx(50)


async def test_the_list_goes_on_where_the_models_have_moved_to(hub: FakeHub, desk: Desk) -> None:
    """Closed, moved and opened again: nothing comes twice, and what is done is found."""
    hub.add(REPO, {NAME: DATA, "Small-Q4_0.gguf": b"small"})
    new = desk.models.with_name("elsewhere")
    async with desk.queue(patience=PATIENCE) as queue:
        small = queue.add(*offered(hub, "Small-Q4_0.gguf", quant="Q4_0"))
        await queue.wait(small.id)
        hub.fault = _stalls
        half = desk.until(lambda download: download.received_bytes == 2_500_000)
        download = queue.add(*offered(hub, NAME))
        await half
        await queue.close()
        assert [listed.state for listed in queue.downloads] == ["done", "waiting"]
        desk.models.rename(new)
        queue.follow(new)
        await queue.open()
        assert len(queue.downloads) == 2
        done = await queue.wait(download.id)
        assert queue.downloads[0].path == new / REPO / "Small-Q4_0.gguf"
    assert (done.state, done.path) == ("done", new / REPO / NAME)
    assert done.fetched_bytes == len(DATA)
    assert (new / REPO / NAME).read_bytes() == DATA
    assert not desk.models.exists()

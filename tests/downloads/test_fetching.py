# SPDX-License-Identifier: Apache-2.0
"""A model arrives whole and right, or not at all; each test runs real processes and a real hub."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.downloads.download import Download
from nemodesk.downloads.journal import BLOCK_BYTES
from nemodesk.errors import ErrorCode
from tests.catalog.model_files import write_llama
from tests.downloads.conftest import REPO, Desk, kill_downloads, offered, sha256_of
from tests.downloads.content import content
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import (
    Answer,
    Cut,
    ExtraHeaders,
    Fault,
    NoRanges,
    Stall,
    WrongBytes,
    WrongLength,
)

NAME = "Model-Q8_0.gguf"
SMALL = content(5 * BLOCK_BYTES + 4321)
LARGE = content(24 * BLOCK_BYTES + 77)
MB = 1_000_000


def _is_right(desk: Desk, data: bytes) -> bool:
    path = desk.models / REPO / NAME
    return path.read_bytes() == data and not list(desk.models.glob(".incomplete/*.part"))


def _starts(hub: FakeHub) -> list[int]:
    """Return where each request for bytes began."""
    ranges = [seen.range or "bytes=0-" for seen in hub.seen("cdn")]
    return [int(text.removeprefix("bytes=").partition("-")[0]) for text in ranges]


class _Faults:
    """Gives each request for bytes the next fault, then none; `kind` picks another request."""

    def __init__(self, *faults: Fault | None, kind: str = "cdn") -> None:
        self._faults = list(faults)
        self._kind = kind

    def __call__(self, seen: SeenRequest) -> Fault | None:
        if seen.kind != self._kind or not self._faults:
            return None
        return self._faults.pop(0)


async def test_a_model_arrives(hub: FakeHub, desk: Desk) -> None:
    """Its bytes are right, it lies at its place, and it was fetched once."""
    hub.add(REPO, {NAME: SMALL})
    offer, quant = offered(hub, NAME)
    done = await desk.fetch(offer, quant)
    path = desk.models / REPO / NAME
    assert (done.state, done.path, done.received_bytes) == ("done", path, len(SMALL))
    assert _is_right(desk, SMALL)
    assert hub.bytes_served[f"{REPO}/{NAME}"] == len(SMALL)
    assert desk.arrived == [((path,), (sha256_of(path),), f"hub:{REPO}@{offer.revision}")]
    assert [path.name for path in (desk.models / ".incomplete").iterdir()] == ["queue.json"]


async def test_what_is_there_and_right_is_not_fetched(hub: FakeHub, desk: Desk) -> None:
    """A second download asks the hub for nothing; `anew` fetches all."""
    hub.add(REPO, {NAME: SMALL})
    await desk.fetch(*offered(hub, NAME))
    requests = len(hub.requests)
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, done.fetched_bytes, len(hub.requests)) == ("done", 0, requests)
    async with desk.queue() as queue:
        done = await queue.wait(queue.add(*offered(hub, NAME), anew=True).id)
    assert (done.state, done.fetched_bytes) == ("done", len(SMALL))


async def test_a_damaged_model_is_replaced(hub: FakeHub, desk: Desk) -> None:
    """What lies there but is not the hub's file gives way, once the new one is whole."""
    hub.add(REPO, {NAME: SMALL})
    path = desk.models / REPO / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(len(SMALL)))
    assert (await desk.fetch(*offered(hub, NAME))).state == "done"
    assert _is_right(desk, SMALL)


async def test_parts_of_a_split_model_are_one_download(hub: FakeHub, desk: Desk) -> None:
    """All parts count together, and none is there before all are."""
    names = [f"BF16/Big-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    sizes = (3 * BLOCK_BYTES + 1, 2 * BLOCK_BYTES, 17)
    parts = {name: content(size, seed=size) for name, size in zip(names, sizes, strict=True)}
    hub.add(REPO, parts)
    hub.fault = lambda seen: Answer(404) if seen.file == names[2] else None
    failed = await desk.fetch(*offered(hub, *names, quant="BF16"))
    assert failed.state == "failed"
    assert desk.usable_files() == []
    hub.fault = lambda _: None
    done = await desk.fetch(*offered(hub, *names, quant="BF16"))
    assert (done.state, done.total_bytes) == ("done", sum(sizes))
    assert done.paths == tuple(desk.models / REPO / name for name in names)
    assert all((desk.models / REPO / name).read_bytes() == data for name, data in parts.items())
    assert done.fetched_bytes == 17


async def test_twenty_killed_processes_cost_a_block_each_at_most(hub: FakeHub, desk: Desk) -> None:
    """After kill -9 at random moments the model is right, and each time it goes on where it was."""
    hub.add(REPO, {NAME: LARGE})
    killed: dict[int, Download] = {}
    async with desk.queue() as queue:

        def watch(download: Download) -> None:
            last = [*killed.values()][-1].fetched_bytes if killed else 0
            is_now = random.random() < 0.5  # noqa: S311 - no secret
            if len(killed) < 20 and download.fetched_bytes > last and is_now:
                # A process that was killed already may still be heard of.
                killed.update(dict.fromkeys(kill_downloads() - killed.keys(), download))
                if len(killed) == 20:
                    queue.limit_rate(None)

        desk.watch = watch
        queue.limit_rate(MB)  # so slow that it is not whole before the last of them
        done = await queue.wait(queue.add(*offered(hub, NAME)).id)
    assert (done.state, _is_right(desk, LARGE)) == ("done", True)
    assert len(killed) == 20
    starts = _starts(hub)
    assert len(starts) == 21
    for before, start in zip(killed.values(), starts[1:], strict=True):
        assert start >= before.received_bytes - BLOCK_BYTES


async def test_twenty_cut_connections_cost_nothing(hub: FakeHub, desk: Desk) -> None:
    """Each new connection begins with the very byte at which the last one was cut."""
    hub.add(REPO, {NAME: LARGE})
    cuts = random.sample(range(1, 3 * BLOCK_BYTES), 20)
    hub.fault = _Faults(*(Cut(after) for after in cuts))
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, LARGE)) == ("done", True)
    starts = _starts(hub)
    ends = [start + cut for start, cut in zip(starts, cuts, strict=False)]
    assert len(starts) > 5
    assert starts[1:] == ends[: len(starts) - 1]
    assert done.fetched_bytes == len(LARGE)


async def test_a_stalled_connection_is_left(hub: FakeHub, desk: Desk) -> None:
    """A server that says nothing any more is asked again for the rest only."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = _Faults(Stall(after_bytes=2_000_000), Stall(after_bytes=0))
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, SMALL)) == ("done", True)
    assert _starts(hub) == [0, 2_000_000, 2_000_000]


@pytest.mark.parametrize("extra_bytes", [-1000, 1000])
async def test_a_length_that_is_a_lie_is_not_believed(
    hub: FakeHub, desk: Desk, extra_bytes: int
) -> None:
    """A Content-Length that differs from the file's is nonsense; the next try is right."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = _Faults(WrongLength(extra_bytes))
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, SMALL)) == ("done", True)


async def test_a_hub_that_always_lies_ends_in_a_sentence(hub: FakeHub, desk: Desk) -> None:
    """After some tries the download has failed, and nothing looks like a model."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = lambda seen: WrongLength(10) if seen.kind == "cdn" else None
    failed = await desk.fetch(*offered(hub, NAME))
    _has_failed(desk, failed, ErrorCode.NETWORK)


async def test_the_wrong_part_is_refused(hub: FakeHub, desk: Desk) -> None:
    """A server that sends another range than it was asked for is asked again."""
    hub.add(REPO, {NAME: SMALL})
    wrong = ExtraHeaders({"Content-Range": f"bytes 5-{len(SMALL) - 1}/{len(SMALL)}"})
    hub.fault = _Faults(Cut(1_000_000), wrong)
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, SMALL)) == ("done", True)


async def test_a_server_without_ranges_serves_too(hub: FakeHub, desk: Desk) -> None:
    """It sends everything again, and what is there already is passed over."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = _Faults(Cut(2_000_000), NoRanges())
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, SMALL)) == ("done", True)


async def test_a_busy_hub_is_left_alone_as_long_as_it_wants(hub: FakeHub, desk: Desk) -> None:
    """Retry-After is kept to, and said."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = _Faults(Answer(429, headers={"Retry-After": "1"}), Answer(503), kind="resolve")
    started_s = time.monotonic()
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, SMALL)) == ("done", True)
    assert time.monotonic() - started_s >= 1
    assert any("Trying again in 1 s" in seen.notice for seen in desk.seen)


async def test_a_hub_that_wants_to_be_left_alone_for_an_hour_fails(
    hub: FakeHub, desk: Desk
) -> None:
    """Nobody waits an hour before an error."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = _Faults(Answer(429, headers={"Retry-After": "3600"}), kind="resolve")
    _has_failed(desk, await desk.fetch(*offered(hub, NAME)), ErrorCode.NETWORK)


@pytest.mark.parametrize(
    ("fault", "code", "tries"),
    [
        (Answer(500), ErrorCode.NETWORK, 3),
        (Answer(403), ErrorCode.NETWORK, 1),
        (Answer(401, headers={"X-Error-Code": "GatedRepo"}), ErrorCode.NETWORK, 1),
        (Answer(404, headers={"X-Error-Code": "EntryNotFound"}), ErrorCode.NOT_FOUND, 1),
        (Answer(200, b"<html>Sign in", {"Content-Type": "text/html"}), ErrorCode.NETWORK, 3),
    ],
)
async def test_a_refusal_ends_in_a_sentence(
    hub: FakeHub, desk: Desk, fault: Answer, code: ErrorCode, tries: int
) -> None:
    """What trying again cannot mend fails at once, the rest after some tries."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = lambda seen: fault if seen.kind == "resolve" else None
    _has_failed(desk, await desk.fetch(*offered(hub, NAME)), code)
    assert len(hub.seen("resolve")) == tries


async def test_the_key_goes_to_the_hub_only(
    hub: FakeHub, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gated model comes with a key, which neither the CDN nor any file of ours gets to see."""
    hub.add(REPO, {NAME: SMALL}, gated="auto")
    hub.keys.add("hf_secret")
    refused = await desk.fetch(*offered(hub, NAME))
    _has_failed(desk, refused, ErrorCode.NETWORK)
    assert refused.error is not None
    assert f"/{REPO}" in refused.error.sentence
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.fault = _Faults(Cut(3_000_000))
    assert (await desk.fetch(*offered(hub, NAME))).state == "done"
    assert not any("authorization" in seen.headers for seen in hub.seen("cdn"))
    for path in desk.models.rglob("*"):
        assert path.is_dir() or b"hf_secret" not in path.read_bytes()


async def test_a_changed_file_is_fetched_from_the_beginning(hub: FakeHub, desk: Desk) -> None:
    """The hub's new file replaces what had come of the old one, and the person is told."""
    hub.add(REPO, {NAME: SMALL})
    offer, quant = offered(hub, NAME)
    new = content(len(SMALL) + 999, seed=5)

    def fault(seen: SeenRequest) -> Fault | None:
        if seen.kind == "cdn" and len(hub.seen("cdn")) == 1:
            hub.change(REPO, NAME, new)
            return Cut(after_bytes=3_000_000)
        return None

    hub.fault = fault
    done = await desk.fetch(offer, quant)
    assert (done.state, _is_right(desk, new)) == ("done", True)
    assert any("has changed" in seen.notice for seen in desk.seen)
    assert desk.arrived[0][2].endswith(hub.repositories[REPO].commit)


async def test_wrong_bytes_are_found_and_only_they_come_again(hub: FakeHub, desk: Desk) -> None:
    """A wrong hash is mended piece by piece, until it is right."""
    hub.add(REPO, {NAME: LARGE})
    hub.fault = _Faults(WrongBytes(at_byte=5 * BLOCK_BYTES, content=bytes(100)))
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, LARGE)) == ("done", True)
    assert done.fetched_bytes <= len(LARGE) + 16 * BLOCK_BYTES


async def test_wrong_bytes_at_a_cut_are_looked_for_there_first(hub: FakeHub, desk: Desk) -> None:
    """Where a connection ended is where rubbish comes from."""
    hub.add(REPO, {NAME: LARGE})
    cut = 20 * BLOCK_BYTES + 5000
    hub.fault = _Faults(Cut(cut), WrongBytes(at_byte=cut, content=bytes(3)))
    done = await desk.fetch(*offered(hub, NAME))
    assert (done.state, _is_right(desk, LARGE)) == ("done", True)
    assert done.fetched_bytes <= len(LARGE) + 2 * BLOCK_BYTES


async def test_bytes_that_stay_wrong_end_in_a_sentence(hub: FakeHub, desk: Desk) -> None:
    """A file that never matches its hash does not become a model, and its room is given back."""
    hub.add(REPO, {NAME: SMALL})
    hub.fault = lambda seen: WrongBytes(7, bytes(9)) if seen.kind == "cdn" else None
    _has_failed(desk, await desk.fetch(*offered(hub, NAME)), ErrorCode.MODEL_FILE)
    assert desk.parts() == []
    assert hub.bytes_served[f"{REPO}/{NAME}"] <= 2 * len(SMALL) + BLOCK_BYTES


async def test_what_was_only_guessed_is_asked_for_first(hub: FakeHub, desk: Desk) -> None:
    """A choice of the built-in list has no hash and no right size: the hub says them."""
    hub.add(REPO, {NAME: SMALL})
    guess = Quant(
        name="q8_0",
        files=(RemoteFile(path="Guessed-Q8_0.gguf", size_bytes=7),),
        is_approximate=True,
    )
    done = await desk.fetch(Offer(repo_id=REPO, name="A model"), guess)
    assert (done.state, done.total_bytes, done.file_name) == ("done", len(SMALL), NAME)
    assert _is_right(desk, SMALL)
    assert desk.arrived[0][2] == f"hub:{REPO}@{hub.repositories[REPO].commit}"


async def test_a_choice_that_is_gone_is_said_with_those_there_are(hub: FakeHub, desk: Desk) -> None:
    """The sentence names what can be had."""
    hub.add(REPO, {NAME: SMALL})
    offer = Offer(repo_id=REPO, name="A model")
    failed = await desk.fetch(offer, Quant(name="Q2_K", files=(), is_approximate=True))
    _has_failed(desk, failed, ErrorCode.NOT_FOUND)
    assert failed.error is not None
    assert "Q8_0" in failed.error.sentence


async def test_without_a_hash_a_whole_model_file_is_right(
    hub: FakeHub, desk: Desk, tmp_path: Path
) -> None:
    """A mirror that says no hash can serve models, but nothing else in their place."""
    hub.add(REPO, {NAME: write_llama(tmp_path / NAME), "Notes-Q8_0.gguf": b"no model" * 100})
    offer, quant = _without_hash(*offered(hub, NAME))
    assert (await desk.fetch(offer, quant)).state == "done"
    (desk.models / REPO / NAME).unlink()
    desk.arrived.clear()
    failed = await desk.fetch(*_without_hash(*offered(hub, "Notes-Q8_0.gguf")))
    _has_failed(desk, failed, ErrorCode.MODEL_FILE)
    nothing = Quant(name="Q8_0", files=(RemoteFile(path=NAME, size_bytes=0),))
    _has_failed(desk, await desk.fetch(offer, nothing), ErrorCode.NETWORK)


def _without_hash(offer: Offer, quant: Quant) -> tuple[Offer, Quant]:
    files = tuple(replace(file, sha256="") for file in quant.files)
    return offer, replace(quant, files=files)


async def test_a_name_that_leads_out_is_refused(hub: FakeHub, desk: Desk) -> None:
    """Nothing is written outside the models folder, whatever the hub calls a file."""
    for name in ("../../x.gguf", "C:\\x.gguf", "a" * 300 + ".gguf", "/etc/x.gguf"):
        hub.add(REPO, {name: SMALL})
        _has_failed(desk, await desk.fetch(*offered(hub, name)), ErrorCode.MODEL_FILE)
    assert hub.seen("cdn") == []


async def test_a_name_in_emoji_is_fine(hub: FakeHub, desk: Desk) -> None:
    """People may call their models what they like."""
    name = "\N{LLAMA} modèle 模型-Q8_0.gguf"
    hub.add(REPO, {name: SMALL})
    done = await desk.fetch(*offered(hub, name))
    assert done.path is not None
    assert done.path.read_bytes() == SMALL


def _has_failed(desk: Desk, failed: Download, code: ErrorCode) -> None:
    """Check that a download has ended in one sentence and left nothing that looks like a model."""
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.code == code, failed.error
    assert failed.error.sentence.endswith(".")
    assert "\n" not in failed.error.sentence
    assert desk.usable_files() == []
    assert desk.arrived == []

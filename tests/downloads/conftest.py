# SPDX-License-Identifier: Apache-2.0
"""A hub on this computer, and a list of downloads with real child processes."""

import asyncio
import contextlib
import hashlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.downloads.download import Download
from nemodesk.downloads.protocol import Patience
from nemodesk.downloads.queue import DownloadQueue
from tests.fakes.hub import FakeHub

REPO = "owner/Model-GGUF"
IMPATIENCE = Patience(stall_s=1.0, first_wait_s=0.02, longest_wait_s=2.0, tries=3)

Watch = Callable[[Download], None]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """Run a hub that child processes find."""
    with FakeHub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


class Desk:
    """What a test needs to download: the models folder, and the list as it changes.

    Attributes:
        seen: every state of every download, as reported.
        arrived: what `on_arrived` was told.
    """

    def __init__(self, models: Path) -> None:
        self.models = models
        self.seen: list[Download] = []
        self.arrived: list[tuple[tuple[Path, ...], tuple[str, ...], str]] = []
        self.watch: Watch = lambda _: None

    @asynccontextmanager
    async def queue(self, **options: Any) -> AsyncIterator[DownloadQueue]:
        """Open the list, as a new program does, and close it."""
        options = {"patience": IMPATIENCE, "rest_s": None} | options
        queue = DownloadQueue(
            models_folder=self.models,
            on_change=self._on_change,
            on_arrived=lambda *arrival: self.arrived.append(arrival),
            **options,
        )
        await queue.open()
        try:
            yield queue
        finally:
            await queue.close()

    async def fetch(self, offer: Offer, quant: Quant, **options: Any) -> Download:
        """Download one model in a program of its own."""
        async with self.queue(**options) as queue:
            return await queue.wait(queue.add(offer, quant).id)

    def until(self, is_so: Callable[[Download], bool]) -> "asyncio.Future[Download]":
        """Return what is done once a report says so."""
        future: asyncio.Future[Download] = asyncio.get_running_loop().create_future()

        def watch(download: Download) -> None:
            if not future.done() and is_so(download):
                future.set_result(download)

        self.watch = watch
        return future

    def usable_files(self) -> list[Path]:
        """Return everything that looks like a model."""
        return sorted(path for path in self.models.rglob("*") if path.suffix == ".gguf")

    def parts(self) -> list[Path]:
        """Return everything that has come in part."""
        return sorted(self.models.glob(".incomplete/*.part"))

    def _on_change(self, download: Download) -> None:
        self.seen.append(download)
        self.watch(download)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with an empty models folder."""
    return Desk(tmp_path / "models")


def offered(
    hub: FakeHub, *names: str, quant: str = "Q8_0", repo_id: str = REPO
) -> tuple[Offer, Quant]:
    """Return what the hub offers now, with these files as one choice."""
    repository = hub.repositories[repo_id]
    files = tuple(
        RemoteFile(
            path=name,
            size_bytes=repository.files[name].size_bytes,
            sha256=repository.files[name].sha256,
        )
        for name in names
    )
    choice = Quant(name=quant, files=files)
    offer = Offer(repo_id=repo_id, name="A model", revision=repository.commit, quants=(choice,))
    return offer, choice


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def download_processes() -> set[int]:
    """Return the numbers of all download processes of this one that still run."""
    found: set[int] = set()
    for child in psutil.Process().children():
        # One that has just ended has no command any more.
        with contextlib.suppress(psutil.Error):
            if "--download-worker" in child.cmdline():
                found.add(child.pid)
    return found


def kill_downloads() -> set[int]:
    """End all download processes of this one with SIGKILL; return their numbers."""
    found = download_processes()
    for number in found:
        os.kill(number, signal.SIGKILL)
    return found

# SPDX-License-Identifier: Apache-2.0
"""The list of downloads: what is fetched when, by which child process. It knows no window.

All methods belong to the thread of the event loop that has opened it. What the disk has to do
is done in other threads.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nemodesk.catalog.offers.offer import Offer, Quant
from nemodesk.downloads.child import DownloadChild, worker_command
from nemodesk.downloads.download import Download
from nemodesk.downloads.item import Item
from nemodesk.downloads.list_keeper import ListKeeper
from nemodesk.downloads.protocol import (
    Arrived,
    Failed,
    Fetch,
    Notice,
    Patience,
    Progress,
    Settled,
)
from nemodesk.errors import EngineError, NemodeskError, NotFoundError, error_from_code
from nemodesk.hub.choices import HubChoices

_log = logging.getLogger(__name__)

OnArrived = Callable[[tuple[Path, ...], tuple[str, ...], str], None]
"""Takes the files, their SHA-256 and where they come from: "hub:OWNER/REPO@revision"."""

_MOST_CRASHES = 3
_ENDS = frozenset({"done", "failed", "paused"})
_LONGEST_REST_S = 60.0


class DownloadQueue:
    """The downloads of one person.

    Args:
        models_folder: where models are kept; need not be there yet.
        on_change: takes each new state of a download, on the loop.
        on_arrived: called in another thread, once all files of a model are in their place.
        at_once: how many downloads run at the same time.
        is_kept: whether the list survives the program; where another program keeps it already,
            it does not.
        rest_s: where the network is away, after this long it is tried again, then after twice
            as long, and so on; None lets such a download fail.
        choices: asked, for each download, what the person has chosen about the hub.
        command: another program that speaks the protocol, for tests.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        *,
        models_folder: Path,
        on_change: Callable[[Download], None],
        on_arrived: OnArrived | None = None,
        at_once: int = 1,
        is_kept: bool = True,
        rest_s: float | None = 5.0,
        patience: Patience | None = None,
        choices: Callable[[], HubChoices] = HubChoices,
        command: Sequence[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._models_folder = models_folder
        self._on_change = on_change
        self._on_arrived = on_arrived
        self._at_once = at_once
        self._rest_s = rest_s
        self._patience = patience or Patience()
        self._choices = choices
        self._command = command
        self._clock = clock
        self._is_kept = is_kept
        self._limit: float | None = None
        self._items: list[Item] = []
        self._keeper = ListKeeper(models_folder, is_kept=is_kept)
        self._work: set[asyncio.Task[None]] = set()
        self._waiters: dict[str, list[asyncio.Future[Download]]] = {}
        self._is_open = False

    @property
    def downloads(self) -> tuple[Download, ...]:
        """All downloads, in order."""
        return tuple(item.download for item in self._items)

    async def open(self) -> None:
        """Take over the list of the last program and go on with it; so too after `close`."""
        known = {item.id for item in self._items}
        self._items += [item for item in await self._keeper.open() if item.id not in known]
        self._is_open = True
        for item in self._items:
            self._tell(item)
        self._start_next()

    def follow(self, models_folder: Path) -> None:
        """Keep to the models where they have moved to; between `close` and `open`."""
        for item in self._items:
            item.follow(self._models_folder, models_folder)
        self._models_folder = models_folder
        self._keeper = ListKeeper(models_folder, is_kept=self._is_kept)

    def add(self, offer: Offer, quant: Quant, *, anew: bool = False) -> Download:
        """Put a model at the end of the list, or go on with it if it is there already.

        Args:
            anew: fetch it also if it is there already, and right.
        """
        item = Item.of(offer, quant, anew=anew)
        known = next((known for known in self._items if known.id == item.id), None)
        if known is not None and known.download.state != "done":
            if known.task is None:
                known.renew(item)
            if known.download.state in {"paused", "failed"}:
                self.resume(known.id)
            return known.download
        if known is not None:
            self._items.remove(known)
        self._items.append(item)
        self._changed(item)
        self._start_next()
        return item.download

    def pause(self, download_id: str) -> None:
        """Let it rest until it is resumed; its place in the list stays.

        Raises:
            NotFoundError: it is not in the list; so do the following.
        """
        item = self._find(download_id)
        if item.download.state in {"waiting", "running", "verifying"}:
            self._stop(item)
            item.change(state="paused", rate_bytes_per_s=0.0, notice="", error=None)
            self._changed(item)
            self._start_next()

    def resume(self, download_id: str) -> None:
        """Go on with what was paused, has failed, or waits for the network."""
        item = self._find(download_id)
        if item.rest is not None or item.download.state in {"paused", "failed"}:
            self._end_rest(item)
            item.rests = item.crashes = 0
            item.change(state="waiting", error=None, notice="")
            self._changed(item)
            self._start_next()

    def retry(self, download_id: str) -> None:
        """Try again what has failed: the same as `resume`, by the word on the button."""
        self.resume(download_id)

    def cancel(self, download_id: str) -> None:
        """Take it off the list and delete what has come; a model that is done stays."""
        item = self._find(download_id)
        self._items.remove(item)
        self._stop(item)
        self._keeper.save(self._items)
        if item.download.state != "done":
            self._start(self._remove_parts(item))
        item.change(is_listed=False, rate_bytes_per_s=0.0)
        self._tell(item)
        self._start_next()

    def move(self, download_id: str, position: int) -> None:
        """Give it another place in the list, counted from 0."""
        item = self._find(download_id)
        self._items.remove(item)
        self._items.insert(max(position, 0), item)
        self._changed(item)
        self._start_next()

    def limit_rate(self, bytes_per_s: float | None) -> None:
        """Receive so many bytes a second at most, of all downloads together; None: unlimited."""
        self._limit = bytes_per_s
        self._share_rate()

    async def wait(self, download_id: str) -> Download:
        """Wait until it is done, has failed or is paused, and return it.

        Raises:
            NotFoundError: it is not in the list.
        """
        item = self._find(download_id)
        if item.download.state in _ENDS:
            return item.download
        waiter: asyncio.Future[Download] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(download_id, []).append(waiter)
        return await waiter

    async def close(self) -> None:
        """End all child processes; the next program goes on with what is not done."""
        self._is_open = False
        for item in self._items:
            self._stop(item)
        while running := [*self._work, *(item.task for item in self._items if item.task)]:
            await asyncio.gather(*running, return_exceptions=True)
        for item in self._items:
            if item.download.state in {"running", "verifying"}:
                item.change(state="waiting", rate_bytes_per_s=0.0, notice="")
                self._tell(item)
        await self._keeper.close(self._items)

    def _find(self, download_id: str) -> Item:
        for item in self._items:
            if item.id == download_id:
                return item
        raise NotFoundError(f"There is no download “{download_id}” in the list.")

    def _start_next(self) -> None:
        """Start what may run now, from the top of the list."""
        if not self._is_open:
            return
        running = sum(item.task is not None for item in self._items)
        for item in self._items:
            if running >= self._at_once:
                break
            if item.download.state == "waiting" and item.task is None and item.rest is None:
                item.was_stopped = False
                item.task = asyncio.get_running_loop().create_task(self._run(item))
                running += 1

    async def _run(self, item: Item) -> None:
        """Run one child to its end, unless nobody wants it any longer."""
        if not item.was_stopped:
            await self._run_child(item)
        item.task = None
        self._share_rate()
        self._start_next()

    async def _run_child(self, item: Item) -> None:
        try:
            result = await self._fetch(item)
        except NemodeskError as error:
            result = error
        item.child = None
        item.rate.clear()
        item.fetched_before_bytes = item.download.fetched_bytes
        if isinstance(result, Arrived):
            await self._arrive(item, result)
        elif not item.was_stopped:
            self._interpret(item, result)

    def _interpret(self, item: Item, result: Failed | NemodeskError) -> None:
        if isinstance(result, NemodeskError):
            self._crash(item, result)
        elif result.is_passing and self._rest_s is not None:
            self._rest(item, result)
        else:
            self._fail(item, error_from_code(result.code, result.sentence, result.detail))

    async def _fetch(self, item: Item) -> Arrived | Failed | EngineError:
        download = item.download
        wish = Fetch(
            models_folder=str(self._models_folder),
            repo_id=download.repo_id,
            quant=download.quant,
            revision=item.revision,
            files=item.files,
            rate_limit=self._limit,
            anew=item.anew,
            patience=self._patience,
            choices=self._choices(),
        )
        item.child = DownloadChild(
            self._command or worker_command(), wish, partial(self._take, item)
        )
        item.change(state="running")
        self._tell(item)
        self._share_rate()
        return await item.child.wait()

    def _take(self, item: Item, event: Progress | Notice | Settled) -> None:
        if item.download.state not in {"running", "verifying"} or not item.download.is_listed:
            return
        if item.take(event, self._clock()):
            self._keeper.save(self._items)
        self._tell(item)

    async def _arrive(self, item: Item, arrived: Arrived) -> None:
        paths = tuple(Path(path) for path in arrived.paths)
        if self._on_arrived is not None:
            source = f"hub:{item.download.repo_id}@{arrived.revision}"
            try:
                await asyncio.to_thread(self._on_arrived, paths, arrived.sha256s, source)
            except NemodeskError as error:
                # The model is there and right; only what is noted of it is lost.
                _log.warning("%s %s", error.sentence, error.detail)
        item.anew = False
        item.change(
            state="done",
            path=paths[0],
            paths=paths,
            sha256s=arrived.sha256s,
            received_bytes=item.download.total_bytes,
            rate_bytes_per_s=0.0,
            error=None,
            notice="",
        )
        self._changed(item)

    def _rest(self, item: Item, failed: Failed) -> None:
        """Wait for the network, and let others try meanwhile."""
        item.rests += 1
        rest_s = min((self._rest_s or 0.0) * 2 ** (item.rests - 1), _LONGEST_REST_S)
        item.rest = asyncio.get_running_loop().call_later(rest_s, self._wake, item)
        error = error_from_code(failed.code, failed.sentence, failed.detail)
        item.change(state="waiting", error=error, rate_bytes_per_s=0.0, notice="")
        self._changed(item)

    def _wake(self, item: Item) -> None:
        item.rest = None
        self._start_next()

    def _end_rest(self, item: Item) -> None:
        if item.rest is not None:
            item.rest.cancel()
            item.rest = None

    def _crash(self, item: Item, error: NemodeskError) -> None:
        """Begin again with what has come: it is checked."""
        item.crashes += 1
        if item.crashes > _MOST_CRASHES:
            self._fail(item, error)
            return
        _log.info("A download process has vanished: %s", error.detail)
        item.change(state="waiting", rate_bytes_per_s=0.0, notice="")
        self._changed(item)

    def _fail(self, item: Item, error: NemodeskError) -> None:
        item.change(state="failed", error=error, rate_bytes_per_s=0.0, notice="")
        self._changed(item)

    def _stop(self, item: Item) -> None:
        self._end_rest(item)
        item.was_stopped = True
        if item.child is not None:
            self._start(item.child.stop())

    async def _remove_parts(self, item: Item) -> None:
        if item.task is not None:
            await asyncio.wait([item.task])
        if not any(item.id == listed.id for listed in self._items):
            await self._keeper.remove_parts(item)

    def _share_rate(self) -> None:
        running = [item.child for item in self._items if item.child is not None]
        for child in running:
            child.limit_rate(None if self._limit is None else self._limit / len(running))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def _changed(self, item: Item) -> None:
        self._keeper.save(self._items)
        self._tell(item)

    def _tell(self, item: Item) -> None:
        download = item.download
        if download.state in _ENDS or not download.is_listed:
            for waiter in self._waiters.pop(item.id, []):
                with contextlib.suppress(asyncio.InvalidStateError):
                    waiter.set_result(replace(download))
        self._on_change(download)

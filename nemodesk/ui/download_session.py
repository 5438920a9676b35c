# SPDX-License-Identifier: Apache-2.0
"""Joins the room Downloads to the queue of downloads, and says when a model has arrived."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from nemodesk.catalog.offers.offer import Offer, Quant
from nemodesk.downloads.download import Download
from nemodesk.downloads.queue import DownloadQueue
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.rows import DownloadRow
from nemodesk.ui.window import MainWindow
from nemodesk.ui.wording import joined, rate_in_words, share, time_left

# Progress comes some ten times a second for each download; eyes need less.
_SHOW_EVERY_MS = 250
_UNDER_WAY = frozenset({"waiting", "running", "verifying"})


class DownloadSession(QObject):
    """The downloads as one window shows them.

    The queue reports to `take`.

    Signals:
        changed(): another state of some download.
    """

    changed = Signal()

    def __init__(
        self, window: MainWindow, *, bridge: Bridge, queue: DownloadQueue, models: ModelSession
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._queue = queue
        self._models = models
        self._rows: dict[str, DownloadRow] = {}
        self._told_waiting: set[str] = set()
        self._show_soon = QTimer(self)
        self._show_soon.setSingleShot(True)
        self._show_soon.setInterval(_SHOW_EVERY_MS)
        self._show_soon.timeout.connect(self._show)
        door = window.downloads
        for wish, work in (
            (door.pause_requested, queue.pause),
            (door.resume_requested, queue.resume),
            (door.retry_requested, queue.retry),
            (door.cancel_requested, queue.cancel),
        ):
            wish.connect(partial(self._do, work))
        door.move_requested.connect(self._move)
        door.limit_chosen.connect(queue.limit_rate)
        models.changed.connect(self._show)

    @property
    def rows(self) -> Mapping[str, DownloadRow]:
        """All downloads by "OWNER/REPO:QUANT", in order."""
        return self._rows

    async def open(self) -> None:
        """Go on with what the last session left."""
        await self._queue.open()
        self._show()

    @asynccontextmanager
    async def resting(self) -> AsyncGenerator[Callable[[Path], None]]:
        """Let all downloads rest for a while; takes a call if the models folder has moved."""
        await self._queue.close()
        try:
            yield self._queue.follow
        finally:
            await self.open()

    def add(self, offer: Offer, quant: Quant) -> None:
        """Fetch a choice of what is on offer."""
        self._queue.add(offer, quant)
        self._show()

    def take(self, download: Download) -> None:
        """Show another state of a download; what has arrived is offered at once."""
        before = self._rows.get(download.id)
        if download.rate_bytes_per_s:
            self._told_waiting.discard(download.id)
        if before is not None and before.state == download.state == "running":
            if not self._show_soon.isActive():
                self._show_soon.start()
            return
        self._show()
        if download.state == "done" and (before is None or before.state != "done"):
            self._bridge.start(self._welcome(download))
        elif download.state == "failed" and before is not None and before.state != "failed":
            self._tell_failure(download)
        elif download.state == "waiting" and download.error is not None:
            self._tell_waiting(download)

    def _tell_waiting(self, download: Download) -> None:
        """Say once, not for each try, that a download waits for the network."""
        if download.id not in self._told_waiting:
            self._told_waiting.add(download.id)
            self._window.show_notice(
                self.tr("%1 waits for the network").replace("%1", download.name),
                self.tr("It is tried again by itself."),
                *self._way_to_the_list(),
                is_done=False,
            )

    def _way_to_the_list(self) -> tuple[str, Callable[[], None]]:
        return self.tr("Show the download"), lambda: self._window.show_room("downloads")

    def _tell_failure(self, download: Download) -> None:
        """Say wherever the person is now that a model does not arrive; its item says it too."""
        room = self._window.downloads.room
        if download.error is None or (room is not None and room.isVisible()):
            return
        # That it is on its way does not hold any more.
        self._window.end_notice()
        self._window.show_alert(
            self.tr("%1 was not downloaded").replace("%1", download.name),
            download.error.sentence,
            *self._way_to_the_list(),
        )

    async def _welcome(self, download: Download) -> None:
        """Offer the model that has arrived; the chat that is open stays as it is."""
        await self._models.refresh()
        model_id = self._models.id_at(download.path) if download.path else ""
        if not model_id:
            return
        self._window.show_notice(
            self.tr("%1 is here").replace("%1", download.name),
            self.tr("It was checked and can be used now, also in the chat that is open."),
            self.tr("Use it"),
            lambda: self._models.choose(model_id),
        )

    def _do(self, work: Callable[[str], None], download_id: str) -> None:
        self._bridge.start(self._call(work, download_id))

    async def _call(self, work: Callable[[str], None], download_id: str) -> None:
        work(download_id)
        self._show()

    def _move(self, download_id: str, step: int) -> None:
        ids = [download.id for download in self._queue.downloads]
        if download_id in ids:
            self._queue.move(download_id, ids.index(download_id) + step)
            self._show()

    def _show(self) -> None:
        downloads = self._queue.downloads
        self._rows = {download.id: self._row(download) for download in downloads}
        self._window.downloads.show_downloads(list(self._rows.values()))
        under_way = [download for download in downloads if download.state in _UNDER_WAY]
        progress = share(
            sum(download.received_bytes for download in under_way),
            sum(download.total_bytes for download in under_way),
        )
        self._window.downloads.show_progress(progress if under_way else None)
        self.changed.emit()

    def _row(self, download: Download) -> DownloadRow:
        model_id = ""
        if download.state == "done" and download.path is not None:
            model_id = self._models.id_at(download.path)
        here = download.received_bytes
        if download.state == "verifying":
            here = download.verified_bytes
        return DownloadRow(
            id=download.id,
            name=download.name,
            file_name=download.file_name or download.id,
            state=download.state,
            detail=joined(download.quant, download.repo_id),
            progress=share(here, download.total_bytes),
            state_text=self._state_text(download),
            sentence=download.error.sentence if download.error else "",
            model_id=model_id,
        )

    def _state_text(self, download: Download) -> str:
        amount = self.tr("%1 of %2").replace("%1", in_words(download.received_bytes))
        amount = amount.replace("%2", in_words(download.total_bytes))
        match download.state:
            case "running":
                rate = download.rate_bytes_per_s
                left = download.left_s
                return joined(
                    amount,
                    rate_in_words(rate) if rate else "",
                    time_left(left) if left is not None else "",
                    download.notice,
                )
            case "waiting":
                why = self.tr("Waits for the network") if download.error else self.tr("Waiting")
                return joined(why, amount)
            case "paused":
                return joined(self.tr("Paused"), amount)
            case "verifying":
                return joined(self.tr("Being checked"), in_words(download.total_bytes))
            case "done":
                return joined(self.tr("Here, and checked"), in_words(download.total_bytes))
            case "failed":
                return joined(self.tr("Stopped"), amount)

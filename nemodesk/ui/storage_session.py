# SPDX-License-Identifier: Apache-2.0
"""Joins the page Models and storage to the library: moving, comparing, the trash."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from nemodesk.catalog.library import Library, ModelFile, Receipt
from nemodesk.catalog.space import Space
from nemodesk.errors import CancelledError, ModelFileError, NemodeskError
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.download_session import DownloadSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.rows import CheckRow, CheckState, StorageRow, TrashRow, WorkRow
from nemodesk.ui.sentences import say
from nemodesk.ui.window import MainWindow
from nemodesk.ui.wording import joined, share, time_left

_LOOK_EVERY_MS = 250
_DAY_S = 24 * 3600


class _LongWork:
    """How far something is that a thread does, and a way to stop it.

    Its thread tells, the window's looks: a pair is replaced as a whole.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.progress = (0, 0)
        self._began_s = time.monotonic()

    def tell(self, done_bytes: int, total_bytes: int) -> None:
        """Take how far it is. Thread: any."""
        self.progress = (done_bytes, total_bytes)

    def left_s(self) -> float:
        """Return how many seconds it still takes at the speed so far; -1 if nobody can say."""
        done_bytes, total_bytes = self.progress
        if not done_bytes:
            return -1.0
        return (time.monotonic() - self._began_s) * (total_bytes - done_bytes) / done_bytes


class StorageSession(QObject):
    """What one window shows of the models folder.

    Args:
        remember_folder: lets the next start find the models there; called in a thread.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        library: Library,
        models: ModelSession,
        downloads: DownloadSession,
        remember_folder: Callable[[Path], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._door = window.settings
        self._library = library
        self._models = models
        self._downloads = downloads
        self._remember_folder = remember_folder
        self._move: _LongWork | None = None
        self._check: _LongWork | None = None
        self._checks: dict[str, CheckRow] = {}
        self._receipts: dict[str, Receipt] = {}
        self._is_entered = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._show_work)
        self._refresh_soon = bridge.does(self._refresh)
        door = self._door
        door.storage_entered.connect(self._on_entered)
        door.move_requested.connect(bridge.does(self._move_to))
        door.move_cancelled.connect(lambda: self._end(self._move))
        door.verify_requested.connect(bridge.does(self._verify))
        door.verify_stopped.connect(lambda: self._end(self._check))
        door.restore_requested.connect(bridge.does(self._restore))
        door.emptying_requested.connect(bridge.does(self._empty))
        models.changed.connect(self._on_changed)
        # A thread that copies would keep the program from ending.
        window.closing.connect(self._on_closing)

    def _on_entered(self) -> None:
        self._is_entered = True
        self._refresh_soon()

    def _on_changed(self) -> None:
        if self._is_entered and self._move is None:
            self._refresh_soon()

    def _on_closing(self) -> None:
        self._end(self._move)
        self._end(self._check)

    def _end(self, work: _LongWork | None) -> None:
        if work is not None:
            work.stop.set()

    async def _refresh(self) -> None:
        space = await asyncio.to_thread(self._library.space)
        receipts = await asyncio.to_thread(self._library.trash)
        self._receipts = {receipt.id: receipt for receipt in receipts}
        self._door.show_storage(
            StorageRow(
                folder=str(space.folder),
                figures=self._figures(space),
                problem=self._problem(space),
                trash_figures=self._trash_figures(space),
                trash=tuple(self._trash_row(receipt) for receipt in receipts),
            )
        )

    # Moving

    async def _move_to(self, chosen: str) -> None:
        if self._move is not None:
            return
        self._end(self._check)
        self._move = work = _LongWork()
        self._show_work()
        self._look.start()
        try:
            folder = await asyncio.to_thread(self._library.place_in, Path(chosen))
            async with self._downloads.resting() as follow:
                await asyncio.to_thread(
                    self._library.move_folder,
                    folder,
                    remember=self._remember_folder,
                    on_progress=work.tell,
                    stop=work.stop,
                )
                follow(folder)
            await self._models.refresh()
            self._window.show_notice(self.tr("Your models have moved"), str(folder))
        finally:
            work.stop.set()
            self._move = None
            self._show_work()
            await self._refresh()

    # Comparing

    async def _verify(self) -> None:
        if self._check is not None or self._move is not None:
            return
        self._check = work = _LongWork()
        self._checks = {}
        self._look.start()
        try:
            await self._verify_each(self._models.models, work)
        finally:
            work.stop.set()
            self._check = None
            for row in self._checks.values():
                if row.state == "checking":
                    self._checks[row.id] = replace(row, state="stopped", text=self.tr("Stopped"))
            self._show_work()

    async def _verify_each(self, models: tuple[ModelFile, ...], work: _LongWork) -> None:
        total_bytes = sum(model.size_bytes for model in models)
        before_bytes = 0
        for model in models:
            self._mark(model, "checking", self.tr("Being checked"))

            def tell(done_bytes: int, _: int, before_bytes: int = before_bytes) -> None:
                work.tell(before_bytes + done_bytes, total_bytes)

            try:
                result = await asyncio.to_thread(
                    self._library.verify, model, on_progress=tell, stop=work.stop
                )
            except CancelledError:
                return
            except ModelFileError as error:
                self._mark(model, "damaged", say(error.sentence))
            except NemodeskError as error:
                self._mark(model, "unknown", say(error.sentence))
            else:
                self._mark_verified(model, is_compared=result.is_compared)
            before_bytes += model.size_bytes
            if work.stop.is_set():
                return

    def _mark_verified(self, model: ModelFile, *, is_compared: bool) -> None:
        if is_compared:
            self._mark(model, "good", self.tr("Exactly as it should be"))
            return
        sentence = self.tr("Looks whole. Nobody has told what its content must be.")
        self._mark(model, "unknown", sentence)

    def _mark(self, model: ModelFile, state: CheckState, text: str) -> None:
        self._checks[model.id] = CheckRow(model.id, model.name, state, text)
        self._show_work()

    # The trash

    async def _restore(self, receipt_id: str) -> None:
        receipt = self._receipts.get(receipt_id)
        try:
            if receipt is not None:
                await asyncio.to_thread(self._library.restore, receipt)
                await self._models.refresh()
        finally:
            await self._refresh()

    async def _empty(self) -> None:
        try:
            freed_bytes = await asyncio.to_thread(self._library.empty_trash)
        finally:
            await self._refresh()
        sentence = self.tr("%1 are free again.").replace("%1", in_words(freed_bytes))
        self._window.show_notice(self.tr("The trash is empty"), sentence)

    # Words

    def _show_work(self) -> None:
        self._door.show_move(self._move_row())
        self._door.show_checks(list(self._checks.values()), self._check_row())
        if self._move is None and self._check is None:
            self._look.stop()

    def _move_row(self) -> WorkRow | None:
        if self._move is None:
            return None
        title = self.tr("Your models are moving. Downloads go on afterwards.")
        return self._work_row(title, self._move)

    def _check_row(self) -> WorkRow | None:
        return self._work_row("", self._check) if self._check else None

    def _work_row(self, title: str, work: _LongWork) -> WorkRow:
        done_bytes, total_bytes = work.progress
        text = ""
        if total_bytes:
            amount = self.tr("%1 of %2").replace("%1", in_words(done_bytes))
            amount = amount.replace("%2", in_words(total_bytes))
            text = joined(amount, time_left(work.left_s()))
        return WorkRow(title=title, text=text, progress=share(done_bytes, total_bytes))

    def _figures(self, space: Space) -> str:
        if not space.is_there:
            return ""
        number = sum(model.path.is_relative_to(space.folder) for model in self._models.models)
        models = self.tr("1 model") if number == 1 else self.tr("%1 models")
        figures = self.tr("%1, %2. %3 are free on this disk.")
        figures = figures.replace("%1", models.replace("%1", str(number)))
        figures = figures.replace("%2", in_words(space.used_bytes))
        return figures.replace("%3", in_words(space.free_bytes))

    def _problem(self, space: Space) -> str:
        if space.is_there:
            return ""
        return self.tr(
            "This folder cannot be reached. Connect its disk and start NemoDesk again, or choose "
            "another folder."
        )

    def _trash_figures(self, space: Space) -> str:
        number = len(self._receipts)
        if not number and not space.trash_bytes:
            return ""
        models = self.tr("1 model") if number == 1 else self.tr("%1 models")
        return joined(models.replace("%1", str(number)), in_words(space.trash_bytes))

    def _trash_row(self, receipt: Receipt) -> TrashRow:
        days = int((time.time() - receipt.removed_at) // _DAY_S)
        when = self.tr("removed %1 days ago").replace("%1", str(days))
        if days < 1:
            when = self.tr("removed today")
        elif days == 1:
            when = self.tr("removed yesterday")
        size = in_words(receipt.size_bytes) if receipt.size_bytes else ""
        return TrashRow(id=receipt.id, name=receipt.name, detail=joined(size, when))

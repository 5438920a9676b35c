# SPDX-License-Identifier: Apache-2.0
"""Joins the page Backup and transfer to exports, imports and backups. The work is done in threads.

`exchange` is imported when it is first needed: the window is usable sooner.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer

from nemodesk.catalog.library import Library
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Chat
from nemodesk.errors import UsageError
from nemodesk.settings.settings import Settings
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.exchange_words import (
    backup_in_words,
    file_name,
    imported_in_words,
    missing_in_words,
    problems_in_words,
)
from nemodesk.ui.rows import RestoreRow, WorkRow
from nemodesk.ui.sentences import say
from nemodesk.ui.widgets.file_dialog import choose_file, choose_folder, choose_place
from nemodesk.ui.window import MainWindow
from nemodesk.ui.wording import share

if TYPE_CHECKING:
    from nemodesk.exchange.archived_chats import ArchivedChats
    from nemodesk.exchange.backup.manifest import ModelEntry
    from nemodesk.exchange.backup.reading import Backup
    from nemodesk.exchange.backup.restoring import RestoreReport
    from nemodesk.exchange.backup.writing import BackupSource
    from nemodesk.exchange.importing import ImportReport
    from nemodesk.exchange.progress import Progress

R = TypeVar("R")

_LOOK_EVERY_MS = 200
_ENDING = ".nemodesk"
_FORMATS = frozenset({"html", "md", "json", "jsonl"})


class ExchangeSession(QObject):
    """What one window brings out and in.

    Args:
        refresh_chats: shows the chats as they are now.
        backups: folder for what is here before a backup takes its place.
        is_encrypted: whether the chats are encrypted here.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        settings: Settings,
        library: Library,
        refresh_chats: Callable[[], Awaitable[None]],
        backups: Path,
        is_encrypted: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._door = window.settings.transfer
        self._archive = archive
        self._settings = settings
        self._library = library
        self._refresh_chats = refresh_chats
        self._backups = backups
        self._is_encrypted = is_encrypted
        self._work = ""
        self._title = ""
        self._progress: Progress | None = None
        self._in_bytes = False
        self._backup: tuple[Path, str] | None = None
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._show_work)
        self._does = bridge.does
        door = self._door
        door.export_requested.connect(self._choose_export)
        door.import_requested.connect(self._choose_import)
        door.backup_confirmed.connect(self._choose_backup_place)
        door.restore_requested.connect(self._choose_backup)
        door.passphrase_entered.connect(bridge.does(self._try_passphrase))
        door.restore_confirmed.connect(bridge.does(self._restore))
        door.cancel_requested.connect(self._cancel)
        window.chat.sidebar.wishes.exported.connect(self.export_chats)
        # A thread that works would keep the program from ending.
        window.closing.connect(self._cancel)

    # Exporting

    def export_chats(self, chats: Sequence[Chat]) -> None:
        """Let the person choose a place and a format for these chats; its ending is the format."""
        title = " ".join(chats[0].title.split()) if len(chats) == 1 else ""
        export = self._does(self._export)
        several = self.tr("Chats of NemoDesk")
        choose_place(
            self._window,
            self.tr("Export as .html, .md, .json or .jsonl"),
            f"{file_name(title, several)}.html",
            lambda place: export(place, _ending(place, "html"), tuple(chats)),
        )

    def _choose_export(self, export_format: str) -> None:
        export = self._does(self._export)
        title = self.tr("Chats of NemoDesk")
        name = f"{title} {time.strftime('%Y-%m-%d')}.{export_format}"
        choose_place(
            self._window,
            self.tr("Where to keep your chats"),
            name,
            lambda place: export(place, _ending(place, export_format), None),
        )

    async def _export(self, place: str, export_format: str, chats: Sequence[Chat] | None) -> None:
        from nemodesk.exchange.chat_source import all_chats  # noqa: PLC0415
        from nemodesk.exchange.exporting import ExportFormat, export_to  # noqa: PLC0415

        path = Path(place)
        if not path.suffix:
            path = path.with_name(f"{path.name}.{export_format}")
        store = self._chats()

        def work(progress: "Progress") -> int:
            chosen = all_chats(store) if chats is None else chats
            export_to(path, store, chosen, ExportFormat(export_format), progress)
            return len(chosen)

        count = await self._do("export", self.tr("Your chats are being exported"), work)
        words = self.tr("1 chat is in this file:") if count == 1 else self.tr("%1 chats:")
        self._door.show_report("export", words.replace("%1", f"{count:,}"), [str(path)])
        self._window.show_notice(self.tr("Exported"), str(path))

    # Importing

    def _choose_import(self, is_folder: bool) -> None:  # noqa: FBT001 - a slot
        begin = self._does(self._import)
        title = self.tr("Chats to import")
        if is_folder:
            choose_folder(self._window, title, str(Path.home()), begin)
        else:
            kinds = self.tr("Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)")
            choose_file(self._window, title, kinds, begin)

    async def _import(self, chosen: str) -> None:
        from nemodesk.exchange.importing import import_chats  # noqa: PLC0415

        store = self._chats()
        self._door.show_report("import", "")

        def work(progress: "Progress") -> "ImportReport":
            return import_chats(Path(chosen), store, progress)

        title = self.tr("Chats are being imported")
        try:
            report = await self._do("import", title, work, in_bytes=True)
        finally:
            await self._refresh_chats()
        self._door.show_report("import", imported_in_words(report), problems_in_words(report))

    # Backing up

    def _choose_backup_place(self, passphrase: str, has_keys: bool) -> None:  # noqa: FBT001
        begin = self._does(self._back_up)
        choose_place(
            self._window,
            self.tr("Where to keep the backup"),
            f"NemoDesk {time.strftime('%Y-%m-%d')}{_ENDING}",
            lambda place: begin(place, passphrase, has_keys),
        )

    async def _back_up(self, place: str, passphrase: str, has_keys: bool) -> None:  # noqa: FBT001
        from nemodesk.exchange.backup.writing import create_backup  # noqa: PLC0415

        path = Path(place)
        if path.suffix != _ENDING:
            path = path.with_name(path.name + _ENDING)
        chats = self._chats()

        def work(progress: "Progress") -> None:
            here = self._here(chats)
            create_backup(path, here, progress, passphrase=passphrase, has_secrets=has_keys)

        await self._do("backup", self.tr("Everything is being backed up"), work)
        size = in_words(path.stat().st_size)
        self._door.show_report("backup", self.tr("The backup is made."), [f"{path}, {size}"])

    # Restoring

    def _choose_backup(self) -> None:
        kinds = self.tr("Backups of NemoDesk (*.nemodesk);;All files (*)")
        choose_file(
            self._window, self.tr("The backup to restore"), kinds, self._does(self._open_backup)
        )

    async def _open_backup(self, chosen: str, passphrase: str = "") -> None:
        """Read the backup whole, and show what is in it before anything is changed."""
        from nemodesk.exchange.backup.reading import (  # noqa: PLC0415
            Backup,
            NoPassphraseError,
            WrongPassphraseError,
        )

        self._backup = (Path(chosen), passphrase)
        self._door.show_report("backup", "")

        def work(progress: "Progress") -> RestoreRow:
            with Backup(Path(chosen), passphrase) as backup:
                backup.verify(progress)
                return self._restore_row(backup)

        try:
            title = self.tr("The backup is being read")
            row = await self._do("backup", title, work, in_bytes=True)
        except NoPassphraseError:
            self._door.ask_for_passphrase()
        except WrongPassphraseError as error:
            self._door.ask_for_passphrase(say(error.sentence))
        else:
            self._door.offer_restoring(row)

    def _restore_row(self, backup: "Backup") -> RestoreRow:
        from nemodesk.exchange.backup.restoring import missing_models  # noqa: PLC0415

        missing = missing_models(backup.models(), self._models())
        is_kept = not self._is_encrypted() or backup.manifest.is_sealed
        return backup_in_words(backup, missing, is_kept=is_kept)

    async def _try_passphrase(self, passphrase: str) -> None:
        if self._backup is not None:
            await self._open_backup(str(self._backup[0]), passphrase)

    async def _restore(self, way: str) -> None:
        from nemodesk.exchange.backup.reading import Backup  # noqa: PLC0415
        from nemodesk.exchange.backup.restoring import RestoreWay, restore  # noqa: PLC0415
        from nemodesk.exchange.backup.writing import create_backup  # noqa: PLC0415

        if self._backup is None:
            return
        path, passphrase = self._backup
        chats, before = self._chats(), self._place_before(way, is_sealed=bool(passphrase))

        def work(progress: "Progress") -> "RestoreReport":
            here = self._here(chats)
            if before is not None:
                before.parent.mkdir(mode=0o700, exist_ok=True)
                create_backup(before, here, progress, passphrase=passphrase)
            with Backup(path, passphrase) as backup:
                return restore(backup, here, progress, way=RestoreWay(way))

        try:
            report = await self._do("backup", self.tr("The backup is being restored"), work)
        finally:
            await self._refresh_chats()
        details = problems_in_words(report.chats) + missing_in_words(report.missing_models)
        if before is not None:
            kept = self.tr("What was here before is kept in %1.")
            details.append(kept.replace("%1", str(before)))
        self._door.show_report("backup", imported_in_words(report.chats), details)

    def _place_before(self, way: str, *, is_sealed: bool) -> Path | None:
        """Return where to keep what is here; None where nothing goes, or it would be plain."""
        if way == "merge" or (self._is_encrypted() and not is_sealed):
            return None
        return self._backups / f"before-restore-{time.strftime('%Y-%m-%d-%H%M%S')}{_ENDING}"

    # The work

    async def _do(
        self,
        name: str,
        title: str,
        work: Callable[["Progress"], R],
        *,
        in_bytes: bool = False,
    ) -> R:
        """Do the work in a thread, showing on a card how far it is; one at a time.

        Args:
            name: of the card.
            in_bytes: whether it counts bytes instead of chats.
        """
        from nemodesk.exchange.progress import Progress  # noqa: PLC0415

        if self._progress is not None:
            raise UsageError(
                self.tr("Something else is still being done. Wait until it has ended.")
            )
        self._work, self._title, self._in_bytes = name, title, in_bytes
        self._progress = progress = Progress()
        self._show_work()
        self._look.start()
        try:
            return await asyncio.to_thread(work, progress)
        finally:
            progress.stop.set()
            self._progress = None
            self._look.stop()
            self._show_work()

    def _show_work(self) -> None:
        progress = self._progress
        if progress is None:
            self._door.show_work(self._work, None)
            return
        text = ""
        if progress.total:
            words = in_words if self._in_bytes else "{:,}".format
            text = self.tr("%1 of %2").replace("%1", words(min(progress.done, progress.total)))
            text = text.replace("%2", words(progress.total))
        row = WorkRow(title=self._title, text=text, progress=share(progress.done, progress.total))
        self._door.show_work(self._work, row)

    def _cancel(self) -> None:
        if self._progress is not None:
            self._progress.stop.set()

    def _chats(self) -> "ArchivedChats":
        from nemodesk.exchange.archived_chats import ArchivedChats  # noqa: PLC0415

        return ArchivedChats(self._archive, asyncio.get_running_loop())

    def _here(self, chats: "ArchivedChats") -> "BackupSource":
        """Return what this computer has. Thread: a worker's."""
        from nemodesk.exchange.backup.writing import BackupSource  # noqa: PLC0415

        return BackupSource(store=chats, settings=self._settings, models=self._models())

    def _models(self) -> tuple["ModelEntry", ...]:
        from nemodesk.exchange.backup.models import model_entries  # noqa: PLC0415

        return model_entries(self._library.list())


def _ending(place: str, otherwise: str) -> str:
    """Return the format that a file's name asks for."""
    ending = Path(place).suffix.lower().removeprefix(".")
    return ending if ending in _FORMATS else otherwise

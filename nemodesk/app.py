# SPDX-License-Identifier: Apache-2.0
"""The one place where the window's objects are made and joined. No other module makes a service."""

import asyncio
import gc
import logging
import signal
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # pyright: ignore[reportMissingTypeStubs]

from nemodesk import __version__
from nemodesk.catalog.library import Library
from nemodesk.catalog.offers.offered import load_catalog
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.conversation.counting import TokenCounter
from nemodesk.conversation.reading import ContextReader
from nemodesk.conversation.titles import TitleWriter
from nemodesk.documents.reader import DocumentReader
from nemodesk.downloads.download import Download
from nemodesk.downloads.queue import DownloadQueue
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError
from nemodesk.hub.choices import choices_in
from nemodesk.paths import Paths, remember_models_folder, resources
from nemodesk.settings.settings import Settings
from nemodesk.single_instance import SingleInstance
from nemodesk.ui.answer_choices import AnswerChoices
from nemodesk.ui.answer_session import AnswerSession
from nemodesk.ui.attachment_session import AttachmentSession
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_list_session import ChatListSession
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.context_session import ContextSession
from nemodesk.ui.download_session import DownloadSession
from nemodesk.ui.exchange_session import ExchangeSession
from nemodesk.ui.first_run_session import FirstRunSession
from nemodesk.ui.hub_session import HubAccess, HubSession
from nemodesk.ui.languages import speak
from nemodesk.ui.late_advisor import LateAdvisor
from nemodesk.ui.lesson_session import LessonSession
from nemodesk.ui.lock_session import LockSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.preferences_session import PreferencesSession
from nemodesk.ui.settings_session import SettingsSession
from nemodesk.ui.shelf_session import ShelfSession
from nemodesk.ui.storage_session import StorageSession
from nemodesk.ui.theme import ThemeFollower
from nemodesk.ui.title_session import TitleSession
from nemodesk.ui.trash_session import TrashSession
from nemodesk.ui.trouble_session import TroubleSession
from nemodesk.ui.vault_session import VaultSession
from nemodesk.ui.wake_session import WakeSession
from nemodesk.ui.window import MainWindow
from nemodesk.ui.window_state import WindowState
from nemodesk.vault.keeper import SettingsKeeper
from nemodesk.vault.vault import Vault

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL_S = 0.001

_LAST_WORK_S = 3.0
"""How long closing the window may wait for answers to be stored."""


_LAST_SETTING_S = 6.0
"""How long it may wait for the settings to be stored: a silent keyring is given up after 4 s."""

_FIRST_WAIT_S = 0.3
"""How long the first picture waits for the settings; what comes later is followed then."""


def run(
    paths: Paths, settings: Settings, *, instance: SingleInstance, theme: str | None = None
) -> int:
    """Open the window and return the exit code once it is closed.

    Args:
        paths: folders that are there.
        settings: already begun to be read; closed at the end.
        instance: tells when the program is started again.
        theme: system, light, dark or high_contrast, for this start; None is what was chosen.
    """
    QCoreApplication.setApplicationName("NemoDesk")
    QCoreApplication.setApplicationVersion(__version__)
    application = QApplication(sys.argv[:1])
    application.setDesktopFileName("nemodesk")
    # Qt would stop the loop with the last window, before what runs on it is put in order.
    application.setQuitOnLastWindowClosed(False)
    application.setWindowIcon(QIcon(str(resources() / "nemodesk.svg")))
    # A thread that holds Python's lock delays the window by this much at most, not by 5 ms.
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    loop = cast("asyncio.AbstractEventLoop", QEventLoop(application))
    with closing(loop):
        asyncio.set_event_loop(loop)
        settings.open_now(_FIRST_WAIT_S)
        speak(application, settings.value("appearance.language"))
        return loop.run_until_complete(_Application(paths, settings, instance, theme).run())


def _make_hub(cache_folder: Path, settings: Settings) -> HubAccess:
    # Imported when the hub is first asked: the window is usable sooner.
    from nemodesk.hub.hub import Hub  # noqa: PLC0415

    return Hub(cache_folder, partial(choices_in, settings))


class _Application:
    """Everything that lives as long as the window."""

    def __init__(
        self, paths: Paths, settings: Settings, instance: SingleInstance, theme: str | None
    ) -> None:
        self._closed = asyncio.Event()
        self._settings = settings
        chosen_theme = theme or settings.value("appearance.theme")
        self._follower = ThemeFollower(chosen_theme)
        self._window = MainWindow(self._follower.theme)
        self._window.settings.show_theme_choice(chosen_theme)
        self._bridge = Bridge()
        self._vault = Vault(paths.database, SettingsKeeper(self._settings))
        self._archive = ChatArchive(paths.database, open_store=self._vault.open_store)
        self._pool = EnginePool()
        self._counter = TokenCounter()
        self._conversation = Conversation(self._archive, self._pool, self._counter)
        self._join_models(paths)
        self._join_offers(paths)
        self._join_chats(paths)
        self._join_settings(instance, is_theme_given=theme is not None)
        self._lessons = LessonSession(
            self._chats,
            bridge=self._bridge,
            pool=self._pool,
            models=self._models,
            learn=self._advisor.learn,
        )
        self._join_vault(paths)
        self._exchange = ExchangeSession(
            self._window,
            bridge=self._bridge,
            archive=self._archive,
            settings=self._settings,
            library=self._library,
            refresh_chats=self._chat_list.refresh,
            backups=paths.data / "backups",
            is_encrypted=lambda: self._vault.is_on,
        )
        self._connect()

    async def run(self) -> int:
        """Show the window, wait until it is closed, and leave nothing behind."""
        self._window.show()
        self._bridge.start(self._enter())
        self._close_on_signals()
        await self._closed.wait()
        self._conversation.stop_all()
        await self._bridge.finish(_LAST_WORK_S)
        await self._queue.close()
        await self._pool.close()
        await self._archive.close()
        await asyncio.to_thread(self._settings.close, _LAST_SETTING_S)
        return 0

    async def _enter(self) -> None:
        """Show what is the person's once they have opened it."""
        await self._lock.enter()
        self._bridge.start(self._open_models())
        self._bridge.start(self._chat_list.open())

    def _join_vault(self, paths: Paths) -> None:
        """Make what keeps the chats from others."""
        self._lock = LockSession(
            self._window,
            bridge=self._bridge,
            archive=self._archive,
            settings=self._settings,
            vault=self._vault,
            theme=self._follower.theme,
        )
        self._follower.theme_changed.connect(self._lock.set_theme)
        self._privacy = VaultSession(
            self._window,
            bridge=self._bridge,
            archive=self._archive,
            settings=self._settings,
            vault=self._vault,
            lock=self._lock,
            paths=paths,
            stop_answers=self._conversation.stop_all,
        )

    def _join_models(self, paths: Paths) -> None:
        """Make what the models on this computer and their downloads need."""
        self._library = Library(paths.models)
        self._models = ModelSession(
            self._window,
            bridge=self._bridge,
            library=self._library,
            pool=self._pool,
            last_used=self._last_models,
        )
        self._queue = DownloadQueue(
            models_folder=paths.models,
            on_change=self._on_download,
            on_arrived=self._record,
            choices=partial(choices_in, self._settings),
        )
        self._downloads = DownloadSession(
            self._window, bridge=self._bridge, queue=self._queue, models=self._models
        )
        self._storage = StorageSession(
            self._window,
            bridge=self._bridge,
            library=self._library,
            models=self._models,
            downloads=self._downloads,
            remember_folder=partial(remember_models_folder, paths.data),
        )

    def _join_offers(self, paths: Paths) -> None:
        """Make what the models that can be had need, on their shelf and on the first page."""
        self._advisor = LateAdvisor(paths.cache)
        self._shelf = ShelfSession(
            self._window,
            bridge=self._bridge,
            hub=HubSession(partial(_make_hub, paths.cache, self._settings), self._window),
            advisor=self._advisor,
            load_catalog=partial(load_catalog, paths.cache),
            models=self._models,
            downloads=self._downloads,
        )
        self._first_run = FirstRunSession(
            self._window,
            bridge=self._bridge,
            settings=self._settings,
            models=self._models,
            shelf=self._shelf,
        )

    def _join_chats(self, paths: Paths) -> None:
        """Make what the open chat, the list of chats and what is chosen about answers need."""
        self._answers = AnswerChoices(
            bridge=self._bridge,
            archive=self._archive,
            settings=self._settings,
            models=self._models,
            load_catalog=partial(load_catalog, paths.cache),
        )
        self._attachments = AttachmentSession(
            self._window, bridge=self._bridge, archive=self._archive, reader=DocumentReader()
        )
        self._chats = ChatSession(
            self._window,
            bridge=self._bridge,
            archive=self._archive,
            conversation=self._conversation,
            models=self._models,
            answers=self._answers,
            take_files=self._attachments.take,
        )
        self._attachments.follow(self._chats)
        self._answer_panel = AnswerSession(
            self._window, bridge=self._bridge, answers=self._answers, pool=self._pool
        )
        self._join_what_is_read()

    def _join_what_is_read(self) -> None:
        """Make what counts the open chat, and what the model writes beside its answers."""
        self._context = ContextSession(
            self._window,
            bridge=self._bridge,
            pool=self._pool,
            reader=ContextReader(self._counter),
            conversation=self._conversation,
            chats=self._chats,
            models=self._models,
            answers=self._answers,
            attach_text=self._attachments.attach_text,
        )
        self._attachments.changed.connect(self._context.show_files)
        self._titles = TitleSession(
            self._chats,
            bridge=self._bridge,
            archive=self._archive,
            titles=TitleWriter(self._pool),
            models=self._models,
            is_wanted=lambda: self._settings.value("chat.automatic_titles"),
        )

    def _join_settings(self, instance: SingleInstance, *, is_theme_given: bool) -> None:
        """Make what follows the settings, the list of chats, and what a second start wakes."""
        self._preferences = PreferencesSession(
            self._window, bridge=self._bridge, settings=self._settings
        )
        self._chosen = SettingsSession(
            self._window,
            settings=self._settings,
            follower=self._follower,
            queue=self._queue,
            is_theme_given=is_theme_given,
        )
        self._trash = TrashSession(
            self._chosen,
            bridge=self._bridge,
            settings=self._settings,
            library=self._library,
            archive=self._archive,
        )
        self._chat_list = ChatListSession(
            self._window,
            bridge=self._bridge,
            archive=self._archive,
            chats=self._chats,
            trash_days=lambda: self._settings.value("trash.keep_days"),
        )
        self._state = WindowState(self._window, self._settings)
        self._wake = WakeSession(self._window, instance)
        self._wake.woken.connect(self._settings.refresh)

    async def _open_models(self) -> None:
        await self._models.open()
        # A keyring may take its time to say what was chosen.
        await asyncio.gather(self._shelf.open(), self._open_chosen())
        # What is here now stays to the end. Looking through all of it for garbage would hold the
        # window up for 35 ms, again and again (measured: 55,000 objects).
        gc.freeze()

    async def _open_chosen(self) -> None:
        await self._first_run.open()
        await self._downloads.open()
        self._chosen.rest_if_offline()
        await self._trash.open()

    async def _last_models(self) -> list[str]:
        try:
            return await self._archive(ChatStore.last_models)
        except NemodeskError:
            # Opening the chats says what is wrong with them.
            return []

    def _on_download(self, download: Download) -> None:
        self._downloads.take(download)

    def _record(self, paths: tuple[Path, ...], sha256s: tuple[str, ...], source: str) -> None:
        for path, sha256 in zip(paths, sha256s, strict=True):
            self._library.record(path, sha256=sha256, source=source)

    def _close_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Windows has no such handlers; there the terminal's Ctrl-C ends the program as it is.
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self._window.close)

    def _connect(self) -> None:
        self._troubles = TroubleSession(self._window, bridge=self._bridge)
        # What goes wrong in a slot would otherwise only be printed.
        sys.excepthook = self._troubles.report
        self._window.closing.connect(self._closed.set)
        self._follower.theme_changed.connect(self._window.set_theme)

# SPDX-License-Identifier: Apache-2.0
"""The one place where the window's objects are made and joined. No other module makes a service."""

import asyncio
import gc
import logging
import platform
import signal
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import cast

from PySide6.QtCore import QCoreApplication, qVersion
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
from nemodesk.downloads.download import Download
from nemodesk.downloads.queue import DownloadQueue
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError
from nemodesk.first_run import FirstRun
from nemodesk.log import set_up_log
from nemodesk.paths import Paths, find_paths, remember_models_folder, resources
from nemodesk.settings.settings import Settings
from nemodesk.ui.answer_choices import AnswerChoices
from nemodesk.ui.answer_session import AnswerSession
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_list_session import ChatListSession
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.context_session import ContextSession
from nemodesk.ui.download_session import DownloadSession
from nemodesk.ui.error_text import error_title
from nemodesk.ui.first_run_session import FirstRunSession
from nemodesk.ui.hub_session import HubAccess, HubSession
from nemodesk.ui.languages import SYSTEM, speak
from nemodesk.ui.late_advisor import LateAdvisor
from nemodesk.ui.lesson_session import LessonSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.shelf_session import ShelfSession
from nemodesk.ui.storage_session import StorageSession
from nemodesk.ui.theme import ThemeFollower
from nemodesk.ui.window import MainWindow

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL_S = 0.001

_LAST_WORK_S = 3.0
"""How long closing the window may wait for answers to be stored."""


def run(*, theme: str) -> int:
    """Open the window and return the exit code once it is closed.

    Args:
        theme: system, light, dark or high_contrast.
    """
    paths = find_paths()
    paths.create()
    set_up_log(paths.logs)
    QCoreApplication.setApplicationName("NemoDesk")
    QCoreApplication.setApplicationVersion(__version__)
    application = QApplication(sys.argv[:1])
    application.setDesktopFileName("nemodesk")
    # Qt would stop the loop with the last window, before what runs on it is put in order.
    application.setQuitOnLastWindowClosed(False)
    speak(application, SYSTEM)
    application.setWindowIcon(QIcon(str(resources() / "nemodesk.svg")))
    # A thread that holds Python's lock delays the window by this much at most, not by 5 ms.
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    loop = cast("asyncio.AbstractEventLoop", QEventLoop(application))
    with closing(loop):
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(_Application(theme).run())


def _make_hub(cache_folder: Path) -> HubAccess:
    # Imported when the hub is first asked: the window is usable sooner.
    from nemodesk.hub.hub import Hub  # noqa: PLC0415

    return Hub(cache_folder)


class _Application:
    """Everything that lives as long as the window."""

    def __init__(self, theme: str) -> None:
        paths = find_paths()
        self._settings = Settings(paths)
        self._settings.begin()
        self._closed = asyncio.Event()
        self._follower = ThemeFollower(theme)
        self._window = MainWindow(self._follower.theme)
        self._window.settings.show_theme_choice(theme)
        self._bridge = Bridge()
        self._archive = ChatArchive(paths.database)
        self._pool = EnginePool()
        self._counter = TokenCounter()
        self._conversation = Conversation(self._archive, self._pool, self._counter)
        self._join_models(paths)
        self._join_offers(paths)
        self._join_chats(paths)
        self._lessons = LessonSession(
            self._chats,
            bridge=self._bridge,
            pool=self._pool,
            models=self._models,
            learn=self._advisor.learn,
        )
        self._connect()

    async def run(self) -> int:
        """Show the window, wait until it is closed, and leave nothing behind."""
        self._window.show()
        self._bridge.start(self._open_models())
        self._bridge.start(self._chat_list.open())
        self._close_on_signals()
        await self._closed.wait()
        self._conversation.stop_all()
        await self._bridge.finish(_LAST_WORK_S)
        await self._queue.close()
        await self._pool.close()
        await self._archive.close()
        await asyncio.to_thread(self._settings.close, _LAST_WORK_S)
        return 0

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
            hub=HubSession(partial(_make_hub, paths.cache), self._window),
            advisor=self._advisor,
            load_catalog=partial(load_catalog, paths.cache),
            models=self._models,
            downloads=self._downloads,
        )
        self._first_run = FirstRunSession(
            self._window,
            bridge=self._bridge,
            record=FirstRun(paths.data),
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
        self._chats = ChatSession(
            self._window,
            bridge=self._bridge,
            archive=self._archive,
            conversation=self._conversation,
            models=self._models,
            answers=self._answers,
        )
        self._answer_panel = AnswerSession(
            self._window, bridge=self._bridge, answers=self._answers, pool=self._pool
        )
        self._chat_list = ChatListSession(
            self._window, bridge=self._bridge, archive=self._archive, chats=self._chats
        )
        self._context = ContextSession(
            self._window,
            bridge=self._bridge,
            pool=self._pool,
            reader=ContextReader(self._counter),
            conversation=self._conversation,
            chats=self._chats,
            models=self._models,
        )

    async def _open_models(self) -> None:
        await self._models.open()
        await self._first_run.open()
        await self._shelf.open()
        await self._downloads.open()
        # What is here now stays to the end. Looking through all of it for garbage would hold the
        # window up for 35 ms, again and again (measured: 55,000 objects).
        gc.freeze()

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
        # What goes wrong in a slot would otherwise only be printed.
        sys.excepthook = self._on_mistake
        window = self._window
        window.closing.connect(self._closed.set)
        window.theme_selected.connect(self._follower.choose)
        self._follower.theme_changed.connect(window.set_theme)
        self._bridge.failed.connect(self._show_error)
        self._bridge.broken.connect(self._show_mistake)

    def _on_mistake(
        self,
        kind: type[BaseException],
        mistake: BaseException,
        trace: TracebackType | None,
    ) -> None:
        _log.error("A mistake in the program", exc_info=(kind, mistake, trace))
        self._show_mistake(mistake)

    def _show_error(self, error: NemodeskError) -> None:
        self._window.show_alert(error_title(error.code), error.sentence)

    def _show_mistake(self, mistake: BaseException) -> None:
        title = QCoreApplication.translate("Application", "NemoDesk made a mistake")
        sentence = QCoreApplication.translate(
            "Application",
            "Nothing that was stored is lost. Copy the report and send it to us, if you like.",
        )
        report = (
            f"NemoDesk {__version__}, {platform.platform()}, Python {platform.python_version()}, "
            f"Qt {qVersion()}\n{mistake!r}\nThe log: {find_paths().logs}"
        )
        copy = QCoreApplication.translate("Application", "Copy the report")
        self._window.show_alert(
            title, sentence, copy, lambda: QApplication.clipboard().setText(report)
        )

# SPDX-License-Identifier: Apache-2.0
"""Joins the window to the settings that have no room of their own. It keeps none itself."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from nemodesk.downloads.queue import DownloadQueue
from nemodesk.settings.keyring_store import Trouble
from nemodesk.settings.settings import Settings
from nemodesk.ui.theme import ThemeFollower
from nemodesk.ui.window import MainWindow

_UNDER_WAY = frozenset({"waiting", "running", "verifying"})


class SettingsSession(QObject):
    """The settings as one window follows them.

    Signals:
        changed(str): the setting with this key has another value; in the window's thread,
            whoever has set it.

    Args:
        is_theme_given: the theme was named for this start only.
    """

    changed = Signal(str)
    _told = Signal(str)
    _troubled = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        *,
        settings: Settings,
        follower: ThemeFollower,
        queue: DownloadQueue,
        is_theme_given: bool,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._follower = follower
        self._queue = queue
        self._is_theme_given = is_theme_given
        self._told.connect(self._on_told)
        self._troubled.connect(self._on_trouble)
        window.theme_selected.connect(self._on_theme_selected)
        window.downloads.limit_chosen.connect(self._on_limit_chosen)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_state_changed)
        settings.subscribe(self._told.emit)
        settings.on_problem = self._troubled.emit
        self._follow_limit()

    @Slot(str)
    def _on_told(self, key: str) -> None:
        match key:
            case "appearance.theme":
                self._follow_theme()
            case "downloads.rate_bytes_per_s":
                self._follow_limit()
            case "privacy.offline":
                self._follow_offline()
            case _:
                pass
        self.changed.emit(key)

    def _follow_theme(self) -> None:
        if self._is_theme_given:
            return
        choice = self._settings.value("appearance.theme")
        self._window.settings.show_theme_choice(choice)
        self._follower.choose(choice)

    def _follow_limit(self) -> None:
        limit = self._settings.value("downloads.rate_bytes_per_s") or None
        self._window.downloads.show_limit(limit)
        self._queue.limit_rate(limit)

    def rest_if_offline(self) -> None:
        """Let downloads rest that would go on by themselves, until the person resumes them.

        So too while a locked keyring may know that no connection is to be made.
        """
        if self._settings.value("privacy.offline") or not self._settings.is_known:
            self._rest()

    def _follow_offline(self) -> None:
        if self._settings.value("privacy.offline"):
            self._rest()

    def _rest(self) -> None:
        for download in self._queue.downloads:
            if download.state in _UNDER_WAY:
                self._queue.pause(download.id)

    def _on_theme_selected(self, choice: str) -> None:
        self._is_theme_given = False
        self._settings.set("appearance.theme", choice)
        self._follow_theme()

    def _on_limit_chosen(self, limit: int | None) -> None:
        self._settings.set("downloads.rate_bytes_per_s", limit or 0)

    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        # The command line may have set something, or the keyring may be back.
        if state == Qt.ApplicationState.ApplicationActive:
            self._settings.refresh()

    @Slot(str)
    def _on_trouble(self, sentence: str) -> None:
        """Say what is the matter; that there is no keyring at all, once and for all."""
        place = self._settings.where()
        if place is not None and place.trouble is Trouble.ABSENT:
            if self._settings.value("keyring.absence_told"):
                return
            self._settings.set("keyring.absence_told", value=True)
        title = self.tr("Settings are kept elsewhere for now")
        self._window.show_notice(title, sentence, is_done=False)

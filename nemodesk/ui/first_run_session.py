# SPDX-License-Identifier: Apache-2.0
"""Joins the first page to the measurement of this computer and to the downloads."""

from PySide6.QtCore import QObject

from nemodesk.catalog.library import STARTER_ID
from nemodesk.catalog.naming import bits_in_words
from nemodesk.settings.settings import Settings
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.first_run.welcome_page import WelcomePage
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.rows import WelcomeRow
from nemodesk.ui.shelf_session import ShelfSession
from nemodesk.ui.window import MainWindow
from nemodesk.ui.wording import speed_in_words


class FirstRunSession(QObject):
    """The first page of one window; shown until the person has chosen."""

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        settings: Settings,
        models: ModelSession,
        shelf: ShelfSession,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._settings = settings
        self._models = models
        self._shelf = shelf
        self._page: WelcomePage | None = None
        window.welcome_requested.connect(self._begin)
        shelf.download_started.connect(self._finish)

    async def open(self) -> None:
        """Show the page if there is no model but the starter and no choice was made."""
        await self._settings.open()
        is_finished = self._settings.value("first_run.finished")
        if not is_finished and not self._models.removable:
            self._begin()

    def _begin(self) -> None:
        if self._page is None:
            self._page = self._window.begin_first_run()
            self._page.download_requested.connect(self._bridge.does(self._download))
            self._page.choice_requested.connect(lambda: self._window.show_room("models"))
            self._page.starter_requested.connect(self._use_starter)
        self._window.begin_first_run()
        has_starter = any(model.id == STARTER_ID for model in self._models.models)
        self._page.show_starter(is_there=has_starter)
        self._page.show_measuring()
        self._bridge.start(self._measure(self._page))

    async def _measure(self, page: WelcomePage) -> None:
        await self._shelf.measured()
        page.show_row(self._row())

    def _row(self) -> WelcomeRow:
        shelf = self._shelf
        choice = shelf.picked()
        if choice is None:
            return WelcomeRow(
                computer=shelf.computer,
                sentence=self.tr(
                    "No model of the catalog fits this computer well. The starter model does, "
                    "and you can open a model file of your own in Models."
                ),
            )
        offer, quant, outlook = choice
        parts = [self.tr("%1 to download").replace("%1", in_words(quant.size_bytes))]
        if outlook is not None:
            memory = in_words(outlook.memory_bytes)
            parts.append(self.tr("needs %1 of memory").replace("%1", memory))
            parts.append(speed_in_words(outlook.tokens_per_s))
        bits = bits_in_words(quant.name) or quant.name
        name = self.tr("%1, %2").replace("%1", offer.name).replace("%2", bits)
        return WelcomeRow(
            computer=shelf.computer,
            name=name,
            figures=f"{', '.join(part for part in parts if part)}.",
            badge=outlook.verdict if outlook else "",
        )

    async def _download(self) -> None:
        choice = self._shelf.picked()
        if choice is None:
            return
        offer, quant, _ = choice
        self._finish()
        sentence = self.tr("Until it is here the starter model answers. Your chats stay.")
        if not any(model.id == STARTER_ID for model in self._models.models):
            sentence = self.tr("You can chat as soon as it is here.")
        self._window.show_notice(
            self.tr("%1 is on its way").replace("%1", offer.name),
            sentence,
            self.tr("Show the download"),
            lambda: self._window.show_room("downloads"),
            is_done=False,
        )
        await self._shelf.download(offer.repo_id, quant.name)

    def _use_starter(self) -> None:
        self._models.prefer(STARTER_ID)
        self._finish()
        self._window.show_room("chat")

    def _finish(self) -> None:
        self._window.end_first_run()
        self._settings.set("first_run.finished", value=True)

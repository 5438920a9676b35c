# SPDX-License-Identifier: Apache-2.0
"""Joins the room Models to the catalog, the hub, the forecasts and the downloads."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.library import ModelFile
from nemodesk.catalog.offers.offer import Catalog, Offer, Quant
from nemodesk.errors import NotFoundError
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.download_session import DownloadSession
from nemodesk.ui.hub_session import HubSession
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.models.shelf import Shelf
from nemodesk.ui.outlook import Outlook, Pick
from nemodesk.ui.window import MainWindow

# Progress comes some ten times a second for each download; eyes need less.
_SHOW_EVERY_MS = 250
_MOST_FILES = 100
"""So many files are read for their forecasts; the header of one is some megabytes. A guess."""


class Advisor(Protocol):
    """What is asked about this computer. All but `measure` blocks."""

    async def measure(self) -> None:
        """Look at this computer; before everything else."""
        ...

    def computer(self) -> str:
        """Say what this computer is, as one sentence."""
        ...

    def pick(self, catalog: Catalog) -> Pick | None:
        """Return the best model of the catalog for this computer."""
        ...

    def outlooks(self, offer: Offer, header: GgufHeader | None) -> dict[str, Outlook]:
        """Return how each choice would run, by name; left out is what nobody can tell."""
        ...

    def outlook_of(self, model: ModelFile) -> Outlook | None:
        """Return how a model on this computer runs; None if its file does not tell."""
        ...


class ShelfSession(QObject):
    """What the room Models shows.

    Signals:
        download_started(): something is being fetched.

    Attributes:
        computer: what this computer is, once it is measured.

    Args:
        load_catalog: reads the catalog; called in a thread.
    """

    download_started = Signal()

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        hub: HubSession,
        advisor: Advisor,
        load_catalog: Callable[[], Catalog],
        models: ModelSession,
        downloads: DownloadSession,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._hub = hub
        self._advisor = advisor
        self._load_catalog = load_catalog
        self._models = models
        self._downloads = downloads
        self._catalog: Catalog | None = None
        self._pick: Pick | None = None
        self._outlooks: dict[tuple[str, str], Outlook] = {}
        self._file_outlooks: dict[str, Outlook] = {}
        self._advised: set[object] = set()
        self._measuring: asyncio.Task[None] | None = None
        self._is_advising = self._is_entered = False
        self.computer = ""
        self._show_soon = QTimer(self)
        self._show_soon.setSingleShot(True)
        self._show_soon.setInterval(_SHOW_EVERY_MS)
        self._show_soon.timeout.connect(self._show)
        for source in (models, downloads, hub):
            source.changed.connect(self._on_changed)
        room = window.models
        room.hub_search_requested.connect(bridge.does(hub.search))
        room.details_requested.connect(bridge.does(self._describe))
        room.download_requested.connect(bridge.does(self.download))
        room.refresh_requested.connect(bridge.does(self._refresh))
        room.entered.connect(self._on_entered)

    @property
    def reason(self) -> str:
        """Why the picked model is the best for this computer; empty: none is."""
        return self._pick.reason if self._pick else ""

    async def open(self) -> None:
        """Read the catalog."""
        self._catalog = await asyncio.to_thread(self._load_catalog)
        self._show()

    async def measured(self) -> None:
        """Look at this computer, once, and find the best model for it."""
        if self._measuring is None:
            self._measuring = asyncio.ensure_future(self._measure())
        await self._measuring

    def picked(self) -> tuple[Offer, Quant, Outlook | None] | None:
        """Return the best model for this computer, once it is measured; None: there is none."""
        offer = self._offer(self._pick.repo_id) if self._pick else None
        quant = offer.quant(self._pick.quant) if offer and self._pick else None
        if offer is None or quant is None:
            return None
        return offer, quant, self._outlooks.get((offer.repo_id, quant.name))

    async def download(self, repo_id: str, quant_name: str) -> None:
        """Fetch a choice of a repository; an empty name: the best one for this computer."""
        offer = self._offer(repo_id)
        if offer is None or not offer.quants or not (offer.shape or self._hub.header(repo_id)):
            # Before a download: what there is, and whether the engine knows it at all.
            offer = await self._hub.describe(repo_id)
            if offer is None:
                return  # the card says why
            await self._advise()
        shelf = self._shelf()
        quant = offer.quant(quant_name) if quant_name else shelf.best_quant(offer)
        if quant is None:
            raise NotFoundError(
                self.tr("%1 has no choice “%2” any more. Look at its details.")
                .replace("%1", offer.name)
                .replace("%2", quant_name)
            )
        self._downloads.add(offer, quant)
        self.download_started.emit()

    async def _describe(self, repo_id: str) -> None:
        if await self._hub.describe(repo_id) is not None:
            await self._advise()

    async def _refresh(self) -> None:
        """Ask the hub for the models of the catalog and for new ones."""
        if self._catalog is None:
            await self.open()
        before = self._catalog
        if before is None:
            return
        self._catalog = await self._hub.refresh(before)
        number = len(self._catalog.offers) - len(before.offers)
        sentence = self.tr("There is nothing new.")
        if number:
            sentence = self.tr("New in the list: %1.").replace(
                "%1", ", ".join(offer.name for offer in self._catalog.offers[-number:])
            )
        self._window.show_notice(self.tr("The list of models is up to date"), sentence)
        # Exact sizes may make another model the best.
        self._measuring = None
        await self._advise()

    async def _measure(self) -> None:
        if self._catalog is None:
            await self.open()
        catalog = self._catalog
        if catalog is None:
            return
        await self._advisor.measure()
        self.computer = self._advisor.computer()
        self._pick = await asyncio.to_thread(self._advisor.pick, catalog)
        for offer in catalog.offers:
            await self._advise_offer(offer)
        self._show()

    async def _advise(self) -> None:
        """Predict for whatever is new how it would run."""
        if self._is_advising:
            return
        self._is_advising = True
        try:
            await self.measured()
            for offer in self._hub.found:
                await self._advise_offer(offer)
            for model in self._models.models[:_MOST_FILES]:
                await self._advise_file(model)
        finally:
            self._is_advising = False
        self._show()

    async def _advise_offer(self, offer: Offer) -> None:
        offer = self._offer(offer.repo_id) or offer
        header = self._hub.header(offer.repo_id)
        key = (offer.repo_id, offer.revision, len(offer.quants), header is not None)
        if key in self._advised or not offer.quants:
            return
        self._advised.add(key)
        outlooks = await asyncio.to_thread(self._advisor.outlooks, offer, header)
        self._outlooks |= {(offer.repo_id, name): one for name, one in outlooks.items()}
        self._show_later()

    async def _advise_file(self, model: ModelFile) -> None:
        key = (model.path, model.size_bytes)
        if key in self._advised:
            return
        self._advised.add(key)
        outlook = await asyncio.to_thread(self._advisor.outlook_of, model)
        if outlook is not None:
            self._file_outlooks[model.id] = outlook
            self._show_later()

    def _on_entered(self) -> None:
        self._is_entered = True
        self._bridge.start(self._advise())

    def _on_changed(self) -> None:
        self._show_later()
        if self._is_entered and not self._is_advising:
            self._bridge.start(self._advise())

    def _offer(self, repo_id: str) -> Offer | None:
        """Return what is known of a repository: by the catalog, or by the hub."""
        known = self._catalog.offer(repo_id) if self._catalog else None
        return known or self._hub.offer(repo_id)

    def _show_later(self) -> None:
        if not self._show_soon.isActive():
            self._show_soon.start()

    def _shelf(self) -> Shelf:
        return Shelf(
            models=self._models.models,
            removable=self._models.removable,
            chosen_id=self._models.chosen_id,
            offers=self._catalog.offers if self._catalog else (),
            pick=self._pick,
            outlooks=self._outlooks,
            file_outlooks=self._file_outlooks,
            downloads=self._downloads.rows,
            busy=self._hub.busy,
            problems=self._hub.problems,
        )

    def _show(self) -> None:
        shelf = self._shelf()
        room = self._window.models
        room.show_cards(shelf.cards())
        listed = {offer.repo_id for offer in shelf.offers}
        cards = tuple(
            shelf.offer_card(offer) for offer in self._hub.found if offer.repo_id not in listed
        )
        room.show_hub(replace(self._hub.row, cards=cards))

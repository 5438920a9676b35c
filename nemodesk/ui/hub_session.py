# SPDX-License-Identifier: Apache-2.0
"""Asks the hub what the person wants to know, and keeps the answers. It draws nothing.

The hub is asked only when the person has asked: by a search, by details, by a download.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.gguf.header import check_supported
from nemodesk.catalog.offers.offer import Catalog, Offer, Quant
from nemodesk.errors import ModelFileError, NemodeskError
from nemodesk.hub.failures import GatedError
from nemodesk.ui.models.shelf import Problem
from nemodesk.ui.rows import HubRow


class HubAccess(Protocol):
    """What of `hub.Hub` is used here. All of it blocks."""

    def search(self, text: str, *, limit: int = 20) -> list[Offer]:
        """Return repositories for these words, without their files."""
        ...

    def offer(self, repo_id: str) -> Offer:
        """Return what a repository offers."""
        ...

    def details(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the offers of a search with their files."""
        ...

    def header(self, offer: Offer, quant: Quant) -> GgufHeader:
        """Return what the file of a choice says about itself."""
        ...

    def refresh(self, catalog: Catalog) -> Catalog:
        """Return the catalog as the hub has it now."""
        ...


class HubSession(QObject):
    """What one window knows of the hub.

    Signals:
        changed(): another answer, or a question is under way.

    Args:
        make_hub: called in another thread, once the first question is asked.
    """

    changed = Signal()

    def __init__(self, make_hub: Callable[[], HubAccess], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = cache(make_hub)
        self._offers: dict[str, Offer] = {}
        self._headers: dict[str, GgufHeader] = {}
        self._found: tuple[str, ...] = ()
        self._busy: set[str] = set()
        self._problems: dict[str, Problem] = {}
        self._row = HubRow()

    @property
    def row(self) -> HubRow:
        """How the last search stands, without cards."""
        return self._row

    @property
    def found(self) -> tuple[Offer, ...]:
        """What the last search has found."""
        return tuple(self._offers[repo_id] for repo_id in self._found)

    @property
    def busy(self) -> frozenset[str]:
        """The repositories that the hub is being asked about."""
        return frozenset(self._busy)

    @property
    def problems(self) -> Mapping[str, Problem]:
        """Why something cannot be had, by repository."""
        return self._problems

    def offer(self, repo_id: str) -> Offer | None:
        """Return what the hub has said of a repository."""
        return self._offers.get(repo_id)

    def header(self, repo_id: str) -> GgufHeader | None:
        """Return what a file of a repository says about its model."""
        return self._headers.get(repo_id)

    async def refresh(self, catalog: Catalog) -> Catalog:
        """Return the catalog as the hub has it now. Raises NetworkError."""
        return await asyncio.to_thread(lambda: self._hub().refresh(catalog))

    async def search(self, text: str) -> None:
        """Look for models; the last search counts."""
        self._row = HubRow(state="searching", text=text)
        self._found = ()
        self.changed.emit()
        try:
            offers = await asyncio.to_thread(lambda: self._hub().search(text))
        except NemodeskError as error:
            if text == self._row.text:
                self._row = HubRow(state="failed", text=text, sentence=error.sentence)
                self.changed.emit()
            return
        if text != self._row.text:
            return
        for offer in offers:
            self._offers.setdefault(offer.repo_id, offer)
        self._found = tuple(offer.repo_id for offer in offers)
        self._row = HubRow(state="found", text=text)
        self.changed.emit()
        await self._size(offers)

    async def _size(self, offers: list[Offer]) -> None:
        """Learn the files of what was found: they decide what fits."""
        try:
            described = await asyncio.to_thread(lambda: self._hub().details(offers))
        except NemodeskError:
            # The names are there all the same; details are asked for again when wanted.
            return
        for offer in described:
            if offer.quants:
                self._offers[offer.repo_id] = offer
        self.changed.emit()

    async def describe(self, repo_id: str) -> Offer | None:
        """Return a repository with its choices, checked; None: its problem says why not."""
        if repo_id in self._busy:
            return None
        self._busy.add(repo_id)
        self._problems.pop(repo_id, None)
        self.changed.emit()
        try:
            return await self._ask(repo_id)
        except ModelFileError as error:
            self._problems[repo_id] = Problem(sentence=error.sentence, is_final=True)
        except GatedError as error:
            self._problems[repo_id] = Problem(sentence=error.sentence, link=error.page_url)
        except NemodeskError as error:
            self._problems[repo_id] = Problem(sentence=error.sentence)
        finally:
            self._busy.discard(repo_id)
            self.changed.emit()
        return None

    async def _ask(self, repo_id: str) -> Offer | None:
        offer = await asyncio.to_thread(lambda: self._hub().offer(repo_id))
        self._offers[repo_id] = offer
        if not offer.quants:
            self._problems[repo_id] = Problem(
                sentence=self.tr("There is no model file in it that NemoDesk can load."),
                is_final=True,
            )
            return None
        if offer.shape is None and repo_id not in self._headers:
            # All choices are of the same model: the smallest file tells as much as any.
            smallest = offer.quants[0]
            header = await asyncio.to_thread(lambda: self._hub().header(offer, smallest))
            check_supported(header)
            self._headers[repo_id] = header
        return offer

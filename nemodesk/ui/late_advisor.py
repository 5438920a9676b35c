# SPDX-License-Identifier: Apache-2.0
"""The adviser, imported when it is first asked to measure: the window is usable sooner."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.library import ModelFile
from nemodesk.catalog.offers.offer import Catalog, Offer
from nemodesk.ui.outlook import Outlook, Pick

if TYPE_CHECKING:
    from nemodesk.advice.lessons import Lesson
    from nemodesk.ui.advisor import ComputerAdvisor


class LateAdvisor:
    """Passes everything on to a `ComputerAdvisor`; before `measure` it knows nothing.

    Args:
        cache_folder: as there.
    """

    def __init__(self, cache_folder: Path) -> None:
        self._cache_folder = cache_folder
        self._advisor: ComputerAdvisor | None = None

    async def measure(self) -> None:
        """Look at this computer. Raises EngineError."""
        await (await self._loaded()).measure()

    async def learn(self, lesson: "Lesson") -> None:
        """Take in how fast an answer was."""
        await (await self._loaded()).learn(lesson)

    def computer(self) -> str:
        """Say what this computer is."""
        return self._advisor.computer() if self._advisor else ""

    def pick(self, catalog: Catalog) -> Pick | None:
        """Return the best model of the catalog for this computer; None: none fits."""
        return self._advisor.pick(catalog) if self._advisor else None

    def outlooks(self, offer: Offer, header: GgufHeader | None) -> dict[str, Outlook]:
        """Return how each choice would run, by name."""
        return self._advisor.outlooks(offer, header) if self._advisor else {}

    def outlook_of(self, model: ModelFile) -> Outlook | None:
        """Return how a model on this computer runs."""
        return self._advisor.outlook_of(model) if self._advisor else None

    async def _loaded(self) -> "ComputerAdvisor":
        made = await asyncio.to_thread(self._load)
        # Asked twice at the same time, the first one stays: it may have learnt something.
        if self._advisor is None:
            self._advisor = made
        return self._advisor

    def _load(self) -> "ComputerAdvisor":
        from nemodesk.ui.advisor import ComputerAdvisor  # noqa: PLC0415 - see above

        return self._advisor or ComputerAdvisor(self._cache_folder)

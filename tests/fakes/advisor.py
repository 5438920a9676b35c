# SPDX-License-Identifier: Apache-2.0
"""Says of a made-up computer what to expect of models, by the size of their files alone."""

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.library import ModelFile
from nemodesk.catalog.offers.offer import Catalog, Offer
from nemodesk.ui.outlook import Outlook, Pick


class PlainAdvisor:
    """A computer with room for files of a certain size.

    Attributes:
        measured: how often it was measured.
    """

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self.measured = 0

    async def measure(self) -> None:
        """Count that it was measured."""
        self.measured += 1

    def computer(self) -> str:
        """Say what the computer is."""
        return "Your computer: a test."

    def pick(self, catalog: Catalog) -> Pick | None:
        """Choose the largest file that there is room for."""
        fitting = [
            (quant.size_bytes, offer.repo_id, quant.name)
            for offer in catalog.offers
            for quant in offer.quants
            if quant.size_bytes <= self._room_bytes
        ]
        if not fitting:
            return None
        _, repo_id, quant_name = max(fitting)
        return Pick(repo_id=repo_id, quant=quant_name, reason="There is room for it.")

    def outlooks(self, offer: Offer, header: GgufHeader | None) -> dict[str, Outlook]:
        """Expect of each choice what its size says; without any header nothing is known."""
        if offer.shape is None and header is None:
            return {}
        return {quant.name: self._outlook(quant.size_bytes) for quant in offer.quants}

    def outlook_of(self, model: ModelFile) -> Outlook | None:
        """Expect what the size says."""
        return self._outlook(model.size_bytes)

    def _outlook(self, size_bytes: int) -> Outlook:
        verdict = "great" if size_bytes <= self._room_bytes else "too_big"
        return Outlook(verdict=verdict, memory_bytes=size_bytes, tokens_per_s=16)

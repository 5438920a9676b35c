# SPDX-License-Identifier: Apache-2.0
"""Says before the first byte whether a model can come and be used. It fetches its header only."""

from pathlib import Path
from typing import Protocol

from nemodesk.catalog.gguf.header import GgufHeader, check_supported
from nemodesk.catalog.offers.offer import Offer, Quant
from nemodesk.downloads.disk import check_room
from nemodesk.downloads.part import received_bytes


class HeaderSource(Protocol):
    """What is needed of the hub."""

    def header(self, offer: Offer, quant: Quant) -> GgufHeader:
        """Return the header of a model's first file."""
        ...


def check_before(hub: HeaderSource, offer: Offer, quant: Quant, models_folder: Path) -> GgufHeader:
    """Make sure that the engine knows the model and the disk has room; return its header.

    It waits for the hub and the disk: not for the window's thread.

    Raises:
        ModelFileError: it is no GGUF file, or of a kind that the engine does not know.
        StorageError: there is no room, for all its files together.
        NetworkError, NotFoundError: the hub does not give the header.
    """
    check_free_space(offer, quant, models_folder)
    header = hub.header(offer, quant)
    check_supported(header)
    return header


def check_free_space(offer: Offer, quant: Quant, models_folder: Path) -> None:
    """Raise StorageError if what is still to come of a model does not fit on the disk."""
    came = sum(received_bytes(models_folder, offer.repo_id, file.path) for file in quant.files)
    check_room(models_folder, quant.size_bytes - came)

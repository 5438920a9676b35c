# SPDX-License-Identifier: Apache-2.0
"""What cannot be used is refused before it is downloaded."""

import io
import shutil
from pathlib import Path

import pytest

from nemodesk.catalog.gguf.header import GgufHeader, parse_header
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.downloads.check import check_before
from nemodesk.errors import ModelFileError, StorageError
from tests.catalog.model_files import write_llama

OFFER = Offer(repo_id="owner/repo", name="A model")


class _Hub:
    """Gives the header of a file that is still at the hub."""

    def __init__(self, folder: Path, architecture: str) -> None:
        self._file = write_llama(folder / "x.gguf", architecture=architecture).read_bytes()

    def header(self, offer: Offer, quant: Quant) -> GgufHeader:  # noqa: ARG002
        """Return the header."""
        return parse_header(io.BytesIO(self._file), available_bytes=len(self._file))[0]


def _quant(size_bytes: int) -> Quant:
    return Quant(name="Q8_0", files=(RemoteFile(path="x-Q8_0.gguf", size_bytes=size_bytes),))


def test_a_model_that_fits_may_come(tmp_path: Path) -> None:
    """The header is given back, for the forecast."""
    header = check_before(_Hub(tmp_path, "llama"), OFFER, _quant(1000), tmp_path)
    assert header.architecture == "llama"


def test_an_unknown_kind_is_said_before_the_download(tmp_path: Path) -> None:
    """The engine's list of architectures decides."""
    with pytest.raises(ModelFileError, match="does not know models of the kind"):
        check_before(_Hub(tmp_path, "future"), OFFER, _quant(1000), tmp_path)


def test_too_little_room_is_said_before_the_download(tmp_path: Path) -> None:
    """No byte comes if not all can."""
    size_bytes = shutil.disk_usage(tmp_path).free
    with pytest.raises(StorageError, match="not enough room"):
        check_before(_Hub(tmp_path, "llama"), OFFER, _quant(size_bytes), tmp_path)

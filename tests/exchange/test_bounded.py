# SPDX-License-Identifier: Apache-2.0
"""What unpacks to absurdly much is not unpacked to its end."""

import json
import zipfile
from pathlib import Path

import pytest

from nemodesk.chats.store import ChatStore
from nemodesk.exchange.bounded import Bounded, Counted, TooMuchError
from nemodesk.exchange.importing import import_chats
from nemodesk.exchange.progress import Progress


class _Blanks:
    """A stream without end."""

    def read(self, size: int, /) -> bytes:
        return b" " * size


def test_a_stream_ends_after_a_hundred_times_its_packed_length() -> None:
    """And after what is always fine."""
    stream = Bounded(_Blanks(), packed_bytes=50, fine_bytes=1000)
    assert sum(len(stream.read(100)) for _ in range(60)) == 6000
    with pytest.raises(TooMuchError):
        stream.read(1)


def test_an_archive_that_is_a_bomb_is_left_out(store: ChatStore, tmp_path: Path) -> None:
    """The chats before the blanks are imported, and the blanks are not read to their end."""
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w") as file,
    ):
        file.write(json.dumps({"messages": [{"role": "user", "content": "Hi"}]}).encode())
        for _ in range(64):
            file.write(b" " * 2**20)
    progress = Progress()
    report = import_chats(path, store, progress, largest_bytes=2**20)
    assert len(report.added) == 1
    assert "absurd" in report.problems[0].sentence
    assert progress.done < 2**25 + 2**24


def test_a_stream_tells_how_far_it_is() -> None:
    """Progress is shown of what was read."""
    told: list[int] = []
    stream = Counted(_Blanks(), told.append)
    assert len(stream.read(3)) + len(stream.read(4)) == sum(told)

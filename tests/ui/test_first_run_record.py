# SPDX-License-Identifier: Apache-2.0
"""Remembering that the first page has been answered."""

from pathlib import Path

import pytest

from nemodesk.first_run import FILE_NAME, FirstRun


def test_the_end_is_remembered(tmp_path: Path) -> None:
    """What one start has finished, the next one does not begin again."""
    folder = tmp_path / "data"
    assert not FirstRun(folder).is_finished()
    FirstRun(folder).finish()
    assert FirstRun(folder).is_finished()


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"finished": "yes"}'])
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    """A file that makes no sense shows the page again."""
    (tmp_path / FILE_NAME).write_bytes(content)
    assert not FirstRun(tmp_path).is_finished()


def test_a_disk_that_refuses_does_no_harm(tmp_path: Path) -> None:
    """Where the file cannot be written the page comes again, and nothing else happens."""
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    FirstRun(blocked).finish()
    assert not FirstRun(blocked).is_finished()

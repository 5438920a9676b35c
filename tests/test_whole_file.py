# SPDX-License-Identifier: Apache-2.0
"""Small files that are replaced as a whole."""

from pathlib import Path

import pytest

from nemodesk.whole_file import replace_file
from tests.fakes.small_disk import small_disk


def test_a_file_is_replaced(tmp_path: Path) -> None:
    """The new content is there, and nothing beside it."""
    path = tmp_path / "list.json"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_replaced_stays(tmp_path: Path) -> None:
    """A folder is in the way: no half file is left beside it."""
    path = tmp_path / "list.json"
    path.mkdir()
    (path / "other").write_bytes(b"old")
    with pytest.raises(OSError, match=r"list\.json"):
        replace_file(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
    assert (path / "other").read_bytes() == b"old"


def test_a_full_disk_keeps_the_old_content(tmp_path: Path) -> None:
    """Whoever reads the file afterwards reads what was there before."""
    with small_disk(tmp_path / "disk", size_mb=1) as disk:
        path = disk / "list.json"
        replace_file(path, b"old")
        with pytest.raises(OSError, match="No space left"):
            replace_file(path, bytes(2_000_000))
        assert path.read_bytes() == b"old"
        assert list(disk.iterdir()) == [path]

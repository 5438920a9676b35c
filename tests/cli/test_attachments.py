# SPDX-License-Identifier: Apache-2.0
"""Text files go before the question; anything else is refused with a sentence."""

from pathlib import Path

import pytest

from nemodesk.cli.attachments import LARGEST_FILE_BYTES, read_text_file, with_files
from nemodesk.errors import UsageError


def test_files_come_before_the_question(tmp_path: Path) -> None:
    """Each file is named and fenced."""
    path = tmp_path / "notes.txt"
    path.write_text("Grüße\n", encoding="utf-8")
    assert with_files("Why?", [path]) == "File notes.txt:\n```\nGrüße\n```\n\nWhy?"


def test_a_fence_is_longer_than_those_in_the_file(tmp_path: Path) -> None:
    """Markdown with code in it stays in one piece."""
    path = tmp_path / "readme.md"
    path.write_text("````\ncode\n````", encoding="utf-8")
    assert "\n`````\n````\ncode\n````\n`````\n" in with_files("?", [path])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    """Windows' Notepad writes marks at the beginning; they are no part of the text."""
    path = tmp_path / "a.txt"
    path.write_bytes("å∫ç\r\nline".encode(encoding))
    assert read_text_file(path) == "å∫ç\nline"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"text\x00text", b"\xff\xff"])
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    """A picture or a program is no text."""
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"file\.bin is not a text file"):
        read_text_file(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The sentence names the path that was looked for."""
    with pytest.raises(UsageError, match=r"There is no file .*missing\.txt"):
        read_text_file(tmp_path / "missing.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder has no text."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_text_file(tmp_path)


def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    """A file beyond every context is not read at all."""
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE_BYTES + 1)
    with pytest.raises(UsageError, match="larger than 8 MB"):
        read_text_file(path)

# SPDX-License-Identifier: Apache-2.0
"""Files go before the question; what the model will not see of them is said."""

from pathlib import Path

import pytest

from nemodesk.cli.attachments import with_files
from nemodesk.errors import UsageError
from tests.documents import samples


def test_files_come_before_the_question(tmp_path: Path) -> None:
    """Each file is named and fenced."""
    path = tmp_path / "notes.txt"
    path.write_text("Grüße\n", encoding="utf-8")
    assert with_files("Why?", [path]) == "File notes.txt:\n```\nGrüße\n```\n\nWhy?"


def test_a_pdf_comes_page_by_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that is a picture is told to the model and to the person."""
    path = tmp_path / "a.pdf"
    path.write_bytes(samples.pdf(["One", "", "Three"]))
    asked = with_files("Why?", [path])
    assert asked.startswith("File a.pdf (3 pages):\n```\n[Page 1]\nOne\n\n[Page 2]\n(no text)\n")
    assert capsys.readouterr().err == "1 of the pages of a.pdf hold no text.\n"


def test_a_picture_is_named_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is led to believe that the model sees it."""
    path = tmp_path / "a.png"
    path.write_bytes(samples.PNG)
    assert "you cannot see it" in with_files("What is it?", [path])
    assert "told the name only" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\x7fELF\x00\x00\x00\x00", b"text\x00text"])
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    """A program is no text."""
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"file\.bin is not a text file"):
        with_files("?", [path])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The sentence names the path that was looked for."""
    with pytest.raises(UsageError, match=r"There is no file .*missing\.txt"):
        with_files("?", [tmp_path / "missing.txt"])

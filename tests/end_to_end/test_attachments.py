# SPDX-License-Identifier: Apache-2.0
"""A document from the person's folder to the answer, through the accessibility interface."""

from pathlib import Path

import pytest

from tests.documents import samples
from tests.end_to_end.program import Program

pytestmark = [pytest.mark.window, pytest.mark.engine, pytest.mark.timeout(300)]


def _attach(program: Program, path: Path) -> None:
    program.press("Attach file")
    program.dialog_control("File name:", "text").write(str(path))
    program.dialog_control("Open", "push button").press()


def test_a_document_is_attached_read_and_answered(program: Program, tmp_path: Path) -> None:
    """It can be chosen, looked at, and sent; the message shows it."""
    path = tmp_path / "report.pdf"
    path.write_bytes(samples.pdf(["The secret word is apple.", "The end."]))
    _attach(program, path)
    chip = program.control("report.pdf · 2 pages · 7 words")
    chip.press()
    assert "The secret word is apple." in program.control("Text of the file").text
    program.press("Close")
    program.send("What is the secret word?")

    assert program.answer()
    assert program.messages("You") == ["What is the secret word?"]
    program.wait(lambda: not program.frame.all("Remove report.pdf"), "an empty composer")
    assert program.control("report.pdf · 2 pages · 7 words")


def test_a_file_that_cannot_be_read_says_why(program: Program, tmp_path: Path) -> None:
    """The sentence stands where the file would; removing it leaves the message as it was."""
    path = tmp_path / "program.bin"
    path.write_bytes(bytes(range(256)))
    _attach(program, path)
    assert program.says("is not a text file")
    program.press("Remove program.bin")
    program.wait(lambda: not program.frame.all("Remove program.bin"), "an empty composer")

# SPDX-License-Identifier: Apache-2.0
"""Documents are read in processes of their own, which hostile files cannot leave."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from nemodesk.documents.document import LARGEST_FILE_BYTES, DocumentError, Problem
from nemodesk.documents.protocol import Done, Opened, Text, encode
from nemodesk.documents.reader import DocumentReader

from . import samples

_ENTITIES = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
_LAUGHS = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">{_ENTITIES}]>'
_WORD_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


async def test_a_file_is_read(tmp_path: Path) -> None:
    """The text comes without what would steer a terminal, and the name without its folder."""
    path = tmp_path / "notes.txt"
    path.write_bytes(b"one\r\ntwo\x1b[31m\x07\n")
    document = await DocumentReader().read(path)
    assert (document.name, document.media_type) == ("notes.txt", "text/plain")
    assert document.text == "one\ntwo[31m"
    assert (document.size_bytes, document.content) == (path.stat().st_size, None)


async def test_progress_is_told_page_by_page() -> None:
    """Whoever waits for a long PDF sees how far it is."""
    told: list[tuple[int, int]] = []
    content = samples.pdf(["One", "Two", "Three"])
    document = await DocumentReader().read_content(
        "a.pdf", content, lambda page, count: told.append((page, count))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert document.text == "One\fTwo\fThree"
    assert document.content == content


async def test_a_picture_is_kept_as_it_is() -> None:
    """Its text is empty, its bytes are all there."""
    document = await DocumentReader().read_content("a.png", samples.PNG)
    assert document.is_picture
    assert (document.text, document.content) == ("", samples.PNG)


async def test_a_long_text_comes_whole() -> None:
    """A text of many pieces is put together again, also where letters take several bytes."""
    text = "Größe und Maß 中文\n" * 60_000
    document = await DocumentReader().read_content("a.txt", text.encode())
    assert document.text == text.rstrip()


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda folder: folder / "missing.txt", Problem.MISSING),
        (lambda folder: folder, Problem.FOLDER),
    ],
)
async def test_what_is_no_file_is_refused(
    tmp_path: Path, make: Callable[[Path], Path], problem: Problem
) -> None:
    """A sentence says what is at this place instead."""
    with pytest.raises(DocumentError) as caught:
        await DocumentReader().read(make(tmp_path))
    assert caught.value.problem is problem


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads all files")
async def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """What the person may not read, NemoDesk does not read."""
    path = tmp_path / "theirs.txt"
    path.write_text("secret", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(DocumentError) as caught:
        await DocumentReader().read(path)
    assert caught.value.problem is Problem.FORBIDDEN


async def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    """A file beyond all limits is not read at all."""
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE_BYTES + 1)
    with pytest.raises(DocumentError) as caught:
        await DocumentReader().read(path)
    assert caught.value.problem is Problem.TOO_LARGE


def _word_with(body: str, *, beginning: str = "") -> bytes:
    document = f'<w:document xmlns:w="{_WORD_SPACE}"><w:body>{body}</w:body></w:document>'
    return samples.changed_package(samples.word(), {"word/document.xml": beginning + document})


def _form_of_forms(depth: int) -> bytes:
    """Return a PDF whose page shows a form twice, which shows another twice, and so on."""
    twice = b"<< /Length 11 >>\nstream\n/A Do /B Do\nendstream"
    shows = b"/Resources << /XObject << /A %d 0 R /B %d 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R " + shows % (5, 5) + b" >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    objects += [page, twice]
    for number in range(depth):
        inner = shows % (number + 6, number + 6)
        objects.append(
            b"<< /Type /XObject /Subtype /Form " + inner + b" /Length 11 >>\n"
            b"stream\n/A Do /B Do\nendstream"
        )
    return samples.pdf_of_objects(objects)


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_HOSTILE: dict[str, Callable[[], bytes]] = {
    "a PDF that unpacks to a gigabyte": lambda: samples.bomb_pdf(1 << 30),
    "a PDF whose pages hold themselves": lambda: samples.pdf_of_objects(
        [_CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    ),
    "a PDF of deep brackets": lambda: samples.pdf_of_objects(
        [b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 200_000 + b" >>"]
    ),
    "a PDF of forms in forms": lambda: _form_of_forms(30),
    "a PDF with its end missing": lambda: samples.pdf(["One"])[:200],
    "a PDF of 30,000 pages": lambda: samples.pdf_of_objects(
        [
            _CATALOG,
            b"<< /Type /Pages /Kids [" + b"3 0 R " * 30_000 + b"] /Count 30000 >>",
            b"<< /Type /Page /Parent 2 0 R >>",
        ]
    ),
    "a Word document of a billion laughs": lambda: _word_with(
        "<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", beginning=_LAUGHS
    ),
    "a Word document of deep tables": lambda: _word_with("<w:tbl><w:tr><w:tc>" * 100_000),
    "a Word document that unpacks to 600 MB": lambda: samples.changed_package(
        samples.word(), {"word/media/x.bin": bytes(600 << 20)}
    ),
    "a Word document with its end missing": lambda: samples.word()[:3000],
    "a text of a billion laughs": lambda: samples.package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{_LAUGHS}<o><p>&j;</p></o>",
        }
    ),
    "a text with a file of the computer in it": lambda: samples.package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": '<!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/passwd">]><o><p>&f;</p></o>',
        }
    ),
    "a book without its list": lambda: samples.package({"mimetype": "application/epub+zip"}),
}


@pytest.mark.parametrize("name", _HOSTILE)
async def test_a_hostile_file_gives_a_sentence(name: str) -> None:
    """Bombs, loops and damage end with a sentence, in seconds, and leave nothing running."""
    with pytest.raises(DocumentError) as caught:
        await asyncio.wait_for(DocumentReader().read_content("evil", _HOSTILE[name]()), 20)
    assert caught.value.problem in {Problem.DAMAGED, Problem.TOO_MUCH_WORK, Problem.NO_TEXT}
    assert caught.value.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="measured by its address space")
async def test_memory_is_limited() -> None:
    """A document that grows to many gigabytes ends its own process, and no other."""
    part = b"<o><p>" + b"a " * (220 << 20) + b"</p></o>"
    kind = "application/vnd.oasis.opendocument.text"
    content = samples.package({"mimetype": kind, "content.xml": part})
    del part
    with pytest.raises(DocumentError) as caught:
        await DocumentReader().read_content("big.odt", content)
    assert caught.value.problem is Problem.TOO_MUCH_WORK


def _scripted(*events: Opened | Text | Done, then: str) -> list[str]:
    """Return the command of a process that says this and then does that."""
    said = b"".join(map(encode, events))
    code = f"import os, sys; os.write(1, {said!r}); {then}"
    return [sys.executable, "-c", code]


async def test_a_process_that_says_nothing_is_ended() -> None:
    """A file on which a library turns in circles costs the time that is set, not more."""
    reader = DocumentReader(_scripted(then="sys.stdin.read()"), silence_s=0.2)
    with pytest.raises(DocumentError) as caught:
        await reader.read_content("loop.pdf", b"x")
    assert caught.value.problem is Problem.TOO_MUCH_WORK


async def test_what_was_read_before_the_end_is_kept() -> None:
    """When one page kills the process, the pages before it are there, and the others named."""
    command = _scripted(
        Opened(media_type="application/pdf", page_count=3),
        Text(page=0, text="One"),
        then="os._exit(9)",
    )
    document = await DocumentReader(command).read_content("a.pdf", b"x")
    assert document.text == "One\f\f"
    assert document.unreadable_pages == (2, 3)


async def test_a_process_that_cannot_be_started_is_told() -> None:
    """An installation with a hole in it is no fault of the file."""
    with pytest.raises(DocumentError) as caught:
        await DocumentReader(["/nowhere/nemodesk"]).read_content("a.txt", b"x")
    assert caught.value.problem is Problem.NOT_STARTED


async def test_nobody_waits_for_a_reading_that_was_given_up() -> None:
    """Removing a file while it is read ends its process at once."""
    command = _scripted(
        Opened(media_type="application/pdf", page_count=9),
        Text(page=0, text="One"),
        then="sys.stdin.read()",
    )
    started = asyncio.Event()
    before = set(psutil.Process().children())
    reader = DocumentReader(command)
    reading = asyncio.ensure_future(reader.read_content("a.pdf", b"x", lambda *_: started.set()))
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert set(psutil.Process().children()) <= before

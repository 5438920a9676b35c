# SPDX-License-Identifier: Apache-2.0
"""Each kind of file gives the text that a person would read in it."""

import pytest

from nemodesk.documents.document import DocumentError, Problem
from nemodesk.documents.formats.opening import open_document
from nemodesk.documents.formats.web import text_of_html

from . import samples

_RUSSIAN = "Привет, это обычный русский текст, который написан давно."
_CHINESE = "这是一个中文文本文件。用于测试编码检测。今天天气很好。"
_JAPANESE = "これは日本語のテキストです。今日はいい天気ですね。"


def _read(name: str, content: bytes) -> tuple[str, str]:
    document = open_document(name, content)
    pages = [document.read_page(number) for number in range(document.page_count)]
    return document.media_type, "\f".join(pages)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("å∫ç\nline", "utf-8"),
        ("å∫ç\nline", "utf-8-sig"),
        ("å∫ç\nline", "utf-16"),
        ("å∫ç\nline", "utf-32"),
        ("A plain line", "utf-16-le"),
        ("A plain line", "utf-16-be"),
        ("Größe", "latin-1"),
        ("Déjà vu “à l'été” … 5 €", "cp1252"),
        ("Blåbærsyltetøy på hytta", "cp1252"),
        ("Zażółć gęślą jaźń, to jest zdanie po polsku.", "cp1250"),
        (_RUSSIAN, "cp1251"),
        (_RUSSIAN, "koi8_r"),
        (_CHINESE, "gb18030"),
        (_JAPANESE, "shift_jis"),
        (_JAPANESE, "euc_jp"),
        ("한국어 텍스트 파일입니다. 오늘 날씨가 좋네요.", "euc-kr"),
    ],
)
def test_text_is_read_in_any_encoding(text: str, encoding: str) -> None:
    """Old files of every language are read as they were written."""
    assert _read("a.txt", text.encode(encoding)) == ("text/plain", text)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.MD", "text/markdown"),
        ("a.csv", "text/csv"),
        ("a.json", "application/json"),
        ("a.py", "text/plain"),
        ("Makefile", "text/plain"),
    ],
)
def test_a_text_has_the_type_of_its_name(name: str, media_type: str) -> None:
    """The name tells Markdown from a table; what is unknown is plain text."""
    assert _read(name, b"a,b") == (media_type, "a,b")


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00",
        b"text\x00text",
        bytes(range(256)),
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x01\x02\x03\x05\x06\x07\x0e\x0f\x10\x11",
        samples.package({"something": "else"}),
    ],
)
def test_what_holds_no_text_is_refused(content: bytes) -> None:
    """A program, an archive or a sound is not shown to a model as rubbish."""
    with pytest.raises(DocumentError) as caught:
        _read("a.txt", content)
    assert caught.value.problem is Problem.UNKNOWN_KIND


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    """Nothing is nothing to read."""
    with pytest.raises(DocumentError) as caught:
        _read("a.txt", content)
    assert caught.value.problem is Problem.EMPTY


def test_a_web_page_gives_its_text() -> None:
    """Scripts and styles are left out; headings, items and cells stay apart."""
    source = """<!DOCTYPE html><html><head><title>News</title><style>p {}</style>
    <script>alert("<p>no</p>")</script></head><body><h2>Today</h2><p>It  is
    <b>warm</b> &amp; dry.</p><ul><li>One<li>Two</ul><table><tr><td>a<td>b</tr></table>
    <pre>  kept
    as is</pre></body>"""
    text = text_of_html(source)
    assert _read("page", source.encode()) == ("text/html", text)
    assert "alert" not in text
    assert "## Today\nIt is warm & dry.\n- One\n- Two\na | b\n  kept\n    as is" in text


@pytest.mark.parametrize("source", ["</p></pre></script>", "<script>", "<" * 10_000, "<pre><pre>x"])
def test_broken_web_pages_are_read(source: str) -> None:
    """Tags that were never opened or closed do no harm."""
    assert isinstance(text_of_html(source), str)


def test_a_pdf_gives_its_pages() -> None:
    """Each page is read by itself; a page that is a picture has no text."""
    assert _read("a.pdf", samples.pdf(["One", "", "Three"])) == ("application/pdf", "One\f\fThree")


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_only_forbids_printing_is_read(algorithm: str) -> None:
    """Its password is empty, so nobody has to be asked."""
    content = samples.encrypted_pdf(samples.pdf(["Open"]), "", algorithm=algorithm)
    assert _read("a.pdf", content)[1] == "Open"


def test_a_pdf_with_a_password_is_refused() -> None:
    """The sentence says what keeps it closed."""
    with pytest.raises(DocumentError) as caught:
        _read("a.pdf", samples.encrypted_pdf(samples.pdf(["Closed"]), "secret"))
    assert caught.value.problem is Problem.ENCRYPTED


def test_a_word_document_is_read_in_order() -> None:
    """Headings, lists and tables look as in Markdown; the header comes once, first."""
    _, text = _read("a.docx", samples.word())
    lines = [line for line in text.split("\n") if line]
    assert lines == [
        *("Confidential", "# Plan", "We begin on Monday.", "- First"),
        *("| Name | Age |", "| --- | --- |", "| Ada | 36 |"),
    ]


def test_slides_come_in_their_order() -> None:
    """Slide 10 comes after slide 2."""
    _, text = _read("a.pptx", samples.slides())
    assert text == "# Slide 1\nFirst more\n\n# Slide 2\nLast more"


def test_sheets_keep_their_columns() -> None:
    """An empty cell stays empty."""
    assert _read("a.xlsx", samples.sheets())[1] == "# Sheet 1\nName\t\tOwn\n\t3.5"


def test_an_open_document_is_read() -> None:
    """Tabs and spans inside of a paragraph are kept."""
    assert _read("a.odt", samples.open_text())[1] == "Title\nOne\ttwo three four"


def test_a_book_is_read_in_its_order() -> None:
    """Chapters come as a reader shows them; what is not in the book is not looked for."""
    assert _read("a.epub", samples.book())[1] == "# One\nBegin.\n\nEnd."


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x1a\x00\x00\x00WEBPVP8L", "image/webp"),
    ],
)
def test_pictures_are_known_by_their_content(content: bytes, media_type: str) -> None:
    """A picture has no text, whatever its name."""
    assert _read("a.txt", content) == (media_type, "")

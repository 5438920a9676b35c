# SPDX-License-Identifier: Apache-2.0
"""Makes small files of each kind, honest and hostile ones."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import docx
from pypdf import PdfReader, PdfWriter

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
"""One red pixel."""


def pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF with a line of text on each page; an empty one has no text."""
    streams = [
        f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1") if text else b"0 0 10 10 re f"
        for text in pages
    ]
    return pdf_of_streams(streams)


def pdf_of_streams(streams: Sequence[bytes], *, filter_name: str = "") -> bytes:
    """Return a PDF whose pages have these contents."""
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, stream in enumerate(streams):
        content = first + 2 * number + 1
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % content
        )
        kind = f"/Filter /{filter_name} ".encode() if filter_name else b""
        head = b"<< %s/Length %d >>" % (kind, len(stream))
        objects.append(head + b"\nstream\n" + stream + b"\nendstream")
    return pdf_of_objects(objects)


def pdf_of_objects(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places: list[int] = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def encrypted_pdf(content: bytes, password: str, *, algorithm: str = "AES-256") -> bytes:
    """Return the PDF, protected by a password; an empty one only forbids printing."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, owner_password=f"{password}!", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb_pdf(unpacked_bytes: int) -> bytes:
    """Return a PDF with one page whose content unpacks to so many spaces and no text."""
    packer = zlib.compressobj(9)
    block = b" " * (1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(unpacked_bytes >> 20))
    return pdf_of_streams([packed + packer.flush()], filter_name="FlateDecode")


def word() -> bytes:
    """Return a Word document with a header, a heading, a list and a table."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Confidential"
    document.add_heading("Plan", level=1)
    document.add_paragraph("We begin on Monday.")
    document.add_paragraph("First", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, (("Name", "Age"), ("Ada", "36")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def changed_package(content: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """Return the ZIP file with some of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        kept = {name: file.read(name) for name in file.namelist()}
    return package({**kept, **parts})


def slides() -> bytes:
    """Return a presentation of two slides, the second named so that it sorts wrongly as text."""
    slide = (
        '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{0} </a:t></a:r><a:r><a:t>more</a:t></a:r>'
        "</a:p></p:sld>"
    )
    return package(
        {
            "ppt/presentation.xml": "<p/>",
            "ppt/slides/slide10.xml": slide.format("Last"),
            "ppt/slides/slide2.xml": slide.format("First"),
        }
    )


def sheets() -> bytes:
    """Return a workbook with one sheet that has a gap, a shared and an own text."""
    return package(
        {
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": '<sst xmlns="s"><si><t>Name</t></si></sst>',
            "xl/worksheets/sheet1.xml": (
                '<worksheet xmlns="s"><sheetData><row><c r="A1" t="s"><v>0</v></c>'
                '<c r="C1" t="inlineStr"><is><t>Own</t></is></c></row>'
                '<row><c r="B2"><v>3.5</v></c></row></sheetData></worksheet>'
            ),
        }
    )


def open_text() -> bytes:
    """Return an OpenDocument text."""
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                '<office xmlns:text="t"><text:h>Title</text:h><text:p>One<text:tab/>two '
                "<text:span>three</text:span> four</text:p></office>"
            ),
        }
    )


def book() -> bytes:
    """Return a book whose chapters are listed in another order than they are read."""
    return package(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                '<container xmlns="c"><rootfiles><rootfile full-path="OEBPS/content.opf"/>'
                "</rootfiles></container>"
            ),
            "OEBPS/content.opf": (
                '<package xmlns="o"><manifest>'
                '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>'
                '<item id="a" href="a%20a.xhtml" media-type="application/xhtml+xml"/>'
                '<item id="gone" href="../../etc/passwd" media-type="text/html"/>'
                "</manifest><spine>"
                '<itemref idref="a"/><itemref idref="gone"/><itemref idref="b"/>'
                "</spine></package>"
            ),
            "OEBPS/a a.xhtml": "<html><body><h1>One</h1><p>Begin.</p></body></html>",
            "OEBPS/b.xhtml": "<html><body><p>End.</p></body></html>",
        }
    )

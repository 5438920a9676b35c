# SPDX-License-Identifier: Apache-2.0
"""Pictures are decoded no larger than they are shown, and hostile ones not at all."""

import struct
import zlib

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from nemodesk.ui.attachments.pictures import decode, encode


def _png(width: int, height: int) -> bytes:
    """Return a PNG that claims this size and has hardly any pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def test_a_picture_is_scaled_down(qapp: object) -> None:
    """It keeps its shape; a small one stays as it is."""
    assert qapp
    picture = QImage(400, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    content = encode(picture)
    assert decode(content, QSize(100, 100)).size() == QSize(100, 50)
    assert decode(content, QSize(1000, 1000)).size() == QSize(400, 200)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF....WEBP", _png(60_000, 60_000)]
)
def test_what_cannot_be_decoded_is_empty(qapp: object, content: bytes) -> None:
    """Damage, and pictures that would fill the memory, give no picture and no crash."""
    assert qapp
    assert decode(content, QSize(100, 100)).isNull()

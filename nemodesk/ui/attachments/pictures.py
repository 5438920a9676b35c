# SPDX-License-Identifier: Apache-2.0
"""Decodes pictures, no larger than they are shown. Thread: any; never the window's own."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

_MOST_MIB = 256
"""A picture that would take more memory than this is not decoded."""


def decode(content: bytes, most: QSize) -> QImage:
    """Return a picture that fits into this size; an empty one where it cannot be decoded."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(_MOST_MIB)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and (size.width() > most.width() or size.height() > most.height()):
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def encode(picture: QImage) -> bytes:
    """Return a picture as a PNG file; empty where it is none."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return bytes(content.data()) if picture.save(buffer, "PNG") else b""  # pyright: ignore[reportCallIssue, reportArgumentType]

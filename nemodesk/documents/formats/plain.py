# SPDX-License-Identifier: Apache-2.0
"""Turns the bytes of a text file into text, whatever encoding they are in. It parses nothing."""

import codecs
from pathlib import PurePath

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16: its mark begins with the same two bytes.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/json",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".xml": "application/xml",
}

_OLD_ENCODINGS = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "koi8_r", "iso8859_2", "cp874", "mac_roman"),
)
_WESTERN = frozenset(
    "àâäáãåæçèéêëìíîïñòóôöõøœùúûüÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜŸ"
    "¡¿«»“”„…€£§°©®·\u2018\u2019\u2013\u2014\xa0"
)
_MOST_ACCENTS = 0.5
"""Share of the letters in a text of these languages that are not plain; a guess."""

_SAMPLE_BYTES = 64 * 1024
_MOST_CONTROLS = 0.01
"""Share of control characters in a text of some old encoding; a program's file has many more."""

_LEAST_ZEROS = 0.2
"""Of one half of the bytes of text in UTF-16; Latin text has nearly 1, other scripts less."""


def text_type(name: str) -> str:
    """Return the media type that a text file's name speaks of."""
    return _TYPES.get(PurePath(name).suffix.lower(), "text/plain")


def decode_text(content: bytes) -> str | None:
    """Return the text; None for what is none."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(content.decode(encoding, "replace"))
    if encoding := _utf16_without_mark(content):
        return _checked(content.decode(encoding, "replace"))
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if b"\0" in content or _controls(content[:_SAMPLE_BYTES]) > _MOST_CONTROLS:
        return None
    return _guessed(content)


def _checked(text: str) -> str | None:
    """Return the text unless it holds what no text holds."""
    if "\0" in text or text.count("\ufffd") > len(text) * _MOST_CONTROLS:
        return None
    return text


def _utf16_without_mark(content: bytes) -> str:
    """Return which UTF-16 it is, if every second byte is often zero and the others are not."""
    sample = content[:_SAMPLE_BYTES]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and odd > _LEAST_ZEROS * half and not even:
        return "utf-16-le"
    if half and even > _LEAST_ZEROS * half and not odd:
        return "utf-16-be"
    return ""


def _controls(sample: bytes) -> float:
    layout = b"\t\n\r\f\x1b"
    controls = sum(byte < 32 and byte not in layout for byte in sample)  # noqa: PLR2004
    return controls / max(1, len(sample))


def _guessed(content: bytes) -> str | None:
    if _is_western(content[:_SAMPLE_BYTES]):
        return _checked(content.decode("cp1252", "replace"))
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 30 ms, for few files

    best = from_bytes(content[:_SAMPLE_BYTES], cp_isolation=[*_OLD_ENCODINGS]).best()
    try:
        return _checked(content.decode(best.encoding if best else "cp1252"))
    except UnicodeDecodeError:
        # What comes after the sample does not go with the guess.
        return _checked(content.decode("cp1252", "replace"))


def _is_western(sample: bytes) -> bool:
    """Return whether it reads as a language of Western or Northern Europe does.

    Statistics take short texts of these for Central European ones, which share most letters.
    """
    text = sample.decode("cp1252", "replace")
    letters = [character for character in text if character.isalpha()]
    accents = sum(not letter.isascii() for letter in letters)
    is_known = all(character.isascii() or character in _WESTERN for character in text)
    return is_known and accents < _MOST_ACCENTS * len(letters)

# SPDX-License-Identifier: Apache-2.0
"""Judges whether a server's answer is the part of the file that was asked for. It sends nothing.

The hub says which file it is (X-Linked-Etag, X-Linked-Size) and usually sends the request on to
a server that has the bytes; that one has an ETag of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_OK = 200
_PARTIAL = 206
_RANGE_IS_WRONG = 416
_CONTENT_RANGE = re.compile(r"^bytes (?P<first>\d+)-(?P<last>\d+)/(?P<total>\d+|\*)$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class WrongAnswerError(Exception):
    """The answer makes no sense; the next one may."""


class ChangedFileError(Exception):
    """The hub has another file under this name than the one that was begun."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for.

    Attributes:
        start: first byte.
        end: byte after the last.
        size_bytes: of the whole file.
        sha256: of the whole file; empty where it is not known.
        etag: of the server that has sent what came before; empty if nothing has.
    """

    start: int
    end: int
    size_bytes: int
    sha256: str = ""
    etag: str = ""

    def headers(self) -> dict[str, str]:
        """Return what asks for it."""
        headers = {"Accept-Encoding": "identity"}
        if self.start == 0 and self.end == self.size_bytes:
            return headers
        last = "" if self.end == self.size_bytes else str(self.end - 1)
        headers["Range"] = f"bytes={self.start}-{last}"
        if self.etag and not self.etag.startswith("W/"):
            headers["If-Range"] = self.etag
        return headers


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What comes instead: from `start` on, at most up to `end`."""

    start: int
    end: int
    etag: str


def judge(
    status: int,
    headers: Mapping[str, str],
    earlier: Sequence[Mapping[str, str]],
    wish: Wish,
) -> Answer:
    """Return what the body of a successful answer is.

    Args:
        headers: of the answer; names in lower case, or a mapping that does not mind.
        earlier: the headers of the redirects that led to it.

    Raises:
        ChangedFileError: it is of another file.
        WrongAnswerError: it is nothing that helps.
    """
    linked = _linked(headers, earlier)
    is_surely_same = _check_linked(linked, wish)
    etag = headers.get("etag", "")
    if not is_surely_same and wish.etag and etag and etag != wish.etag:
        raise ChangedFileError(f"ETag {wish.etag} has become {etag}")
    if headers.get("content-encoding", "identity") != "identity":
        raise WrongAnswerError(f"Content-Encoding {headers['content-encoding']}")
    if status == _RANGE_IS_WRONG:
        raise ChangedFileError("416: the file has become shorter")
    if status == _PARTIAL:
        start, end = _partial_range(headers, wish)
    elif status == _OK:
        start, end = 0, wish.size_bytes
        if headers.get("content-type", "").startswith("text/html"):
            raise WrongAnswerError("an HTML page")
    else:
        raise WrongAnswerError(f"status {status}")
    length = headers.get("content-length")
    if length is not None and length != str(end - start):
        raise WrongAnswerError(f"Content-Length {length} for bytes {start} to {end}")
    return Answer(start=start, end=end, etag=etag)


def _linked(
    headers: Mapping[str, str], earlier: Sequence[Mapping[str, str]]
) -> tuple[str, str | None]:
    """Return the hash and the size that the hub itself says; empty and None where it does not."""
    for answer in (*earlier, headers):
        etag = answer.get("x-linked-etag", "").removeprefix("W/").strip('"').lower()
        size = answer.get("x-linked-size")
        if etag or size:
            return etag if _SHA256.match(etag) else "", size
    return "", None


def _check_linked(linked: tuple[str, str | None], wish: Wish) -> bool:
    """Return whether the hub says that it is the same file, whatever the other server calls it."""
    sha256, size = linked
    if size is not None and size != str(wish.size_bytes):
        raise ChangedFileError(f"its size is {size} instead of {wish.size_bytes}")
    if sha256 and wish.sha256 and sha256 != wish.sha256:
        raise ChangedFileError(f"its hash is {sha256} instead of {wish.sha256}")
    return bool(sha256 and wish.sha256)


def _partial_range(headers: Mapping[str, str], wish: Wish) -> tuple[int, int]:
    text = headers.get("content-range", "")
    match = _CONTENT_RANGE.match(text)
    if match is None:
        raise WrongAnswerError(f"Content-Range {text!r}")
    if match["total"] not in {"*", str(wish.size_bytes)}:
        raise ChangedFileError(f"its size is {match['total']} instead of {wish.size_bytes}")
    start, end = int(match["first"]), int(match["last"]) + 1
    if start != wish.start or not start < end <= wish.end:
        raise WrongAnswerError(f"Content-Range {text!r} for bytes {wish.start} to {wish.end}")
    return start, end

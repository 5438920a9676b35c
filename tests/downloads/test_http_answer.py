# SPDX-License-Identifier: Apache-2.0
"""Only the bytes that were asked for, of the file that was begun, are taken."""

import pytest

from nemodesk.downloads.worker.http_answer import (
    Answer,
    ChangedFileError,
    Wish,
    WrongAnswerError,
    judge,
)

SHA = "a" * 64
WISH = Wish(start=100, end=1000, size_bytes=1000, sha256=SHA, etag='"one"')


def _partial(**changes: str) -> dict[str, str]:
    headers = {"content-range": "bytes 100-999/1000", "content-length": "900", "etag": '"one"'}
    return headers | {name.replace("_", "-"): value for name, value in changes.items()}


def test_the_range_that_was_asked_for_is_taken() -> None:
    """A right 206 is what it says."""
    assert judge(206, _partial(), [], WISH) == Answer(start=100, end=1000, etag='"one"')


def test_a_part_of_the_range_is_taken() -> None:
    """A server may give less than was asked for; the rest is asked for later."""
    headers = _partial(content_range="bytes 100-199/*", content_length="100")
    assert judge(206, headers, [], WISH) == Answer(start=100, end=200, etag='"one"')


def test_a_whole_file_begins_at_its_beginning() -> None:
    """A server that knows no ranges sends everything."""
    answer = judge(200, {"content-length": "1000"}, [], WISH)
    assert (answer.start, answer.end) == (0, 1000)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, _partial(content_range="bytes 0-999/1000")),
        (206, _partial(content_range="bytes 101-999/1000")),
        (206, _partial(content_range="bytes 100-1000/1000")),
        (206, _partial(content_range="")),
        (206, _partial(content_length="899")),
        (206, _partial(content_encoding="gzip")),
        (200, {"content-length": "999"}),
        (200, {"content-type": "text/html; charset=utf-8"}),
        (204, {}),
    ],
)
def test_nonsense_is_refused(status: int, headers: dict[str, str]) -> None:
    """Another range, another length, another encoding or a web page is not the file."""
    with pytest.raises(WrongAnswerError):
        judge(status, headers, [], WISH)


@pytest.mark.parametrize(
    ("status", "headers", "earlier"),
    [
        (206, _partial(etag='"two"'), {}),
        (206, _partial(content_range="bytes 100-999/1001"), {}),
        (416, {}, {}),
        (206, _partial(), {"x-linked-etag": f'"{"b" * 64}"'}),
        (206, _partial(), {"x-linked-size": "1001"}),
        (200, {"content-length": "1000", "etag": '"two"'}, {}),
    ],
)
def test_another_file_is_noticed(
    status: int, headers: dict[str, str], earlier: dict[str, str]
) -> None:
    """Another ETag, size or hash means that what has come is of no use."""
    with pytest.raises(ChangedFileError):
        judge(status, headers, [earlier], WISH)


def test_the_hubs_hash_counts_more_than_an_etag() -> None:
    """A CDN may call the same file by another name tomorrow."""
    linked = {"x-linked-etag": f'"{SHA}"', "x-linked-size": "1000"}
    assert judge(206, _partial(etag='"two"'), [linked], WISH).etag == '"two"'


def test_a_range_is_asked_for_on_condition() -> None:
    """If-Range keeps bytes of another file away; a weak ETag cannot."""
    assert WISH.headers()["Range"] == "bytes=100-"
    assert WISH.headers()["If-Range"] == '"one"'
    weak = Wish(start=0, end=10, size_bytes=1000, etag='W/"one"')
    assert weak.headers()["Range"] == "bytes=0-9"
    assert "If-Range" not in weak.headers()
    assert "Range" not in Wish(start=0, end=10, size_bytes=10).headers()

# SPDX-License-Identifier: Apache-2.0
"""Values of other programs' files are read as far as they make sense."""

import pytest

from nemodesk.exchange import loose


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1_700_000_000, 1_700_000_000.0),
        (1_700_000_000.5, 1_700_000_000.5),
        (1_700_000_000_500, 1_700_000_000.5),
        (1_700_000_000_500_000_000, 1_700_000_000.5),
        ("2023-11-14T22:13:20Z", 1_700_000_000.0),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000.0),
        ("2023-11-14T22:13:20", 1_700_000_000.0),
        (-5, None),
        (1e308, None),
        (10**400, None),
        (float("nan"), None),
        (True, None),
        ("tomorrow", None),
        ("0001-01-01T00:00:00+23:59", None),
        ([], None),
        (None, None),
    ],
)
def test_times(value: object, seconds: float | None) -> None:
    """Seconds, milliseconds, nanoseconds and ISO 8601; everything else is no time."""
    assert loose.seconds(value) == seconds


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": "\\ud800x"}', {"a": "\ud800x"}),
        (b'"caf\xe9"', "caf\N{REPLACEMENT CHARACTER}"),
        (b"[NaN]", None),
        (b'{"n": ' + b"9" * 5000 + b"}", {"n": float("inf")}),
        (b'"line\nbreak"', "line\nbreak"),
    ],
)
def test_careless_json_is_read(content: bytes, value: object) -> None:
    """What other programs' readers swallow does not cost a chat here."""
    found = loose.decode(content)
    assert value is None or found == value


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"a":' * 100_000, b"what"])
def test_what_is_no_json_is_told(content: bytes) -> None:
    """Also what is nested deeper than can be read."""
    with pytest.raises(loose.UnreadableError):
        loose.decode(content)


def test_text_is_clean() -> None:
    """Control characters, halves of pairs and foreign line breaks are gone; the rest stays."""
    assert loose.text("a\0b\x1b[31m\r\nc\td\ud83d\ude00\ud800\x9b") == (
        "ab[31m\nc\td\N{GRINNING FACE}\N{REPLACEMENT CHARACTER}"
    )
    assert loose.text({"a": 1}) == ""
    assert loose.line(" a \n b ") == "a b"


def test_other_kinds_count_as_not_there() -> None:
    """A list where an object should be is no object."""
    assert loose.fields([1]) == {}
    assert loose.entries({"a": 1}) == []
    assert loose.objects([{"a": 1}, 2, None]) == [{"a": 1}]
    assert (loose.key(7), loose.key("k"), loose.key(True), loose.key(10**5000)) == (
        "7",
        "k",
        "",
        "",
    )
    assert (loose.whole_number(3.7), loose.whole_number("3"), loose.whole_number(2**80)) == (
        3,
        None,
        None,
    )
    assert loose.number(10**400) is None

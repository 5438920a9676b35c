# SPDX-License-Identifier: Apache-2.0
"""Text comes out whole, however its bytes are cut, and ends before a stop string."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nemodesk.engine.worker.streaming_text import StreamingText


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut bytes at these places."""
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


@given(text=st.text(), cuts=st.lists(st.integers(0, 80)))
def test_every_split_gives_the_same_text(text: str, cuts: list[int]) -> None:
    """Characters that are spread over tokens are never broken."""
    stream = StreamingText()
    parts = [stream.add(piece) for piece in pieces(text.encode(), cuts)]
    assert "".join(parts) + stream.finish() == text


@given(
    text=st.text(alphabet="abS", max_size=30),
    stop=st.text(alphabet="abS", min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 30)),
)
def test_the_text_ends_before_a_stop_string(text: str, stop: str, cuts: list[int]) -> None:
    """Whatever the split, the answer is what stands before the first stop string."""
    stream = StreamingText([stop])
    shown = "".join(stream.add(piece) for piece in pieces(text.encode(), cuts)) + stream.finish()
    assert shown == text.partition(stop)[0]
    assert stream.is_stopped == (stop in text)


def test_only_what_may_become_a_stop_string_waits() -> None:
    """Text that cannot belong to a stop string is shown at once."""
    stream = StreamingText(["</end>"])
    assert stream.add(b"one <") == "one "
    assert stream.add(b"two") == "<two"


def test_bytes_that_are_no_text_become_a_sign() -> None:
    """Invalid bytes are shown as the replacement character instead of failing."""
    stream = StreamingText()
    assert stream.add(b"a\xff b") + stream.finish() == "a\ufffd b"
    half = StreamingText()
    assert half.add(b"Hi \xf0\x9f") + half.finish() == "Hi "

# SPDX-License-Identifier: Apache-2.0
"""A long text in the short entries of a keyring comes back as it was, or is known to be torn."""

from hypothesis import given
from hypothesis import strategies as st

from nemodesk.settings.chunks import LARGEST_UNITS, join, read_head, split

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(text=_TEXTS, times=st.integers(1, 60), generation=st.integers(0, 2**63))
def test_any_text_survives(text: str, times: int, generation: int) -> None:
    """Every chunk is short enough for Windows, and together they are the text."""
    whole = text * times
    chunks = split(whole, generation=generation)
    assert all(len(chunk.encode("utf-16-le")) <= 2 * LARGEST_UNITS for chunk in chunks)
    assert join(chunks) == whole
    assert {head.generation for chunk in chunks if (head := read_head(chunk))} == {generation}


@given(old=_TEXTS, new=_TEXTS, data=st.data())
def test_a_torn_write_is_seen(old: str, new: str, data: st.DataObject) -> None:
    """Chunks of two generations are never taken for a text."""
    before, after = split(old * 40, generation=1), split(new * 40, generation=3)
    cut = data.draw(st.integers(1, max(len(after) - 1, 1)))
    mixed = [*after[:cut], *before[cut:]]
    assert join(mixed) in {None, new * 40}
    if mixed != after:
        assert join(mixed) is None


@given(text=_TEXTS, data=st.data())
def test_a_changed_character_is_seen(text: str, data: st.DataObject) -> None:
    """A checksum tells that a chunk is not as it was written."""
    whole = text + "the end"
    (chunk,) = split(whole[:500], generation=5)
    place = data.draw(st.integers(chunk.index(":") + 1, len(chunk) - 1))
    changed = chunk[:place] + ("x" if chunk[place] != "x" else "y") + chunk[place + 1 :]
    assert join([changed]) is None


@given(st.text(max_size=80))
def test_what_others_wrote_is_no_chunk(text: str) -> None:
    """Nothing that is there by chance breaks the reading."""
    assert join([text]) is None or text.startswith("N1.")


def test_absurd_heads_are_refused() -> None:
    """A head cannot make the program read a million entries."""
    for head in ("N1.1.0.99999999.00000000:", "N1.1.2.2.00000000:", "N1.x.0.1.00000000:", "N1:"):
        assert read_head(head) is None
    assert join([]) is None

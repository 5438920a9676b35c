# SPDX-License-Identifier: Apache-2.0
"""Pages and words are counted as people would count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.documents.cleaning import clean, clean_name
from nemodesk.documents.document import PDF
from nemodesk.documents.pages import empty_page_count, page_count, split_pages, word_count


def test_pages_are_parted_by_form_feeds() -> None:
    """Only a PDF has pages; those without text are counted too."""
    assert split_pages(PDF, "a\f\fc") == ["a", "", "c"]
    assert (page_count(PDF, "a\f\fc"), empty_page_count(PDF, "a\f\fc")) == (3, 1)
    assert (page_count("text/plain", "a\fb"), empty_page_count("text/plain", "")) == (0, 0)


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("one  two\nthree", 3), ("天气很好", 4), ("Python 语言", 3)]
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    """Where no spaces stand between words, letters are counted."""
    assert word_count(text) == words


def test_a_long_text_is_counted_by_its_beginning() -> None:
    """The number stays about right."""
    assert word_count("word " * 200_000) == pytest.approx(200_000, rel=0.01)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_clean_text_can_be_stored_and_sent(text: str) -> None:
    """Whatever a file holds, what is left has no control characters and no torn letters."""
    cleaned = clean(text)
    cleaned.encode()
    assert not any(letter < " " and letter not in "\n\t" for letter in cleaned)
    assert "\x7f" not in cleaned
    assert clean(cleaned) == cleaned


def test_the_name_of_a_file_is_one_line() -> None:
    """A name cannot forge a second line of a prompt, nor look like another ending."""
    assert clean_name("a\nb\u202efdp.exe") == "a b" + "fdp.exe"
    assert clean_name("\u202e") == "file"

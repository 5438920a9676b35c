# SPDX-License-Identifier: Apache-2.0
"""Sentences of services are recognised by their form and said in another language."""

import re

import pytest

from nemodesk.ui.languages import LANGUAGES
from nemodesk.ui.sentences import Phrasebook, read_translations
from tools.translations import FOLDER, service_sentences

_BOOK = Phrasebook(
    {
        "Try again.": "Versuch es noch einmal.",
        "The file %1 is gone.": "Die Datei %1 ist weg.",
        "The file %1 is gone. Get it from %2.": "Hol die Datei %1 von %2.",
        "%1 writes %2.": "%2: so schreibt %1.",
        "about %1 words a second": "etwa %1 Wörter pro Sekunde",
    }
)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Try again.", "Versuch es noch einmal."),
        ("The file a b.gguf is gone.", "Die Datei a b.gguf ist weg."),
        ("The file a is gone. Get it from b.", "Hol die Datei a von b."),
        ("The file a is gone. Try again.", "Die Datei a ist weg. Versuch es noch einmal."),
        ("It writes about 9 words a second.", "etwa 9 Wörter pro Sekunde: so schreibt It."),
        ("The file one\ntwo is gone.", "Die Datei one\ntwo ist weg."),
        ("Nobody knows this.", "Nobody knows this."),
        ("", ""),
    ],
)
def test_a_sentence_is_recognised_by_its_form(sentence: str, said: str) -> None:
    """Holes, sentences in a row and phrases inside are said; the rest stays as it is."""
    assert _BOOK.say(sentence) == said


def test_a_long_text_without_a_form_is_given_back_quickly() -> None:
    """Text that a server sent must not keep the window waiting."""
    text = "Nothing. Here, is: known! " * 2000
    assert _BOOK.say(text) == text


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_sentence_of_the_services_is_said_with_its_values(code: str) -> None:
    """No form is hidden by another one, and no value gets lost."""
    book = Phrasebook(translations := read_translations(FOLDER / f"nemodesk_{code}.ts"))
    for form in service_sentences():
        spoken = re.sub(r"%(\d)", r"x\1y", form)
        assert book.say(spoken) == re.sub(r"%(\d)", r"x\1y", translations[form]), form

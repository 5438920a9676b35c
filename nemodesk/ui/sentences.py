# SPDX-License-Identifier: Apache-2.0
"""Says the sentences of the services in the window's language. It shows nothing.

Below the window every sentence is English: services know no Qt, and many of their sentences come
from other processes. Their forms, with holes for names and numbers, are in resources/i18n/*.ts
under the context "Sentence"; a sentence is recognised by its form. Nothing is decided by what a
sentence says: one that is not recognised stays as it is.
"""

import functools
import logging
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from nemodesk.paths import resources

CONTEXT = "Sentence"
LANGUAGE_PROPERTY = "language"
"""Property of the application with the code of the language that the window speaks."""

_ENGLISH = "en"
_HOLE = re.compile(r"%(\d)")
_DEPTH = 3
"""How deep a sentence may stand in the hole of another one."""
_LONGEST = 1000
"""Characters. What is longer is no sentence of ours, but what a server sent."""

_log = logging.getLogger(__name__)


def say(sentence: str) -> str:
    """Return a service's sentence in the language of the window."""
    application = QCoreApplication.instance()
    language = application.property(LANGUAGE_PROPERTY) if application else None
    if not isinstance(language, str) or language == _ENGLISH:
        return sentence
    return _phrasebook(language).say(sentence)


@dataclass(frozen=True)
class _Form:
    """One form of sentence, and how it is said."""

    pattern: re.Pattern[str]
    numbers: tuple[int, ...]
    translation: str


class Phrasebook:
    """Forms of sentences with their translations.

    Args:
        translations: what is said in English, with holes %1 to %9, and how it is said here.
    """

    def __init__(self, translations: Mapping[str, str]) -> None:
        self._exact = {form: said for form, said in translations.items() if "%" not in form}
        # What says most is tried first: "%1 has changed." must not swallow a longer form.
        with_holes = [form for form in translations if form not in self._exact]
        with_holes.sort(key=lambda form: -len(_HOLE.sub("", form)))
        self._forms = [_form(form, translations[form]) for form in with_holes]

    def say(self, sentence: str) -> str:
        """Return the translation, or the sentence itself where none is known."""
        if len(sentence) > _LONGEST:
            return sentence
        return self._say(sentence, _DEPTH) or sentence

    def _say(self, sentence: str, depth: int) -> str | None:
        if sentence in self._exact:
            return self._exact[sentence]
        if depth == 0 or " " not in sentence:
            return None
        for form in self._forms:
            found = form.pattern.fullmatch(sentence)
            if found:
                values = dict(zip(form.numbers, found.groups(), strict=True))
                return _HOLE.sub(
                    lambda hole, values=values: self._value(values[int(hole[1])], depth),
                    form.translation,
                )
        return self._say_in_parts(sentence, depth)

    def _value(self, text: str, depth: int) -> str:
        return self._say(text, depth - 1) or text

    def _say_in_parts(self, text: str, depth: int) -> str | None:
        """Say two sentences that stand behind each other, each for itself."""
        for end in re.finditer(r"[.?!:,] ", text):
            first, rest = text[: end.start() + 1], text[end.end() :]
            said = self._say(first, depth - 1)
            if said is not None:
                return f"{said} {self._say(rest, depth - 1) or rest}"
        return None


def read_translations(ts_file: Path) -> Mapping[str, str]:
    """Return the sentences of services in a .ts file, by what they are in English."""
    try:
        contexts: Iterable[ET.Element] = ET.parse(ts_file).getroot().iter("context")  # noqa: S314 - ours
        return {
            message.findtext("source", ""): translation
            for context in contexts
            if context.findtext("name") == CONTEXT
            for message in context.iter("message")
            if (translation := message.findtext("translation", ""))
        }
    except (OSError, ET.ParseError) as error:
        _log.warning("no sentences in %s: %r", ts_file, error)
        return {}


@functools.cache
def _phrasebook(language: str) -> Phrasebook:
    return Phrasebook(read_translations(resources() / "i18n" / f"nemodesk_{language}.ts"))


def _form(form: str, translation: str) -> _Form:
    numbers: list[int] = []
    pattern = ""
    rest = 0
    for hole in _HOLE.finditer(form):
        pattern += re.escape(form[rest : hole.start()]) + "(.+?)"
        numbers.append(int(hole[1]))
        rest = hole.end()
    pattern += re.escape(form[rest:])
    return _Form(re.compile(pattern, re.DOTALL), tuple(numbers), translation)

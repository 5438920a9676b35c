# SPDX-License-Identifier: Apache-2.0
"""The window speaks the person's language, and nothing in it stays untranslated."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from nemodesk.ui.languages import LANGUAGES, SYSTEM, choose_language, speak
from nemodesk.ui.sentences import CONTEXT
from tools.translations import (
    CODES,
    FOLDER,
    entries,
    faults,
    helper_sentences,
    service_sentences,
    sources,
)


@pytest.mark.parametrize(
    ("choice", "wanted", "code"),
    [
        (SYSTEM, ["de-AT", "en-US"], "de"),
        (SYSTEM, ["pt-PT"], "pt_BR"),
        (SYSTEM, ["zh-Hans-CN", "en"], "zh_CN"),
        (SYSTEM, ["zh-Hant-TW", "ja-JP"], "ja"),
        (SYSTEM, ["nl-NL", "fr_BE"], "fr"),
        (SYSTEM, ["nl-NL"], "en"),
        (SYSTEM, [], "en"),
        (SYSTEM, ["C"], "en"),
        ("ar", ["de-DE"], "ar"),
        ("klingon", ["es-MX"], "es"),
    ],
)
def test_the_choice_counts_and_then_the_first_language_of_the_system_that_we_speak(
    choice: str, wanted: list[str], code: str
) -> None:
    """A person's choice wins; else the system's languages are tried in their order."""
    assert choose_language(choice, wanted) == code


def test_arabic_reads_from_right_to_left_and_english_does_not(qapp: QApplication) -> None:
    """The layout follows the language, in both directions."""
    try:
        arabic = speak(qapp, "ar")
        assert qapp.layoutDirection() == Qt.LayoutDirection.RightToLeft
        _forget(qapp, arabic.translators)
    finally:
        english = speak(qapp, "en")
        assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight
        _forget(qapp, english.translators)


def test_a_spoken_language_translates_our_words_and_those_of_qt(qapp: QApplication) -> None:
    """Both kinds come from one call."""
    german = speak(qapp, "de")
    try:
        assert QCoreApplication.translate("SettingsRoom", "Settings") == "Einstellungen"
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    finally:
        _forget(qapp, german.translators)
        speak(qapp, "en")


def test_every_language_of_the_window_has_its_file() -> None:
    """The list of the window and the list of the tool are one."""
    assert tuple(LANGUAGES) == CODES
    assert {file.stem for file in FOLDER.glob("*.ts")} == {f"nemodesk_{code}" for code in CODES}
    assert {file.stem for file in FOLDER.glob("*.qm")} == {f"nemodesk_{code}" for code in CODES}


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated_with_the_same_holes(code: str) -> None:
    """A missing sentence, or one that lost its number, fails here."""
    assert list(faults(FOLDER / f"nemodesk_{code}.ts")) == []


def test_the_collected_sentences_are_those_of_the_sources() -> None:
    """No sentence of the window is overlooked, and each has the context that Qt looks in."""
    collected = {(entry.context, entry.source) for entry in entries(FOLDER / "nemodesk_de.ts")}
    written = {pair for source in sources() for pair in _sentences(source)}
    written |= {pair for source in sources() for pair in helper_sentences(source)}
    written |= {(CONTEXT, text) for text in service_sentences()}
    assert collected == written


def test_every_function_that_translates_is_seen() -> None:
    """A module's own `_tr` says what the tool has found in it, in the context it looks in."""
    found = [pair for source in sources() for pair in helper_sentences(source)]
    assert ("Wording", "about %1 words a second") in found
    assert ("SettingWords", "Language") in found
    calls = sum(source.read_text(encoding="utf-8").count('_tr("') for source in sources())
    assert len(found) >= calls


def test_no_class_that_translates_has_heirs() -> None:
    """`tr` looks under the name of the object's own class, so an heir would stay English."""
    classes = [
        node
        for source in sources()
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    translating = {
        owner.name
        for owner in classes
        for node in ast.walk(owner)
        if isinstance(node, ast.Attribute) and node.attr == "tr"
    }
    heirs = {(c.name, _name(b)) for c in classes for b in c.bases if _name(b) in translating}
    assert not heirs


def _forget(application: QApplication, translators: tuple[object, ...]) -> None:
    for translator in translators:
        application.removeTranslator(translator)  # type: ignore[arg-type]


def _sentences(source: Path) -> Iterator[tuple[str, str]]:
    """Yield the context and text of each sentence that a file translates."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    owners = {
        node: owner.name
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for node in ast.walk(owner)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        place = f"{source}:{node.lineno}"
        if name == "tr":
            assert texts, f"{place}: only a literal sentence can be collected"
            yield owners[node], str(texts[0])
        elif name in {"translate", "QT_TRANSLATE_NOOP"} and len(node.args) > 1 and len(texts) > 1:
            yield str(texts[0]), str(texts[1])


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""

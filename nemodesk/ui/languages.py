# SPDX-License-Identifier: Apache-2.0
"""The languages of the window: which there are, and speaking one of them. It translates nothing.

Sentences and their translations are in resources/i18n/*.ts, made and checked by
tools/translations.py, which also compiles what is read here.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from nemodesk.paths import resources
from nemodesk.ui.sentences import LANGUAGE_PROPERTY

_log = logging.getLogger(__name__)

SYSTEM = "system"
"""The choice that follows the computer's own language."""

ENGLISH = "en"

LANGUAGES: Mapping[str, str] = {
    ENGLISH: "English",
    "zh_CN": "简体中文",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "ja": "日本語",
    "pt_BR": "Português (Brasil)",
    "ar": "العربية",
}
"""Every language of the window by its code, in its own words."""


@dataclass(frozen=True)
class Language:
    """A language that the window speaks.

    Attributes:
        code: one of LANGUAGES.
        translators: what the application asks; it owns them.
    """

    code: str
    translators: tuple[QTranslator, ...]


def choose_language(choice: str, wanted: list[str]) -> str:
    """Return the code of the language to speak.

    Args:
        choice: what the person chose: a code, or SYSTEM.
        wanted: the languages that the system names, such as "pt-PT" or "zh-Hans-CN", best first.
    """
    if choice in LANGUAGES:
        return choice
    for name in wanted:
        parts = name.replace("_", "-").split("-")
        for code in LANGUAGES:
            # Another country's Portuguese is understood; Chinese in other characters is not.
            if code.split("_")[0] == parts[0] and not {"Hant", "TW", "HK", "MO"} & set(parts):
                return code
    return ENGLISH


def speak(application: QApplication, choice: str) -> Language:
    """Let every widget that is made from now on speak a language; also right to left.

    Args:
        choice: a code of LANGUAGES, or SYSTEM.
    """
    code = choose_language(choice, QLocale.system().uiLanguages())
    folders = {
        "nemodesk": str(resources() / "i18n"),
        # Qt's own words: those of its file dialogs and of the menus of text fields.
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
    }
    translators: list[QTranslator] = []
    for name, folder in folders.items():
        translator = QTranslator(application)
        if translator.load(f"{name}_{code}", folder):
            application.installTranslator(translator)
            translators.append(translator)
        elif not (name == "qtbase" and code == ENGLISH):
            _log.info("no translation %s_%s in %s", name, code, folder)
    application.setProperty(LANGUAGE_PROPERTY, code)
    application.setLayoutDirection(QLocale(code).textDirection())
    return Language(code, tuple(translators))

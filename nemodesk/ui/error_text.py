# SPDX-License-Identifier: Apache-2.0
"""Puts a title over an error's sentence, by its code. It reads no messages to find out more."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from nemodesk.errors import ErrorCode

_CONTEXT = "ErrorText"

_TITLES: dict[ErrorCode, str] = {
    ErrorCode.USAGE: str(QT_TRANSLATE_NOOP("ErrorText", "That does not work here")),
    ErrorCode.NOT_FOUND: str(QT_TRANSLATE_NOOP("ErrorText", "This is not there any more")),
    ErrorCode.DOES_NOT_FIT: str(QT_TRANSLATE_NOOP("ErrorText", "Not enough memory")),
    ErrorCode.PROMPT_TOO_LONG: str(QT_TRANSLATE_NOOP("ErrorText", "The chat is too long")),
    ErrorCode.NETWORK: str(QT_TRANSLATE_NOOP("ErrorText", "No connection")),
    ErrorCode.MODEL_FILE: str(QT_TRANSLATE_NOOP("ErrorText", "This model cannot be used")),
    ErrorCode.FILE: str(QT_TRANSLATE_NOOP("ErrorText", "This file cannot be read")),
    ErrorCode.ENGINE: str(QT_TRANSLATE_NOOP("ErrorText", "The engine had a problem")),
    ErrorCode.STORAGE: str(QT_TRANSLATE_NOOP("ErrorText", "Storing did not work")),
    ErrorCode.CANCELLED: str(QT_TRANSLATE_NOOP("ErrorText", "Stopped")),
}


def error_title(code: ErrorCode) -> str:
    """Return the few words that stand above the sentence of an error."""
    return QCoreApplication.translate(_CONTEXT, _TITLES[code])

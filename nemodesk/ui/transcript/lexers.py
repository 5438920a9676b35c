# SPDX-License-Identifier: Apache-2.0
"""Loads lexers outside the event loop and keeps them. It highlights nothing."""

from pygments.lexer import Lexer
from PySide6.QtCore import QObject, QThreadPool, Signal

from nemodesk.ui.markdown.highlight import find_lexer


class LexerShelf(QObject):
    """The lexers that were asked for so far.

    Making one takes up to 90 ms (measured for CSS), so that it happens in a thread.

    Signals:
        lexer_loaded(str): the lexer of this language can be taken now.
    """

    lexer_loaded = Signal(str)
    _made = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lexers: dict[str, Lexer | None] = {}
        self._asked: set[str] = set()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._made.connect(self._keep)

    def take(self, language: str) -> Lexer | None:
        """Return the lexer if it is there; else load it and tell when it is."""
        language = language.lower()
        if language and language not in self._asked:
            self._asked.add(language)
            self._pool.start(lambda: self._make(language))
        return self._lexers.get(language)

    def wait(self) -> None:
        """Wait for lexers that are being made; for the end of the program and for tests."""
        self._pool.waitForDone()

    def _make(self, language: str) -> None:
        """Thread: one of the pool's."""
        self._made.emit(language, find_lexer(language))

    def _keep(self, language: str, lexer: Lexer | None) -> None:
        self._lexers[language] = lexer
        if lexer is not None:
            self.lexer_loaded.emit(language)
